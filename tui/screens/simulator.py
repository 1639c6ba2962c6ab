"""What a trigger preference would have made of the deals' past, before it is switched on."""

from collections.abc import Iterable, Sequence
from typing import Any

from textual.widget import Widget

from core.model.documents import Preference
from core.model.ledger import SimulatedDocument, SimulatedStep, Simulation
from tui.actions import bindings
from tui.locale import word
from tui.screens.base import Base
from tui.screens.document_rows import money, status_span
from tui.widgets.biglist import BigList
from tui.widgets.page import Page
from tui.widgets.strips import Line, Span, paragraph
from tui.widgets.table import Column, Heading, Title, row
from tui.widgets.window import Window

DEALS = 200
"""The deals that changed last, whose past is replayed at first; ``l`` replays all."""


class Simulator(Base):
    """See the module's docstring."""

    NAME = "simulator"
    BINDINGS = bindings("simulator")

    def __init__(self, mode: str, preference: Preference) -> None:
        super().__init__(mode)
        self.preference, self.limit = preference, DEALS
        self.head = Page(self.head_lines, focusable=False, classes="fixed")
        self.title_line, self.heading = Title(), Heading()
        self.list = BigList(self.row)
        self.found: Simulation | None = None
        self.on_steps = False
        self.failed = False

    def body(self) -> Iterable[Widget]:
        """Return the totals and the documents or steps."""
        yield self.head
        yield self.title_line
        yield self.heading
        yield self.list

    def columns(self) -> list[Column]:
        """Return the columns of documents or steps."""
        say = self.say
        if self.on_steps:
            return [
                Column(say.head_when, 10), Column(say.head_deal), Column(say.head_stage, 20),
                Column(say.head_change, 10), Column(say.head_why),
            ]  # fmt: skip
        return [
            Column(say.head_deal), Column(say.head_document, 10), Column(say.head_status, 13),
            Column(say.head_amount, 14, right=True), Column("", 4), Column(say.head_made, 10),
        ]  # fmt: skip

    def row(self, each: Any, cells: int) -> Line:
        """Return the line of a document or step."""
        say = self.say
        if isinstance(each, SimulatedStep):
            why = "" if each.why == "called" else word(say, "why_trigger", each.why)
            steps: Sequence[Span] = [
                (each.at[:10], "plain"), (each.deal_name, "plain"), (each.stage, "plain"),
                (word(say, "verb_trigger", each.verb), "dim" if each.verb == "none" else "plain"), (why, "dim"),
            ]  # fmt: skip
            return row(self.columns(), steps, cells)
        made: SimulatedDocument = each
        values: Sequence[Span] = [
            (made.deal_name, "plain"), (word(say, "kind", made.kind), "plain"), status_span(self.kk, made.status),
            (money(made.amount), "plain"), (made.currency, "dim"), (made.made_at[:10], "plain"),
        ]  # fmt: skip
        return row(self.columns(), values, cells)

    def draw(self) -> None:
        """Show what was found."""
        say, found = self.say, self.found
        rows: Sequence[Any] = () if found is None else found.steps if self.on_steps else found.documents
        name = say.simulated_steps if self.on_steps else say.simulated_documents
        self.footer.notes["view"] = name
        self.footer.refresh()
        self.title_line.set([(f" {name}  {len(rows):,}", "title")])
        self.heading.columns = self.columns()
        self.heading.refresh()
        self.list.show(Window(rows=rows))
        self.head.styles.height = min(10, len(self.head_lines(self.app.size.width)) + 1)
        self.head.redraw()

    def head_lines(self, cells: int) -> list[Line]:
        """Return the totals, and where the past is known from."""
        say, found = self.say, self.found
        lines: list[Line] = [
            [(f" {say.simulated_title.format(kind=word(say, 'kind', self.preference.kind))}", "title")]
        ]
        if found is None:
            return [*lines, [(f" {say.simulation_failed if self.failed else say.simulating}", "dim")]]
        told = say.simulated_from.format(
            deals=f"{found.deals:,}", history=f"{found.from_history:,}", seen=f"{found.from_seen:,}"
        )
        lines += paragraph(told, cells - 2, most=2, role="dim")
        columns = [Column("", 14), Column("", 8, right=True), Column("", 18, right=True), Column("")]
        for total in found.totals:
            values: list[Span] = [
                status_span(self.kk, total.status), (f"{total.count:,}", "plain"), (money(total.amount), "plain"),
                (total.currency, "dim"),
            ]  # fmt: skip
            lines.append(row(columns, values, cells))
        if not found.totals:
            lines += paragraph(say.simulated_nothing, cells - 2, most=2, role="warn")
        return lines

    def arrived(self) -> None:
        """Replay, once: it reads the past of many deals."""
        if self.kk.service is not None and self.found is None and not self.failed:
            self.run_worker(self._load(), exclusive=True)

    async def _load(self) -> None:
        try:
            self.found = await self.service.simulate_triggers(self.preference, self.limit)
        except Exception as error:  # Told on the flash line; l tries again.
            self.failed = True
            self.trouble(error)
        self.draw()

    # deeds

    async def do_live(self) -> None:
        """Replay all deals."""
        self.found, self.failed, self.limit = None, False, 0
        self.draw()
        self.arrived()

    async def do_view(self) -> None:
        """Turn between documents and steps."""
        self.on_steps = not self.on_steps
        self.draw()

    async def do_next_view(self) -> None:
        """Turn between documents and steps."""
        await self.do_view()
