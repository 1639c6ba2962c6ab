"""Records with more than one candidate on the other side (F13): the list, and the choice between the candidates."""

from collections.abc import Iterable, Sequence

from textual.widget import Widget

from core.model.deciding import DETAILS, Ambiguity, Candidate, DetailCode
from core.model.names import ModuleName, other
from tui.actions import bindings
from tui.host import Refusal
from tui.locale import word
from tui.screens.base import Base
from tui.screens.dialogs import Ask
from tui.screens.loaded import ListedOf, Loaded
from tui.text import clean
from tui.when import clock
from tui.widgets.biglist import BigList
from tui.widgets.page import Page
from tui.widgets.strips import Line, Span, paragraph
from tui.widgets.table import Column, Heading, row
from tui.widgets.window import Window

LOOKED_AT = 200
"""Ambiguities asked for at a time while one is looked for: their records are read from Zoho."""


class Ambiguities(ListedOf):
    """The records that could be several."""

    NAME = "ambiguities"
    BINDINGS = bindings("ambiguities")

    def __init__(self, mode: str, module: ModuleName) -> None:
        super().__init__(mode, module, key=lambda each: (each.side, each.id))

    def titled(self) -> list[Span]:
        """Return the title."""
        return self.counted(self.say.pairs_of, self.say.pairs_none)

    def columns(self) -> list[Column]:
        """Return the columns."""
        say = self.say
        return [
            Column(say.head_name), Column(say.head_side, 6), Column(say.head_candidates, 10, right=True),
            Column(say.head_since, 11, right=True),
        ]  # fmt: skip

    def row(self, each: Ambiguity, cells: int) -> Line:
        """Return a record's line."""
        values: list[Span] = [
            (each.name, "plain"),
            (word(self.say, "side", each.side), "plain"),
            (f"{len(each.candidates):,}", "warn"),
            (clock(each.since, self.kk.now()), "dim"),
        ]
        return row(self.columns(), values, cells)

    async def load(self) -> None:
        """Ask how many there are; the rows come as they are looked at."""
        found = await self.service.undecided()
        self.count = sum(each.ambiguities for each in found if each.module == self.module)

        async def fetch(start: int, stop: int) -> Sequence[Ambiguity]:
            return await self.service.ambiguities(self.module, start, stop)

        self.list.show(Window(self.count, fetch))

    def details(self, cells: int) -> list[Line]:
        """Return what tells the candidates apart."""
        each: Ambiguity | None = self.list.selected
        if each is None:
            return []
        lines: list[Line] = [(), [(f" {clean(each.name)}", "strong")]]
        for candidate in each.candidates:
            lines += paragraph(told(self, each, candidate), cells - 5, indent=3, most=2)
        return lines

    async def do_open(self) -> None:
        """Choose between the selected record's candidates."""
        self.app.push_screen(Pair(self.mode, await self.here()))


def telling(about: Ambiguity, candidate: Candidate) -> list[tuple[DetailCode, str]]:
    """Return a candidate's details, what it has not in common with every other one first."""
    others = [dict(each.details) for each in about.candidates if each is not candidate]
    return sorted(candidate.details, key=lambda each: all(other.get(each[0]) == each[1] for other in others))


def told(screen: Base, about: Ambiguity, candidate: Candidate) -> str:
    """Return a candidate in one line: its name, and what tells it from the others."""
    if not candidate.known:
        return f"{candidate.name or candidate.id}  ({screen.say.candidate_unknown})"
    lang = screen.kk.lang
    details = "  ".join(f"{DETAILS[code].say(lang)}: {value}" for code, value in telling(about, candidate))
    return f"{candidate.name}  {details}"


