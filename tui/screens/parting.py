"""Switching the integration off and on, and parting from both organisations (B102-B107, E34), with what that means."""

from tui.host import Refusal
from tui.screens.base import Base
from tui.screens.dialogs import Ask
from tui.text import clean
from tui.when import clock


class Parting(Base):
    """The deeds of a screen that shows the connection."""

    async def do_disable(self) -> None:
        """Say what stops and what stays, and switch off; switch on again without asking, as nothing is lost by it."""
        if self.state.disabled:
            await self.service.enable()
            await self._settled(self.say.enabled_now)
            return
        say, status = self.say, self.state.status
        assert status is not None
        set_up = [each for each in status.modules if each.setup is not None]
        at = clock(status.next_run, self.kk.now())
        more = [
            say.ask_disable_stops.format(
                modules=len(set_up), next=say.ask_disable_next.format(time=at) if at else ""
            ),
            say.ask_disable_stays.format(
                links=f"{sum(each.links for each in status.modules):,}",
                failures=f"{sum(each.failures + each.held for each in status.modules):,}",
            ),
        ]  # fmt: skip
        if count := await self._shown_in_crm():
            more.insert(1, say.ask_disable_documents.format(count=f"{count:,}"))
        self.app.push_screen(Ask(say.ask_disable, more), self._disable_answered)

    async def _shown_in_crm(self) -> int:
        """Return how many documents the mirror put into CRM (B103)."""
        mirror = await self.service.transactions()
        return sum(mirror.to_remove.values()) if mirror.setup.on else 0

    def _disable_answered(self, yes: object) -> None:
        if yes:
            self.attempt(self._disable())

    async def _disable(self) -> None:
        await self.service.disable()
        await self._settled(self.say.disabled_now)

    async def do_disconnect(self) -> None:
        """Say what goes and what stays, and part."""
        say, status = self.say, self.state.status
        profile = status.profile if status else None
        if status is None or profile is None or profile.books is None or profile.crm is None:
            raise Refusal(say.no_connection)
        links = f"{sum(each.links for each in status.modules):,}"
        question = say.ask_disconnect.format(books=clean(profile.books.name), crm=clean(profile.crm.name))
        more = [say.ask_disconnect_goes, say.ask_disconnect_stays.format(links=links)]

        def answered(yes: object) -> None:
            if yes:
                self.attempt(self._part())

        self.app.push_screen(Ask(question, more), answered)

    async def _part(self) -> None:
        await self.service.disconnect()
        await self._settled(self.say.disconnected_now)

    async def _settled(self, told: str) -> None:
        await self.kk.news_of_settings()
        self.kk.flash(told)
        self.changed_connection()

    def changed_connection(self) -> None:
        """Show the connection as it is now."""
        self.redraw()
