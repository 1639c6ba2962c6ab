"""Making the custom field that Books lacks for a CRM field: offered where its counterpart is chosen."""

from collections.abc import Callable

from core.model.deciding import MissingField
from core.model.names import Part
from core.model.record import FieldMeta
from tui.draft import Draft
from tui.host import Refusal
from tui.locale import word
from tui.screens.base import Base
from tui.screens.dialogs import Ask
from tui.screens.picker import Choice
from tui.text import clean

Made = Callable[[FieldMeta], object]
"""Gets the field as Books describes it."""
NEW = "+"
"""Stands in the list of Books' fields for the one that is yet to be made."""


class FieldMaking(Base):
    """The part of a mapping table that makes fields. ``missing`` holds what could be made, by part and CRM name."""

    draft: Draft
    missing: dict[tuple[Part, str], MissingField]

    async def look_for_missing(self) -> None:
        """Ask which CRM fields could be made in Books. What this raises is told by whoever asked."""
        setup = self.draft.setup
        for part in self.draft.parts:
            found = await self.service.missing_fields(setup.module, setup.shape, part)
            self.missing |= {(part, each.crm.name): each for each in found}

    def offer(self, part: Part, crm: FieldMeta) -> list[Choice]:
        """Return the choice of a field that is yet to be made, with the reason where it cannot be; or none."""
        missing, say = self.missing.get((part, crm.name)), self.say
        if missing is None or missing.hindrance == "mapped":
            return []
        field = FieldMeta(
            name=NEW, label=say.field_create, kind=missing.books_kind, length=missing.length, custom=True
        )  # fmt: skip
        why = word(say, "field_hindered", missing.hindrance) if missing.hindrance else ""
        return [Choice(field, why_not=say.field_cannot.format(why=why) if why else "")]

    def make(self, part: Part, crm: FieldMeta, then: Made) -> None:
        """Make the field in Books, after asking, and pass it on. Raises ``Refusal`` where nothing may be written."""
        say = self.say
        if self.state.read_only:
            raise Refusal(say.no_writing)

        def answered(yes: object) -> None:
            if yes:
                self.attempt(self._make(part, crm, then))

        question = say.ask_field.format(label=clean(crm.label))
        missing = self.missing[part, crm.name]
        length = f", {say.field_length.format(count=missing.length)}" if missing.length else ""
        told = say.field_create_is.format(kind=word(say, "type", missing.books_kind), length=length)
        self.app.push_screen(Ask(question, [told, say.ask_field_more]), answered)

    async def _make(self, part: Part, crm: FieldMeta, then: Made) -> None:
        setup = self.draft.setup
        made = await self.service.create_books_field(setup.module, setup.shape, part, crm.name)
        self.draft.fields.setdefault((part, "books"), {})[made.name] = made
        self.missing.pop((part, crm.name), None)
        then(made)
        self.kk.flash(self.say.field_made.format(label=clean(made.label), name=clean(made.name)))
