"""The doctor: everything that a sync needs, step by step, with what to do where it is not well."""

from collections.abc import Iterable

from textual.widget import Widget

from core.model.setup import Check
from tui.actions import bindings
from tui.screens.base import Base
from tui.screens.organisations import by_urgency, check_lines
from tui.widgets.page import Page
from tui.widgets.strips import Line, paragraph


class Doctor(Base):
    """See the module's docstring."""

    NAME = "doctor"
    BINDINGS = bindings("doctor")

    def __init__(self, mode: str) -> None:
        super().__init__(mode)
        self.page = Page(self.lines)
        self.checks: list[Check] | None = None
        self.running = False

    def body(self) -> Iterable[Widget]:
        """Return the page."""
        yield self.page

    def draw(self) -> None:
        """Show what was found."""
        self.page.redraw()

    def arrived(self) -> None:
        """Examine, the first time."""
        if self.kk.service is not None and self.checks is None and not self.running:
            self._examine()

    def _examine(self) -> None:
        self.running = True
        self.page.redraw()
        self.run_worker(self._load(), exclusive=True)

    async def _load(self) -> None:
        try:
            self.checks = await self.service.doctor()
        except Exception as error:  # Told on the flash line; an earlier result stays.
            self.checks = self.checks or []
            self.trouble(error)
        finally:
            self.running = False
        self.page.redraw()

    def lines(self, cells: int) -> list[Line]:
        """Return the findings, what is in the way first."""
        say = self.say
        lines: list[Line] = [[(f" {say.doctor_title}", "title")], *paragraph(say.doctor_tells, cells - 3), ()]
        if self.running:
            lines += [[(f"   {say.doctor_running}", "busy")]]
        checks = by_urgency(self.checks or ())
        if checks and not self.running and checks[0].state != "stop":
            lines += [*paragraph(say.doctor_well, cells - 5, role="ok", indent=3)]
        for check in checks:
            lines += check_lines(self, check, cells)
        return lines

    async def do_live(self) -> None:
        """Examine again."""
        if not self.running:
            self._examine()
