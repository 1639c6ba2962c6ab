"""Connection (9): what this profile joins, how it is looked after, and the preflight's result, a line a check."""

from collections.abc import Iterable

from textual.widget import Widget

from core.model.names import SIDES, SideName
from core.model.schedule import Alerts
from core.model.setup import Check, Profile
from core.service import Status
from core.service_running import KeyGiven, Timetable
from tui.actions import bindings
from tui.locale import word
from tui.screens.dialogs import Menu
from tui.screens.organisations import by_urgency, check_lines, organisation_lines
from tui.screens.parting import Parting
from tui.screens.timing import as_text
from tui.text import clean
from tui.widgets.page import Page
from tui.widgets.strips import Line, paragraph


class Connection(Parting):
    """See the module's docstring."""

    NAME = "connection"
    BINDINGS = bindings("connection")

    def __init__(self) -> None:
        super().__init__()
        self.page = Page(self.lines)
        self.checks: list[Check] | None = None
        self.checking = False
        self.made: dict[str, tuple[str, str]] = {}
        self.timetables: list[Timetable] = []
        self._told = -1

    def body(self) -> Iterable[Widget]:
        """Return the page."""
        yield self.page

    def draw(self) -> None:
        """Show what is known."""
        self.page.redraw()

    def arrived(self) -> None:
        """Check, the first time; ask for the schedule whenever it may have moved."""
        if self.kk.service is None:
            return
        if self.checks is None and not self.checking:
            self._check()
        if self._told != self.state.generation:
            self._told = self.state.generation
            self.run_worker(self._ask_schedule(), exclusive=False)

    def changed_connection(self) -> None:
        """Check anew: what was found before was found of another connection."""
        self.checks, self._told = None, -1
        self.arrived()
        self.page.redraw()

    def _check(self) -> None:
        if self.state.connected and not self.state.disabled:
            self.checking = True
            self.run_worker(self._load(), exclusive=True, group="checks")

    async def _ask_schedule(self) -> None:
        try:
            self.timetables = await self.service.timetable()
        except Exception as error:  # The rest of the screen is right without it.
            self._told = -1
            self.log.error(error)
        self.page.redraw()

    async def _load(self) -> None:
        try:
            self.checks = await self.service.preflight()
        except Exception as error:  # Told on the flash line; an earlier result stays.
            self.checks = self.checks or []
            self.trouble(error)
        finally:
            self.checking = False
        self.page.redraw()

    # the page

    def lines(self, cells: int) -> list[Line]:
        """Return the page."""
        say, status = self.say, self.state.status
        profile = status.profile if status else None
        lines: list[Line] = [[(f" {say.joined_title}", "title")]]
        for side in (profile.books, profile.crm) if profile else ():
            lines += organisation_lines(self, side) if side else []
        if status is not None and (profile is None or not profile.connected):
            return [*lines, *self._first_start(cells, status)]
        if status is None or profile is None:
            return lines
        lines += self._standing(cells, status, profile)
        if not profile.disabled:
            lines += [(), [(f" {say.checks_title}", "title")]]
            if self.checking:
                lines.append([(f"   {say.checks_running}", "dim")])
            for check in by_urgency(self.checks or ()):
                lines += check_lines(self, check, cells)
        return [*lines, (), *paragraph(say.change_connection, cells - 2, role="dim", indent=1)]

    def _standing(self, cells: int, status: Status, profile: Profile) -> list[Line]:
        """Return what is set for the profile as a whole."""
        say = self.say
        lines: list[Line] = []
        if profile.disabled:
            lines += paragraph(f"! {say.disabled_line}", cells - 5, role="warn", indent=3)
        if profile.later:
            lines += paragraph(say.later_line, cells - 5, indent=3)
        if status.vault:
            lines.append([(f"   {say.vault_line.format(kind=clean(status.vault))}", "plain")])
        lines += paragraph(say.alerts_line.format(who=alerts_text(self, profile.alerts)), cells - 5, indent=3, most=2)
        rows = [f"{word(say, 'module', each.schedule.module)} {as_text(self, each)}" for each in self.timetables]
        return [
            *lines,
            *paragraph(say.schedule_line.format(rows=", ".join(rows) or say.schedule_none), cells - 5, indent=3),
        ]

    def _first_start(self, cells: int, status: Status) -> list[Line]:
        """Return the way from nothing to a first sync, a step a paragraph, with what is done."""
        say = self.say
        lines: list[Line] = []
        profile = status.profile
        links = sum(each.links for each in status.modules)
        if profile is not None and any(profile.pair) and links:
            pair = " <-> ".join(reversed(profile.pair))
            lines += [*paragraph(say.parted_line.format(links=f"{links:,}", pair=pair), cells - 3, role="ok"), ()]
        lines += [*paragraph(say.first_start, cells - 3, role="strong"), ()]
        for number, text in enumerate((say.first_keys, say.first_connect, say.first_setup), 1):
            lines += [*paragraph(f"{number}  {text}", cells - 5, indent=2), ()]
        for side, (_, key) in self.made.items():
            if key:
                told = say.first_made.format(side=word(say, "side", side))
                lines += paragraph(told, cells - 5, role="ok", indent=2)
        return lines

    # deeds

    async def do_live(self) -> None:
        """Check again."""
        self._check()
        self.page.redraw()

    async def do_open(self) -> None:
        """Connect, or update the credentials."""
        await self.app.run_action("do('connect')")

    async def do_connect(self) -> None:
        """Enter e-mail and ZSC key of both sides (B12-B15, B107)."""
        from tui.screens.connect import Connect  # noqa: PLC0415

        self.app.push_screen(Connect(self.mode, self.made, self.state))

    async def do_make_key(self) -> None:
        """Make a ZSC key: for which side, in which data centre, and then step by step."""
        names = [word(self.say, "side", side) for side in SIDES]
        self.app.push_screen(Menu(self.say.key_which, names, 0), self._side_chosen)

    def _side_chosen(self, index: object) -> None:
        if isinstance(index, int):
            self.attempt(self._ask_centre(SIDES[index]))

    async def _ask_centre(self, side: SideName) -> None:
        guide = await self.service.key_guide(side)
        profile = self.state.status.profile if self.state.status else None
        joined = (profile.crm if side == "crm" else profile.books) if profile else None
        urls = [each.accounts_url for each in guide.centres]
        current = urls.index(joined.accounts_url) if joined and joined.accounts_url in urls else 0

        def chosen(index: object) -> None:
            from tui.screens.key import KeySteps  # noqa: PLC0415

            if isinstance(index, int):
                self.app.push_screen(KeySteps(self.mode, guide, guide.centres[index], self._made))

        names = [f"{each.name} ({each.accounts_url.removeprefix('https://accounts.')})" for each in guide.centres]
        self.app.push_screen(Menu(self.say.key_centre, names, current), chosen)

    def _made(self, side: str, email: str, key: str) -> None:
        self.made[side] = (email, key)

    async def do_add_books(self) -> None:
        """Join another Books organisation to this CRM, as a profile of its own (B18, E3)."""
        from tui.screens.profiles import add_books  # noqa: PLC0415

        await add_books(self)

    async def do_key_check(self) -> None:
        """See what a key allows."""
        from tui.screens.keys import check_key, choose_key  # noqa: PLC0415

        async def check(given: KeyGiven) -> None:
            await check_key(self, given)

        choose_key(self, check)

    async def do_revoke(self) -> None:
        """Take a key out of use for good."""
        from tui.screens.keys import choose_key, revoke_key  # noqa: PLC0415

        async def revoke(given: KeyGiven) -> None:
            await revoke_key(self, given)

        choose_key(self, revoke)

    async def do_doctor(self) -> None:
        """Examine everything that a sync needs."""
        from tui.screens.doctor import Doctor  # noqa: PLC0415

        self.app.push_screen(Doctor(self.mode))

    async def do_alerts(self) -> None:
        """Say who is told when something is wrong."""
        from tui.screens.alerts import AlertsForm  # noqa: PLC0415

        self.app.push_screen(AlertsForm(self.mode, await self.service.alerts()))


def alerts_text(screen: Parting, alerts: Alerts) -> str:
    """Return who is told, in words."""
    say = screen.say
    told = [
        text.format(what=clean(what))
        for text, what in ((say.alerts_command, alerts.command), (say.alerts_webhook, alerts.webhook))
        if what
    ]
    if told and alerts.silent_hours:
        told.append(say.alerts_silent.format(hours=alerts.silent_hours))
    return ", ".join(told) or say.alerts_nobody
