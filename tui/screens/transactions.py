"""Documents in both places (B61-B65, B103): what switching makes or removes, the last run, failures."""

from collections.abc import Coroutine, Iterable, Mapping
from typing import Any

from textual.widget import Widget

from core.model.documents import KINDS
from core.model.mirror import CRM_MODULES, MirrorStatus
from core.model.problems import Problem
from core.model.reasons import reason
from core.model.run import Failure, Run
from tui.actions import bindings
from tui.host import Refusal
from tui.locale import word
from tui.screens.base import Base
from tui.screens.dialogs import Ask
from tui.text import clean
from tui.theme import role_of, symbol_of
from tui.when import clock, lasted, seconds_between
from tui.widgets.page import Page
from tui.widgets.strips import Line, Span, paragraph
from tui.widgets.table import Column, row

FAILURES = 50
"""Failures that are told one by one; the number of all is told anyway."""


class TransactionsScreen(Base):
    """See the module's docstring."""

    NAME = "transactions"
    BINDINGS = bindings("transactions")

    def __init__(self, mode: str) -> None:
        super().__init__(mode)
        self.page = Page(self.lines)
        self.status: MirrorStatus | None = None
        self.failed: list[Failure] = []
        self.busy = ""
        self._generation = -1

    def body(self) -> Iterable[Widget]:
        """Return the page."""
        yield self.page

    def draw(self) -> None:
        """Show how things are."""
        self.page.redraw()

    def arrived(self) -> None:
        """Ask how things are, whenever they have moved."""
        if self.kk.service is not None and self._generation != self.state.generation:
            self._generation = self.state.generation
            self.run_worker(self._load(), exclusive=True)

    async def _load(self) -> None:
        try:
            self.status = await self.service.transactions()
            self.failed = await self.service.failures("documents", None)
        except Exception as error:  # Told on the flash line; what was known stays.
            self.trouble(error)
        self.page.redraw()

    @property
    def on(self) -> bool:
        """Whether transactions are on."""
        return self.status is not None and self.status.setup.on

    # the page

    def lines(self, cells: int) -> list[Line]:
        """Return state, numbers by kind, last run and failures."""
        say, status = self.say, self.status
        head: list[Span] = [(f" {say.transactions_title}  ", "title")]
        if status is None:
            return [[*head, (say.list_waiting, "dim")]]
        name = "on" if status.setup.on else "quiet"
        since = say.transactions_on.format(since=clock(status.setup.since, self.kk.now()) or "-")
        head.append((f"{symbol_of(name)} {since if status.setup.on else say.transactions_off}", role_of(name)))
        lines: list[Line] = [head, *paragraph(say.transactions_tells, cells - 3, role="dim"), ()]
        if self.state.status and self.state.status.profile and self.state.status.profile.later:
            lines += [*paragraph(say.transactions_later, cells - 3, role="warn"), ()]
        lines += [*self._table(status, cells), ()]
        if status.unavailable:
            lines += paragraph(say.transactions_lacking.format(modules=", ".join(status.unavailable)), cells - 3)
        lines += self._last_run()
        return [*lines, *self._failures(cells)]

    def _table(self, status: MirrorStatus, cells: int) -> list[Line]:
        say = self.say
        columns = [
            Column(say.head_document, 18), Column(say.head_crm_module), Column(say.head_mirrored, 10, right=True),
            Column(say.head_appear, 12, right=True), Column(say.head_remove, 12, right=True),
        ]  # fmt: skip
        lines = [row(columns, [(column.head, "dim") for column in columns], cells)]
        for kind in KINDS:
            counts = [f"{each.get(kind, 0):,}" for each in (status.mirrored, status.to_appear, status.to_remove)]
            lines.append(
                row(
                    columns,
                    [(word(say, "kind", kind), "plain"), (CRM_MODULES[kind], "dim"), *((n, "plain") for n in counts)],
                    cells,
                )
            )
        return lines

    def _last_run(self) -> list[Line]:
        say = self.say
        if self.busy:
            return [[(f" {self.busy}", "busy")]]
        module = self.state.module("documents")
        run = module.last_run if module else None
        return [[(f" {say.transactions_last}  ", "title"), *_ended(self, run)]]

    def _failures(self, cells: int) -> list[Line]:
        say = self.say
        if not self.failed:
            return [[(f" {say.transactions_none}", "ok")]] if self.on else []
        lines: list[Line] = [[(f" {say.transactions_failures.format(count=f'{len(self.failed):,}')}", "title")]]
        for each in self.failed[:FAILURES]:
            told = reason(each.reason)
            title = told.title.say(self.kk.lang)
            lines.append([(f"   {each.reason:<4}", "warn"), (clean(f"{each.name}  {title}"), "plain")])
            if each.message:
                lines += paragraph(clean(each.message), cells - 10, role="dim", indent=8, most=2)
            lines += paragraph(told.remedy.say(self.kk.lang), cells - 10, role="warn", indent=8, most=3)
        return lines

    # deeds

    async def do_open(self) -> None:
        """Read what there is, say what switching makes or removes, and switch when that is confirmed."""
        if self.state.read_only:
            raise Refusal(self.say.no_writing)
        if self.busy:
            raise Refusal(self.busy)
        profile = self.state.status.profile if self.state.status else None
        if profile is not None and profile.later:
            raise Refusal(self.say.transactions_later)
        self.attempt(self._ask())

    async def _ask(self) -> None:
        await self._during(self.say.transactions_reading, self._read())
        say, status = self.say, self.status
        assert status is not None
        counts = status.to_remove if status.setup.on else status.to_appear
        numbers = {"count": f"{sum(counts.values()):,}", "kinds": self._kinds(counts) or "-"}
        if status.setup.on:
            question = say.ask_transactions_off
            more = [say.ask_transactions_remove.format(**numbers), say.ask_transactions_stays]
        else:
            question = say.ask_transactions_on
            more = [
                say.ask_transactions_appear.format(**numbers), say.ask_transactions_made, say.ask_transactions_back,
                say.ask_transactions_stock,
            ]  # fmt: skip
        on = not status.setup.on

        def answered(yes: object) -> None:
            if yes:
                self.attempt(self._switch(on))

        self.app.push_screen(Ask(question, more), answered)

    def _kinds(self, counts: Mapping[str, int]) -> str:
        return ", ".join(f"{word(self.say, 'kind', kind)} {counts[kind]:,}" for kind in KINDS if counts.get(kind))

    async def _read(self) -> None:
        await self.service.refresh_documents()
        self.status = await self.service.transactions()

    async def _switch(self, on: bool) -> None:
        async def switch() -> None:
            self.status = await self.service.switch_transactions(on)

        await self._during(self.say.transactions_switching, switch())
        self.kk.flash(self.say.transactions_switched_on if on else self.say.transactions_switched_off)

    async def do_sync(self) -> None:
        """Bring both sides up to date now."""
        if not self.on:
            raise Problem("not_configured", module=word(self.say, "module", "documents"))
        if self.busy:
            raise Refusal(self.busy)
        self.attempt(self._run())

    async def _run(self) -> None:
        async def run() -> None:
            ended = await self.service.run_transactions()
            self.kk.flash(self.say.transactions_ended.format(state=word(self.say, "state", ended.state)))

        await self._during(self.say.transactions_running, run())

    async def do_live(self) -> None:
        """Read both sides' documents anew."""
        if not self.busy:
            self.attempt(self._during(self.say.transactions_reading, self._read()))

    async def _during(self, told: str, work: Coroutine[Any, Any, None]) -> None:
        """Say what is going on while it does, and show what came of it."""
        self.busy = told
        self.page.redraw()
        try:
            await work
        finally:
            self.busy = ""
            await self.kk.news_of_settings()
            await self._load()


def _ended(screen: Base, run: Run | None) -> list[Span]:
    if run is None:
        return [("-", "dim")]
    took = lasted(seconds_between(run.started, run.finished)) if run.finished else ""
    count = sum(each.created + each.updated + each.linked for each in run.counts.values())
    told = f"  {clock(run.started, screen.kk.now())}  {took}  +{count:,}"
    spans: list[Span] = [
        (f"{symbol_of(run.state)} {word(screen.say, 'state', run.state)}", role_of(run.state)), (told, "plain"),
    ]  # fmt: skip
    if run.problem:
        problem = Problem(run.problem, **run.problem_detail)
        spans.append((f"  {clean(problem.message(screen.kk.lang))}", "warn"))
    return spans
