"""A record's page: base, CRM and Books side by side, field by field; its history and its failures."""

from collections.abc import Iterable

from textual.widget import Widget

from core.model.names import ModuleName
from core.model.reasons import reason
from core.model.run import HistoryLine
from core.model.undo import UndoScope
from core.model.value import Value
from core.service import FieldView, RecordPage, Row
from tui.actions import bindings
from tui.locale import word
from tui.screens.base import Base
from tui.screens.failure import failure_lines
from tui.screens.rows import record_state
from tui.text import clean, wrap
from tui.theme import Role
from tui.when import clock
from tui.widgets.page import Page
from tui.widgets.strips import Line, Span, paragraph
from tui.widgets.table import Column, row
from tui.widgets.table import shown as shares

WIDE, NARROW_COLUMNS = 110, 4
"""From this width on, both names of a field stand side by side."""
MOST_LINES = 12
"""Lines shown of one value; a 64 kB note must not hide the fields below it."""


def shown(value: Value) -> str:
    """Return a value as text."""
    if isinstance(value, tuple):
        return ", ".join(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return value or ""


class RecordScreen(Base):
    """See the module's docstring. Starts from the list's row, so that it has something to show at once."""

    NAME = "record"
    BINDINGS = bindings("record")

    def __init__(self, module: ModuleName, mode: str, record: Row) -> None:
        super().__init__(mode)
        self.module, self.record = module, record
        self.known: RecordPage | None = None
        self.reading = False
        self.page = Page(self.lines)
        self._generation = -1

    def body(self) -> Iterable[Widget]:
        """Return the page."""
        yield self.page

    def draw(self) -> None:
        """Show what is known."""
        self.page.redraw()

    def arrived(self) -> None:
        """Read the record's page when it may have moved."""
        if self.kk.service is not None and self._generation != self.state.generation and not self.reading:
            self._generation = self.state.generation
            self.run_worker(self._load(live=False), exclusive=True)

    async def _load(self, *, live: bool) -> None:
        try:
            self.known = await self.service.record(self.module, self.record.key, live)
            self.record = self.known.row
        except Exception as error:  # Told on the flash line; what was shown stays.
            self.trouble(error)
        finally:
            self.reading = False
        self.page.redraw()

    # the page

    def lines(self, cells: int) -> list[Line]:
        """Return the page."""
        say, record = self.say, self.record
        lines: list[Line] = paragraph(record.name, cells - 2, most=3, role="strong", indent=1)
        lines += [
            [(" " + word(say, "kind", record.kind) + "  ", "plain"), record_state(self.kk, record)],
            [(" " + self._ids(), "plain")],
            [(" " + self._meta(), "plain")],
            (),
        ]
        known = self.known
        if known is None:
            return [*lines, [(f" {say.list_waiting}", "dim")]]
        for failure in known.failures:
            lines += [[(f" {say.record_failures}", "title")], *failure_lines(self, failure, cells), ()]
        state = say.reading_live if self.reading else say.live_values if known.live else say.stored_values
        lines += [[(f" {say.record_fields}  ", "title"), (state, "dim")]]
        lines += self._field_lines(known, cells)
        lines += [(), [(f" {say.record_history}", "title")]]
        return lines + self._history_lines(known, cells)

    def _ids(self) -> str:
        record = self.record
        return self.say.record_ids.format(crm=clean(record.crm_id) or "-", books=clean(record.books_id) or "-")

    def _meta(self) -> str:
        record = self.record
        return self.say.record_meta.format(
            owner=clean(record.owner) or "-",
            receivable=clean(record.receivable) or "-",
            synced=clock(record.synced_at, self.kk.now()) or "-",
        )

    def _field_lines(self, known: RecordPage, cells: int) -> list[Line]:
        say = self.say
        wide = cells >= WIDE
        names = [Column(say.head_field, 18), Column("", 25)] if wide else [Column(say.head_field, 20)]
        columns = [*names, Column(say.head_base), Column(say.side_crm), Column(say.side_books)]
        heads: list[Span] = [(column.head, "dim") for column in columns]
        lines: list[Line] = [row(columns, heads, cells)]
        for field in known.fields:
            lines += self._field(field, columns, cells)
        return lines

    def _field(self, field: FieldView, columns: list[Column], cells: int) -> list[Line]:
        size = max(
            4, min(part for part, column in zip(shares(columns, cells), columns, strict=True) if not column.cells)
        )
        role: Role = "plain"
        crm: Role = "changed" if field.crm_base is not None and field.crm != field.crm_base else role
        books: Role = "changed" if field.books_base is not None and field.books != field.books_base else role
        empty = not (field.crm or field.books or field.crm_base or field.books_base)
        crm_name: Span = (field.crm_field, "dim" if empty else "plain")
        books_name: Span = (field.books_field, "dim")
        wide = len(columns) > NARROW_COLUMNS
        names = [[crm_name], [books_name]] if wide else [[crm_name, (f"  {field.books_field}", "dim")]]
        stacks = [
            *names,
            self._value(field.crm_base, size, "dim"),
            self._value(field.crm, size, crm),
            self._value(field.books, size, books),
        ]
        lines: list[Line] = []
        for index in range(max(len(stack) for stack in stacks)):
            values: list[Span] = [stack[index] if index < len(stack) else ("", "plain") for stack in stacks]
            lines.append(row(columns, values, cells))
        if field.books_base != field.crm_base and field.books_base is not None:
            told = self.say.base_differs.format(value=clean(shown(field.books_base)[: cells * 2]))
            indent = 2 + sum(column.cells + 1 for column in columns) - 1
            lines.append([(" " * indent + told, "dim")])
        return lines

    def _value(self, value: Value, size: int, role: Role) -> list[Span]:
        text = shown(value)
        lines: list[Span] = [(part, role) for part in wrap(text, size, most=MOST_LINES)]
        if len(text) > size * MOST_LINES:
            lines += [(part, "dim") for part in wrap(self.say.more_text.format(count=f"{len(text):,}"), size)]
        return lines

    def _history_lines(self, known: RecordPage, cells: int) -> list[Line]:
        if not known.history:
            return [[(f"   {self.say.no_history}", "dim")]]
        lines: list[Line] = []
        for entry in known.history:
            lines += history_lines(self, entry, cells)
        return lines

    # deeds

    async def do_live(self) -> None:
        """Read both sides anew."""
        self.reading = True
        self.page.redraw()
        self.run_worker(self._load(live=True), exclusive=True)

    @property
    def module_here(self) -> ModuleName:
        """The record's module."""
        return self.module

    async def do_fetch(self) -> None:
        """Fetch this record from both sides now (B82)."""
        await self.kk.fetch(self.module, [self.record])

    async def do_why(self) -> None:
        """Tell why the record is not in step."""
        from tui.screens.whynot import WhyNotScreen  # noqa: PLC0415

        self.app.push_screen(WhyNotScreen(self.mode, self.module, self.record))

    async def do_undo(self) -> None:
        """Show what taking back the latest write to this record would do."""
        from tui.screens.undo import UndoScreen  # noqa: PLC0415

        record = self.record.crm_id or self.record.books_id
        self.app.push_screen(UndoScreen(self.mode, UndoScope(module=self.module, record=record)))

    async def do_release(self) -> None:
        """Let an ignored record take part again."""
        await self.kk.release(self.module, self.record)

    async def do_copy(self) -> None:
        """Copy the id."""
        self.copy(self.record.crm_id or self.record.books_id)

    async def do_copy_books(self) -> None:
        """Copy the Books id."""
        self.copy(self.record.books_id)


def history_lines(screen: Base, entry: HistoryLine, cells: int) -> list[Line]:
    """Return one outcome and the fields it changed, old -> new."""
    say = screen.say
    head = say.line_written.format(
        when=clock(entry.at, screen.kk.now(), seconds=True),
        direction=getattr(say, entry.direction) if entry.direction else "",
        verb=word(say, "verb", entry.verb),
        why=word(say, "why", entry.why),
    )
    lines: list[Line] = [[(f"   {clean(head)}", "plain")]]
    for field in entry.after:
        old, new = shown(entry.before.get(field)) or say.empty, shown(entry.after[field]) or say.empty
        if old != new:
            text = f"{field}: {old[:200]} -> {new[:200]}"
            lines += paragraph(text, cells - 6, most=3, role="dim", indent=5)
    return lines


def reason_title(screen: Base, name: str) -> str:
    """Return a reason in words."""
    return reason(name).title.say(screen.kk.lang)
