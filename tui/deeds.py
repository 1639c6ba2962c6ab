"""The deeds that belong to no single screen: sync, preview, setup, pause, what a locked agent needs."""

from typing import TYPE_CHECKING, cast

from core.model.names import ModuleName
from core.service import ModuleStatus, Row, Service, SyncRequest
from core.service_records import FetchRequest, RecordRef
from tui.going import Going
from tui.host import Refusal
from tui.locale import word
from tui.screens.base import Base

if TYPE_CHECKING:
    from tui.screens.setup_steps import Step


class Deeds(Going, inherit_bindings=False):
    """The part of the application that asks the service to do something, whatever screen is shown."""

    @property
    def service(self) -> Service | None:
        """The agent's service while attached."""
        return self.session.service

    async def do_sync(self) -> None:
        """Start a sync of the screen's module and watch it; one that the valve stopped is confirmed first."""
        from tui.screens.dialogs import Ask  # noqa: PLC0415

        screen = cast(Base, self.screen)
        name = screen.module_here
        module = self.configured(name)
        if module.state != "needs_confirmation" or module.last_run is None:
            await self.start_sync(name, confirm=False)
            return
        from tui.screens.attention import valve_text  # noqa: PLC0415

        more = [valve_text(screen, trip) for trip in module.last_run.valve]

        def answered(yes: object) -> None:
            if yes:
                screen.attempt(self.start_sync(name, confirm=True))

        await self.push_screen(Ask(self.say.ask_confirm, more), answered)

    def configured(self, name: ModuleName) -> ModuleStatus:
        """Return a module's status. Raises ``Refusal`` for one that is not configured."""
        module = self.state.module(name)
        if module is None or module.setup is None:
            what = word(self.say, "module", name)
            known = module is not None and module.state != "unavailable"
            raise Refusal((self.say.module_unset if known else self.say.not_there_yet).format(what=what))
        return module

    async def start_sync(self, module: ModuleName, *, confirm: bool) -> None:
        """Start a sync of a module and show its progress."""
        service = cast(Base, self.screen).service
        self.state.run = await service.sync(SyncRequest(module=module, confirm=confirm))
        await self.show_run()

    async def show_run(self) -> None:
        """Show the progress of the run that was started just now."""
        self.session.refresh()
        await self.do_track()

    async def fetch(self, module: ModuleName, records: list[Row]) -> None:
        """Start a run of these records alone, and show its progress."""
        refs = [RecordRef("crm", each.crm_id) if each.crm_id else RecordRef("books", each.books_id) for each in records]
        service = cast(Base, self.screen).service
        self.state.run = await service.fetch(FetchRequest(module=module, records=tuple(refs)))
        await self.show_run()

    async def release(self, module: ModuleName, record: Row) -> None:
        """Let an ignored record take part again. Raises ``Refusal`` for one that is not ignored."""
        if record.state != "ignored":
            raise Refusal(self.say.not_ignored)
        await cast(Base, self.screen).service.release(module, record.crm_id or record.books_id)
        self.flash(self.say.released)
        self.session.refresh()

    async def do_preview(self) -> None:
        """Show the plan of the next run of the screen's module."""
        from tui.screens.preview import Preview  # noqa: PLC0415

        screen = cast(Base, self.screen)
        self.configured(screen.module_here)
        await self.push_screen(Preview(screen.mode, screen.module_here))

    async def news_of_settings(self) -> None:
        """Ask for the status now: settings were stored here."""
        service = self.service
        if service is not None:
            self.state.status = await service.status()
            self.session.refresh()

    async def do_configure(self) -> None:
        """Set up the screen's module (B21); transactions have a screen of their own (B62)."""
        screen = cast(Base, self.screen)
        if screen.module_here == "documents":
            from tui.screens.transactions import TransactionsScreen  # noqa: PLC0415

            await self.push_screen(TransactionsScreen(screen.mode))
            return
        await self._set_up("shape")

    async def do_schedule(self) -> None:
        """Say when the screen's module syncs by itself (B78)."""
        from tui.screens.timing import choose_schedule  # noqa: PLC0415

        screen = cast(Base, self.screen)
        await choose_schedule(screen, screen.module_here)

    async def do_unlock(self) -> None:
        """Open the vault of a locked agent."""
        from tui.screens.dialogs import Enter  # noqa: PLC0415

        screen = cast(Base, self.screen)

        def typed(passphrase: object) -> None:
            if isinstance(passphrase, str) and passphrase:
                screen.attempt(self._unlock(screen.service, passphrase))

        await self.push_screen(Enter(self.say.unlock_title, self.say.unlock_tells, hidden=True), typed)

    async def _unlock(self, service: Service, passphrase: str) -> None:
        await service.unlock(passphrase)
        await self.news_of_settings()
        self.flash(self.say.unlocked)

    async def do_map(self) -> None:
        """Set up the fields of the screen's module."""
        await self._set_up("mapping")

    async def _set_up(self, step: "Step") -> None:
        from tui.screens.setup import SetupScreen  # noqa: PLC0415
        from tui.screens.setup_steps import modules_with_setup  # noqa: PLC0415

        screen = cast(Base, self.screen)
        if screen.module_here not in modules_with_setup():
            raise Refusal(self.say.not_there_yet.format(what=word(self.say, "module", screen.module_here)))
        await self.push_screen(SetupScreen(screen.mode, screen.module_here, step))

    async def _retry(self, service: Service, module: ModuleName) -> None:
        try:
            self.state.run = await service.sync(SyncRequest(module=module, retry=("*",)))
        except Exception as error:
            if isinstance(screen := self.screen, Base):
                screen.trouble(error)
        self.session.refresh()

    async def do_pause(self) -> None:
        """Pause, or end the pause (B84)."""
        service, status = cast(Base, self.screen).service, self.state.status
        if status is not None and status.profile is not None and status.profile.paused:
            await service.resume()
        else:
            await service.pause()
        self.session.refresh()

    async def do_open(self) -> None:
        """Open nothing: this screen has nothing to open."""
        self.flash(self.say.no_selection, bad=True)
