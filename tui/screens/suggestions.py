"""Likely pairs: unlinked records of both sides that resemble each other; and what was said not to be the same."""

from collections.abc import Sequence
from functools import partial

from core.model.deciding import EVIDENCE, Apart, Suggestion, SuggestionPage
from core.model.names import ModuleName
from tui.actions import bindings
from tui.locale import word
from tui.screens.loaded import ListedOf
from tui.screens.pairs import ask_same
from tui.text import clean
from tui.when import clock
from tui.widgets.strips import Line, Span, paragraph
from tui.widgets.table import Column, row
from tui.widgets.window import Window

AGAIN = 0.5
"""Seconds between looks while the agent is still comparing."""
KEPT = 10_000
"""Most pairs kept apart that are listed."""


class Suggestions(ListedOf):
    """See the module's docstring. With ``plan_id``: those that a held plan would create although they look known."""

    NAME = "suggestions"
    BINDINGS = bindings("suggestions")

    def __init__(self, mode: str, module: ModuleName, plan_id: str = "") -> None:
        super().__init__(mode, module, key=lambda each: (each.crm_id, each.books_id))
        self.plan_id = plan_id
        self.known: SuggestionPage | None = None

    def columns(self) -> list[Column]:
        """Return the columns."""
        say = self.say
        return [
            Column(say.head_score, 6, right=True), Column(say.side_crm), Column(say.side_books),
            Column(say.head_evidence, 28, since=92),
        ]  # fmt: skip

    def row(self, each: Suggestion, cells: int) -> Line:
        """Return a pair's line."""
        values: list[Span] = [
            (f"{each.score}", "strong"), (each.crm_name, "plain"), (each.books_name, "plain"), (self._why(each), "dim"),
        ]  # fmt: skip
        return row(self.columns(), values, cells)

    def _why(self, each: Suggestion) -> str:
        return ", ".join(EVIDENCE[code].say(self.kk.lang) for code in each.why)

    def titled(self) -> list[Span]:
        """Return the title, and how far the looking has got."""
        say, known = self.say, self.known
        if known is None or known.whole:
            return self.counted(say.suggestions_of, say.suggestions_none)
        count = f"{known.looked_at:,}"
        spans = self.counted(say.suggestions_of, "")
        if known.working:
            return [*spans, (f"  {say.suggestions_looking.format(count=count)}", "busy")]
        return [*spans, (f"  {say.suggestions_partial.format(count=count)}", "warn")]

    async def _ask(self, start: int, stop: int) -> SuggestionPage:
        if self.plan_id:
            return await self.service.plan_suggestions(self.plan_id, start, stop)
        return await self.service.suggestions(self.module, start, stop)

    async def load(self) -> None:
        """Ask how many there are; while they are still looked for, ask again soon."""
        self.known = await self._ask(0, 1)
        self.count = self.known.count

        async def fetch(start: int, stop: int) -> Sequence[Suggestion]:
            return (await self._ask(start, stop)).suggestions

        self.list.show(Window(self.count, fetch))
        if self.known.working:
            self.set_timer(AGAIN, self._look_again)

    def _look_again(self) -> None:
        if self.app.screen is self and self.kk.service is not None:
            self.asking = self.run_worker(partial(self.reload), exclusive=True, group="load")

    def details(self, cells: int) -> list[Line]:
        """Return the selected pair in full."""
        each: Suggestion | None = self.list.selected
        say = self.say
        if each is None:
            return paragraph(say.suggestions_tells, cells - 3, role="dim")
        lines: list[Line] = [()]
        for side, name, record in (("crm", each.crm_name, each.crm_id), ("books", each.books_name, each.books_id)):
            lines += paragraph(f"{word(say, 'side', side)}: {name} ({record})", cells - 3, role="strong", most=2)
        lines += paragraph(f"{say.head_evidence}: {self._why(each) or '-'} ({each.score}/100)", cells - 3)
        return [*lines, (), *paragraph(say.suggestions_tells, cells - 3, role="dim")]

    # deeds

    async def do_open(self) -> None:
        """Say that the selected two are the same."""
        await self.action_do("same")

    async def do_same(self) -> None:
        """Pair the two, after asking."""
        each = await self.here()
        ask_same(self, each.module, (each.crm_id, each.books_id), (each.crm_name, each.books_name))

    async def do_apart(self) -> None:
        """Remember that the two are not the same."""
        each = await self.here()
        await self.service.keep_apart(each.module, each.crm_id, each.books_id)
        self.kk.flash(self.say.kept_apart_told.format(name=clean(each.books_name)))
        await self.reload()

    async def do_copy(self) -> None:
        """Copy CRM's id."""
        self.copy((await self.here()).crm_id)

    async def do_copy_books(self) -> None:
        """Copy Books' id."""
        self.copy((await self.here()).books_id)


class KeptApart(ListedOf):
    """What somebody said is not the same; ``T`` takes that back."""

    NAME = "kept_apart"
    BINDINGS = bindings("kept_apart")

    DETAILS = False

    def __init__(self, mode: str, module: ModuleName) -> None:
        super().__init__(mode, module, key=lambda each: each.key)

    def titled(self) -> list[Span]:
        """Return the title."""
        return self.counted(self.say.kept_apart_of, self.say.kept_apart_none)

    def columns(self) -> list[Column]:
        """Return the columns."""
        say = self.say
        return [
            Column(say.head_name), Column(f"CRM {say.head_id}", 20, since=76), Column(f"Books {say.head_id}", 20),
            Column(say.head_since, 11, right=True),
        ]  # fmt: skip

    def row(self, each: Apart, cells: int) -> Line:
        """Return a pair's line."""
        values: list[Span] = [
            (each.name or each.crm_id, "plain"), (each.crm_id, "dim"), (each.books_id, "dim"),
            (clock(each.at, self.kk.now()), "dim"),
        ]  # fmt: skip
        return row(self.columns(), values, cells)

    async def load(self) -> None:
        """Ask for the pairs."""
        found = await self.service.kept_apart(self.module, 0, KEPT)
        self.count = len(found)
        self.list.show(Window(rows=found))

    async def do_release(self) -> None:
        """Let the two be paired again."""
        each: Apart = await self.here()
        await self.service.forget_apart(each.module, each.crm_id, each.books_id)
        self.kk.flash(self.say.released)
        await self.reload()
