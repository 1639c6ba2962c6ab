"""Why a record is not in step, or not on the other side (w): each reason with its remedy."""

from collections.abc import Iterable

from textual.widget import Widget

from core.model.names import ModuleName, SideName
from core.model.whynot import WhyNot
from core.service import Row
from tui.actions import bindings
from tui.screens.base import Base
from tui.screens.rows import record_state
from tui.text import clean
from tui.widgets.page import Page
from tui.widgets.strips import Line, paragraph


class WhyNotScreen(Base):
    """See the module's docstring."""

    NAME = "whynot"
    BINDINGS = bindings("whynot")

    def __init__(self, mode: str, module: ModuleName, record: Row) -> None:
        super().__init__(mode)
        self.module, self.record = module, record
        self.page = Page(self.lines)
        self.reasons: list[WhyNot] | None = None

    @property
    def module_here(self) -> ModuleName:
        """The record's module."""
        return self.module

    def body(self) -> Iterable[Widget]:
        """Return the page."""
        yield self.page

    def draw(self) -> None:
        """Show the reasons."""
        self.page.redraw()

    def arrived(self) -> None:
        """Ask, the first time."""
        if self.kk.service is not None and self.reasons is None:
            self.run_worker(self._load(), exclusive=True)

    async def _load(self) -> None:
        side: SideName = "crm" if self.record.crm_id else "books"
        try:
            self.reasons = await self.service.why_not(self.module, side, self.record.crm_id or self.record.books_id)
        except Exception as error:
            self.trouble(error)
        self.page.redraw()

    def lines(self, cells: int) -> list[Line]:
        """Return the page."""
        say, record, lang = self.say, self.record, self.kk.lang
        lines: list[Line] = paragraph(record.name, cells - 2, most=3, role="strong", indent=1)
        ids = say.record_ids.format(crm=clean(record.crm_id) or "-", books=clean(record.books_id) or "-")
        lines += [[(" ", "plain"), record_state(self.kk, record), (f"   {ids}", "dim")], ()]
        lines.append([(f" {say.whynot_title}", "title")])
        if self.reasons is None:
            return [*lines, [(f"   {say.list_waiting}", "dim")]]
        for reason in self.reasons:
            lines += paragraph(reason.message(lang), cells - 6, indent=3)
            if told := reason.remedy(lang):
                lines += paragraph(told, cells - 8, role="dim", indent=5)
            lines.append(())
        return lines

    async def do_copy(self) -> None:
        """Copy the id."""
        self.copy(self.record.crm_id or self.record.books_id)
