"""The service's method about the other profiles of this home."""

from core.agent.neighbours import Card, cards
from core.agent.places import Place
from core.service_profiles import ProfileCard, ProfilesService


class Profiles(ProfilesService):
    """See ``ProfilesService``. It answers while the state still loads: the cards lie beside it."""

    _place: Place

    async def profiles(self) -> list[ProfileCard]:
        """See ``ProfilesService``."""
        found = cards(self._place.home)
        if self._place.profile not in {each.name for each in found}:
            found.append(Card(name=self._place.profile))
        return [
            ProfileCard(
                name=each.name,
                crm=each.crm,
                books=each.books,
                disabled=each.disabled,
                later=each.later,
                here=each.name == self._place.profile,
            )
            for each in sorted(found, key=lambda card: card.name)
        ]