class Pair(Loaded):
    """One record and those that could be meant by it. ``=`` says which one is the same, ``!`` which one is not."""

    NAME = "pair"
    BINDINGS = bindings("pair")

    def __init__(self, mode: str, about: Ambiguity) -> None:
        super().__init__(mode)
        self.about = about
        self.head = Page(self.head_lines, focusable=False, classes="fixed")
        self.heading = Heading()
        self.list = BigList(self.row, key=lambda candidate: candidate.id, classes="half")
        self.page = Page(self.details, focusable=False)

    @property
    def module_here(self) -> ModuleName:
        """The module of the record."""
        return self.about.module

    def body(self) -> Iterable[Widget]:
        """Return the record, its candidates, and the selected one beside it."""
        yield self.head
        yield self.heading
        yield self.list
        yield self.page

    def columns(self) -> list[Column]:
        """Return the columns."""
        return [Column(self.say.head_candidate), Column(""), Column("ID", 20, since=76)]

    def row(self, candidate: Candidate, cells: int) -> Line:
        """Return a candidate's line."""
        details = "  ".join(value for _, value in telling(self.about, candidate))
        text = details if candidate.known else self.say.candidate_unknown
        return row(self.columns(), [(candidate.name, "plain"), (text, "dim"), (candidate.id, "dim")], cells)

    def head_lines(self, cells: int) -> list[Line]:
        """Return the record that is to be paired."""
        say, about = self.say, self.about
        side = word(say, "side", about.side)
        lines: list[Line] = [[(f" {clean(about.name)[:cells]}", "strong"), (f"  {side} {clean(about.id)}", "dim")]]
        return [*lines, *paragraph(say.pair_tells.format(side=word(say, "side", other(about.side))), cells - 3)]

    def draw(self) -> None:
        """Show record and candidates."""
        self.heading.columns = self.columns()
        self.heading.refresh()
        self.head.styles.height = len(self.head_lines(self.app.size.width))
        self.head.redraw()
        self.list.show(Window(rows=self.about.candidates))
        self.page.redraw()

    async def load(self) -> None:
        """Look at the record anew: candidates may have gone, or it is paired already."""
        start = 0
        while found := await self.service.ambiguities(self.about.module, start, start + LOOKED_AT):
            for each in found:
                if (each.side, each.id) == (self.about.side, self.about.id):
                    self.about = each
                    return
            start += LOOKED_AT
        if self.app.screen is self:
            self.kk.flash(self.say.pair_gone.format(name=clean(self.about.name)))
            # Not awaited: this is work of the screen that leaves.
            self.app.pop_screen()

    def on_big_list_moved(self, _event: BigList.Moved) -> None:
        """Show the selected candidate beside the record."""
        self.page.redraw()

    def details(self, cells: int) -> list[Line]:
        """Return record and candidate side by side; what both have alike is marked."""
        candidate: Candidate | None = self.list.selected
        if candidate is None:
            return []
        say, lang = self.say, self.kk.lang
        ours, theirs = dict(self.about.details), dict(candidate.details)
        columns = [
            Column("", 1), Column("", 16), Column(word(say, "side", self.about.side)),
            Column(word(say, "side", candidate.side)),
        ]  # fmt: skip
        lines: list[Line] = [(), row(columns, [(each.head, "dim") for each in columns], cells)]
        rows: list[tuple[str, str, str]] = [(say.head_name, self.about.name, candidate.name)]
        codes: list[DetailCode] = list(dict.fromkeys([*ours, *theirs]))
        rows += [(DETAILS[code].say(lang), ours.get(code, ""), theirs.get(code, "")) for code in codes]
        for label, left, right in rows:
            same = bool(left) and left == right
            values: list[Span] = [
                ("=" if same else "", "ok"), (label, "dim"), (left, "plain"), (right, "ok" if same else "plain"),
            ]  # fmt: skip
            lines.append(row(columns, values, cells))
        return lines

    # deeds

    def _selected(self) -> Candidate:
        candidate: Candidate | None = self.list.selected
        if candidate is None:
            raise Refusal(self.say.no_selection)
        return candidate

    def _ids(self, candidate: Candidate) -> tuple[str, str]:
        """Return the ids of record and candidate, CRM's first."""
        return (self.about.id, candidate.id) if self.about.side == "crm" else (candidate.id, self.about.id)

    async def do_open(self) -> None:
        """Choose the selected candidate."""
        await self.action_do("same")

    async def do_same(self) -> None:
        """Pair the record with the selected candidate, after asking."""
        candidate = self._selected()
        names = (self.about.name, candidate.name) if self.about.side == "crm" else (candidate.name, self.about.name)
        ask_same(self, self.about.module, self._ids(candidate), names)

    async def do_apart(self) -> None:
        """Remember that the selected candidate is another one."""
        candidate = self._selected()
        await self.service.keep_apart(self.about.module, *self._ids(candidate))
        self.kk.flash(self.say.kept_apart_told.format(name=clean(candidate.name)))
        await self.reload()


def ask_same(screen: Base, module: ModuleName, ids: tuple[str, str], names: tuple[str, str]) -> None:
    """Ask whether two records are the same one, and pair them. ``ids`` and ``names``: CRM's, Books'."""
    say = screen.say
    crm, books = clean(names[0]), clean(names[1])

    async def choose() -> None:
        screen.state.run = await screen.service.choose(module, *ids)
        await screen.kk.show_run()

    def answered(yes: object) -> None:
        if yes:
            screen.attempt(choose())

    more = [say.ask_same_crm.format(name=crm, id=ids[0]), say.ask_same_books.format(name=books, id=ids[1])]
    screen.app.push_screen(Ask(say.ask_same, [*more, say.ask_same_more]), answered)
