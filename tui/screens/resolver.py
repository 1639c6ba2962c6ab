"""The resolver: what a field was, what both sides made of it, and what it is to be (F40)."""

from collections.abc import Iterable

from textual.widget import Widget

from core.model.deciding import Choice, Conflict, ConflictField, SettleRequest, Take
from core.model.names import ModuleName
from core.model.value import Value
from tui.actions import bindings
from tui.host import Refusal
from tui.locale import word
from tui.screens.dialogs import Ask, Enter, Menu
from tui.screens.loaded import Loaded
from tui.screens.record import shown
from tui.text import clean, fit
from tui.theme import Role
from tui.when import clock
from tui.widgets.biglist import BigList
from tui.widgets.page import Page
from tui.widgets.strips import Line, Span, paragraph
from tui.widgets.table import Column, Heading, row
from tui.widgets.window import Window

Key = tuple[str, str]
"""A held field: its name on both sides."""
MOST_LINES = 4
LOOKED_AT = 1_000
"""Conflicts asked for at a time while one is looked for."""


def key_of(field: ConflictField | Choice) -> Key:
    """Return what names a held field."""
    return field.crm_field, field.books_field


class Resolver(Loaded):
    """See the module's docstring. Nothing is written before it was asked about."""

    NAME = "resolver"
    BINDINGS = bindings("resolver")

    def __init__(self, mode: str, conflict: Conflict) -> None:
        super().__init__(mode)
        self.conflict = conflict
        self.chosen: dict[Key, Choice] = {}
        self.head = Page(self.head_lines, focusable=False, classes="fixed")
        self.heading = Heading()
        self.list = BigList(self.row, classes="half")
        self.page = Page(self.details, focusable=False)

    @property
    def module_here(self) -> ModuleName:
        """The module of the pair."""
        return self.conflict.module

    def body(self) -> Iterable[Widget]:
        """Return the pair, its held fields, and the selected one in full."""
        yield self.head
        yield self.heading
        yield self.list
        yield self.page

    def draw(self) -> None:
        """Show fields and choices."""
        self.heading.columns = self.columns()
        self.heading.refresh()
        self.head.styles.height = len(self.head_lines(self.app.size.width))
        self.head.redraw()
        self.list.show(Window(rows=self.conflict.fields))
        self.page.redraw()

    def head_lines(self, cells: int) -> list[Line]:
        """Return whose fields these are, and how many are decided."""
        say, conflict = self.say, self.conflict
        ids = say.record_ids.format(crm=clean(conflict.crm_id), books=clean(conflict.books_id))
        since = say.conflict_since.format(time=clock(conflict.since, self.kk.now()) or "-")
        told = say.conflict_decided.format(count=len(self.chosen), of=len(conflict.fields))
        return [
            [(f" {clean(conflict.name)[:cells]}", "strong")],
            [(f" {told}", "changed" if self.chosen else "warn"), (f"   {since}   {ids}", "dim")],
        ]

    async def load(self) -> None:
        """Look at the pair anew: it may have moved, or be settled already."""
        start = 0
        while found := await self.service.conflicts(self.conflict.module, start, start + LOOKED_AT):
            now = next((each for each in found if each.key == self.conflict.key), None)
            if now is not None:
                self._take(now)
                return
            start += LOOKED_AT
        if self.app.screen is self:
            self.kk.flash(self.say.conflict_gone.format(name=clean(self.conflict.name)))
            # Not awaited: this is work of the screen that leaves.
            self.app.pop_screen()

    def _take(self, now: Conflict) -> None:
        if now.fields != self.conflict.fields:
            same = set(now.fields) & set(self.conflict.fields)
            kept = {key_of(each) for each in same}
            self.chosen = {key: choice for key, choice in self.chosen.items() if key in kept}
            self.kk.flash(self.say.conflict_moved, bad=True)
        self.conflict = now

    # the table

    def columns(self) -> list[Column]:
        """Return the columns."""
        say = self.say
        return [
            Column(say.head_field, 18),
            Column(say.head_base, since=60),
            Column(say.side_crm),
            Column(say.side_books),
            Column(say.head_outcome, 17),
        ]

    def row(self, field: ConflictField, cells: int) -> Line:
        """Return a field's line; what was chosen is marked by a sign."""
        choice = self.chosen.get(key_of(field))
        take = choice.take if choice else None
        values: list[Span] = [
            (field.crm_field, "plain"),
            (self._text(field.crm_base), "dim"),
            self._side(field.crm, take == "crm"),
            self._side(field.books, take == "books"),
            self._outcome(choice),
        ]
        return row(self.columns(), values, cells)

    def _side(self, value: Value, taken: bool) -> Span:
        return (">" if taken else " ") + self._text(value), "strong" if taken else "plain"

    def _text(self, value: Value) -> str:
        return shown(value) or self.say.empty

    def _outcome(self, choice: Choice | None) -> Span:
        if choice is None:
            return f"? {self.say.take_none}", "warn"
        if choice.take == "value":
            return f"= {self._text(choice.value)}", "changed"
        return f"> {word(self.say, 'take', choice.take)}", "ok"

    def on_big_list_moved(self, _event: BigList.Moved) -> None:
        """Show the selected field in full."""
        self.page.redraw()

    def details(self, cells: int) -> list[Line]:
        """Return the selected field: what it was, what both sides hold, what it will be."""
        field: ConflictField | None = self.list.selected
        if field is None:
            return []
        say, choice = self.say, self.chosen.get(key_of(field))
        lines: list[Line] = [(), [(f" {clean(field.crm_field)} <-> {clean(field.books_field)}", "title")]]
        for label, value in (
            (say.was_crm, field.crm_base), (say.is_crm, field.crm),
            (say.was_books, field.books_base), (say.is_books, field.books),
        ):  # fmt: skip
            lines += self._value(label, value, cells, "plain")
        if choice is not None:
            value = {"crm": field.crm, "books": field.books, "value": choice.value}[choice.take]
            lines += self._value(say.will_be, value, cells, "changed")
        return lines

    def _value(self, label: str, value: Value, cells: int, role: Role) -> list[Line]:
        rest = paragraph(self._text(value), cells - 24, role=role, indent=0, most=MOST_LINES)
        pad = " " * 22
        return [[(fit(f"   {label}", 22), "dim"), *rest[0]], *([(pad, "plain"), *line] for line in rest[1:])]

    # deeds

    def _selected(self) -> ConflictField:
        field: ConflictField | None = self.list.selected
        if field is None:
            raise Refusal(self.say.no_selection)
        return field

    async def do_take_crm(self) -> None:
        """Take CRM's value for the selected field."""
        self._choose(self._selected(), "crm")

    async def do_take_books(self) -> None:
        """Take Books' value for the selected field."""
        self._choose(self._selected(), "books")

    def _choose(self, field: ConflictField, take: Take, value: Value = None) -> None:
        """Choose; the same again takes the choice back."""
        key = key_of(field)
        wanted = Choice(crm_field=field.crm_field, books_field=field.books_field, take=take, value=value)
        if take != "value" and self.chosen.get(key) == wanted:
            del self.chosen[key]
        else:
            self.chosen[key] = wanted
            self.list.go(self.list.cursor + 1)
        self.draw()

    async def do_open(self) -> None:
        """Type another value for the selected field."""
        field = self._selected()
        title = self.say.value_title.format(field=clean(field.crm_field))
        if field.kind == "boolean":
            names = [self.say.value_yes, self.say.value_no]
            self.app.push_screen(Menu(title, names, 0 if field.crm else 1), lambda index: self._picked(field, index))
            return
        before = self.chosen.get(key_of(field))
        start = before.value if before is not None and before.take == "value" else field.crm
        text = "; ".join(start) if isinstance(start, tuple) else shown(start)

        def typed(text: object) -> None:
            if isinstance(text, str):
                self._choose(field, "value", text.strip() or None)

        tells = self.say.value_tells.format(kind=word(self.say, "type", field.kind))
        # One line to type in: a value of several lines is not put there to lose them.
        self.app.push_screen(Enter(title, tells, "" if "\n" in text else text), typed)

    def _picked(self, field: ConflictField, index: object) -> None:
        if isinstance(index, int):
            self._choose(field, "value", index == 0)

    async def do_apply(self) -> None:
        """Write what was chosen, after asking; what is undecided stays held."""
        if not self.chosen:
            raise Refusal(self.say.nothing_chosen)
        request = SettleRequest(
            module=self.conflict.module, key=self.conflict.key, choices=tuple(self.chosen.values()),
            stamp=self.conflict.stamp,
        )  # fmt: skip
        question = self.say.ask_settle.format(count=len(self.chosen), name=clean(self.conflict.name))

        def answered(yes: object) -> None:
            if yes:
                self.attempt(self._settle(request))

        self.app.push_screen(Ask(question, [self._told(each) for each in self.chosen.values()]), answered)

    def _told(self, choice: Choice) -> str:
        if choice.take == "value":
            return self.say.settle_value.format(field=choice.crm_field, value=self._text(choice.value))
        field = next(each for each in self.conflict.fields if key_of(each) == key_of(choice))
        value = field.crm if choice.take == "crm" else field.books
        side = word(self.say, "side", choice.take)
        return self.say.settle_side.format(field=choice.crm_field, side=side, value=self._text(value))

    async def _settle(self, request: SettleRequest) -> None:
        self.state.run = await self.service.settle(request)
        self.chosen.clear()
        await self.kk.show_run()
