"""The mapping table (B42-B44): which CRM field goes with which Books field, checked as it is edited."""

from collections.abc import Iterable

from msgspec.structs import replace
from textual.widget import Widget

from core.model.mapping import Note, by_likeness, row_of
from core.model.names import Part, SideName
from core.model.record import FieldMeta
from core.model.setup import FieldMap
from tui.actions import bindings
from tui.draft import Draft
from tui.host import Refusal
from tui.locale import word
from tui.screens.field_making import NEW, FieldMaking
from tui.screens.picker import Choice, Picker
from tui.screens.record import shown
from tui.text import clean
from tui.theme import Role
from tui.widgets.biglist import BigList
from tui.widgets.page import Page
from tui.widgets.strips import Line, Span, paragraph
from tui.widgets.table import Column, Heading, Title, row
from tui.widgets.window import Window

ARROWS = {"both": "<->", "to_books": "->", "to_crm": "<-"}
MARKS: dict[str, tuple[str, Role]] = {"stop": ("x", "bad"), "warning": ("!", "warn"), "ok": ("-", "dim")}
TURNS = {"both": "to_books", "to_books": "to_crm", "to_crm": "both"}


class Mapping(FieldMaking):
    """See the module's docstring. It edits the draft; what is wanted is stored at the end of the setup."""

    NAME = "mapping"
    BINDINGS = bindings("mapping")

    def __init__(self, mode: str, draft: Draft) -> None:
        super().__init__(mode)
        self.draft = draft
        self.title_line, self.heading = Title(), Heading()
        self.list = BigList(self.row, classes="half")
        self.page = Page(self.details, focusable=False)
        self.missing = {}
        self.learning = False

    def body(self) -> Iterable[Widget]:
        """Return the table and what is to be known of the selected row."""
        yield self.title_line
        yield self.heading
        yield self.list
        yield self.page

    def draw(self) -> None:
        """Show the rows."""
        say, draft = self.say, self.draft
        self.heading.columns = self.columns()
        self.heading.refresh()
        self.list.show(Window(rows=draft.rows()))
        spans: list[Span] = [
            (f" {say.mapping_of.format(module=word(say, 'module', draft.module))}  ", "title"),
            (say.mapping_rows.format(count=len(draft.setup.mapping)), "dim"),
        ]
        if draft.setup.mapping != draft.start.mapping:
            spans.append((f"  {say.mapping_unsaved}", "changed"))
        if self.learning:
            spans.append((f"  {say.mapping_learning}", "busy"))
        if stops := draft.stops():
            spans.append((f"  {say.mapping_stops.format(count=len(stops))}", "bad"))
        self.title_line.set(spans)
        self.page.redraw()

    def arrived(self) -> None:
        """Read fields and samples, the first time."""
        if self.kk.service is not None and not self.learning and len(self.draft.fields) < 2 * len(self.draft.parts):
            self.learning = True
            self.run_worker(self._learn(), exclusive=True)
            self.draw()

    async def _learn(self) -> None:
        try:
            await self.draft.learn(self.service)
            self.draw()
            await self.draft.look(self.service)
            await self.look_for_missing()
        except Exception as error:  # Told on the flash line; the rows can be edited all the same.
            self.trouble(error)
        finally:
            self.learning = False
        self.draw()

    # the table

    def columns(self) -> list[Column]:
        """Return the columns."""
        say = self.say
        return [
            Column("", 1),
            Column(say.head_part, 14, since=112),
            Column(say.head_crm_field, 19),
            Column("", 3),
            Column(say.head_books_field, 22),
            Column(say.head_blank, 6),
            Column(say.head_sample_crm),
            Column(say.head_sample_books, since=76),
        ]

    def row(self, mapped: FieldMap, cells: int) -> Line:
        """Return a row's line: mark, fields, direction, blank rule, samples."""
        draft = self.draft
        levels = {note.level for note in draft.notes(mapped)} - {"ok"}
        new = draft.is_new(mapped)
        mark: Span = ("x", "bad") if "stop" in levels else ("*", "changed") if new else ("!", "warn")
        if not levels and not new:
            mark = ("", "plain")
        role: Role = "bad" if "stop" in levels else "changed" if new else "plain"
        values: list[Span] = [
            mark,
            (word(self.say, "part", mapped.part), "dim"),
            (self._label("crm", mapped), role),
            (ARROWS[mapped.direction], "key"),
            (self._label("books", mapped), role),
            (self.say.blank_yes if mapped.blank_overwrites else self.say.blank_no, "plain"),
            (self._sample("crm", mapped), "dim"),
            (self._sample("books", mapped), "dim"),
        ]
        return row(self.columns(), values, cells)

    def _label(self, side: SideName, mapped: FieldMap) -> str:
        name = mapped.crm if side == "crm" else mapped.books
        meta = self.draft.meta(mapped.part, side, name)
        return meta.label if meta is not None and meta.custom else name

    def _sample(self, side: SideName, mapped: FieldMap) -> str:
        return shown(self.draft.samples.get((mapped.part, side, mapped.crm if side == "crm" else mapped.books)))

    def on_big_list_moved(self, _event: BigList.Moved) -> None:
        """Show what is to be known of the selected row."""
        self.page.redraw()

    # below it

    def details(self, cells: int) -> list[Line]:
        """Return both fields of the selected row, and the checks."""
        mapped: FieldMap | None = self.list.selected
        if mapped is None:
            return [(), [(f" {self.say.mapping_empty}", "dim")]]
        lines: list[Line] = [()]
        if len(self.draft.parts) > 1:
            lines.append([(f" {word(self.say, 'part', mapped.part)}", "title")])
        for side, name in (("crm", mapped.crm), ("books", mapped.books)):
            meta = self.draft.meta(mapped.part, side, name)  # type: ignore[arg-type]
            lines += self._field(side, name, meta, cells)  # type: ignore[arg-type]
        lines.append([(f" {word(self.say, 'way', mapped.direction)}", "plain")])
        if mapped.create_only:
            lines += paragraph(self.say.mapping_create_only, cells - 3, role="dim", indent=1)
        if mapped.values:
            lines += paragraph("  ".join(f"{crm} = {books}" for crm, books in mapped.values), cells - 3, role="dim")
        for note in self.draft.notes(mapped):
            mark, role = MARKS[note.level]
            lines += paragraph(f"{mark} {self.note(note)}", cells - 3, role=role)
        for note in self.draft.lacking():
            lines += paragraph(f"! {self.note(note)}", cells - 3, role="warn")
        return lines

    def _field(self, side: SideName, name: str, meta: FieldMeta | None, cells: int) -> list[Line]:
        say = self.say
        if meta is None:
            return [[(f" {word(say, 'side', side):<6}", "strong"), (clean(name), "plain")]]
        told = [word(say, "type", meta.kind)]
        told += [say.field_length.format(count=meta.length)] if meta.length else []
        told += [say.field_custom] if meta.custom else []
        told += [say.field_required] if meta.required else []
        head = f"{clean(meta.label)} ({clean(name)})  {', '.join(told)}"
        rest = paragraph(head, cells - 10, role="plain", indent=0)
        first: Line = [(f" {word(say, 'side', side):<6}", "strong"), *rest[0]]
        return [first, *([(" " * 7, "plain"), *line] for line in rest[1:])]

    def note(self, note: Note) -> str:
        """Return a check in words."""
        side = word(self.say, "side", note.side) if note.side else ""
        detail = word(self.say, "type", note.detail) if note.code == "checked" else clean(note.detail)
        return str(getattr(self.say, f"note_{note.code}")).format(side=side, detail=detail)

    # deeds

    def _selected(self) -> FieldMap:
        mapped: FieldMap | None = self.list.selected
        if mapped is None:
            raise Refusal(self.say.no_selection)
        return mapped

    async def do_open(self) -> None:
        """Choose another Books field for the selected row."""
        mapped = self._selected()
        crm = self._known(mapped.part, "crm").get(mapped.crm)
        if crm is None:
            raise Refusal(self.say.note_gone.format(side=self.say.side_crm, detail=""))
        self._pick_books(mapped.part, crm, instead_of=mapped)

    async def do_add(self) -> None:
        """Add a row: a CRM field, and then the Books field that goes with it."""
        selected: FieldMap | None = self.list.selected
        part: Part = selected.part if selected else "main"
        fields = self._known(part, "crm")
        self._known(part, "books")
        mapped = {row.crm for row in self.draft.setup.mapping if row.part == part}
        choices = [self._choice(part, "crm", each) for each in sorted(fields.values(), key=lambda each: each.label)]
        choices.sort(key=lambda choice: (choice.field.name in mapped, not choice.field.custom, bool(choice.why_not)))
        title = f"{self.say.head_crm_field} ({word(self.say, 'part', part)})"
        picker = Picker(self.mode, title, choices, lambda crm: self._pick_books(part, crm))
        self.app.push_screen(picker)

    def _known(self, part: Part, side: SideName) -> dict[str, FieldMeta]:
        fields = self.draft.fields.get((part, side))
        if fields is None:
            raise Refusal(self.say.mapping_learning)
        return fields

    def _pick_books(self, part: Part, crm: FieldMeta, instead_of: FieldMap | None = None) -> None:
        fields = self._known(part, "books")
        taken = {
            row.books for row in self.draft.setup.mapping
            if row.part == part and row != instead_of and row.direction != "to_crm"
        }  # fmt: skip
        choices = [
            self._choice(part, "books", each, suits=suits, taken=each.name in taken)
            for each, suits in by_likeness(crm, fields.values())
        ]

        choices = [*self.offer(part, crm), *choices]

        def chosen(books: FieldMeta) -> None:
            if books.name == NEW:
                self.make(part, crm, lambda made: self._put(part, crm, made, instead_of))
            else:
                self._put(part, crm, books, instead_of)

        self.app.push_screen(Picker(self.mode, self.say.picker_books.format(field=clean(crm.label)), choices, chosen))

    def _choice(
        self, part: Part, side: SideName, field: FieldMeta, *, suits: bool = False, taken: bool = False
    ) -> Choice:
        say = self.say
        why = say.picker_taken if taken else ""
        if field.kind == "lookup":
            why = say.note_lookup.format(side=word(say, "side", side), detail="")
        elif side == "books" and field.read_only:
            why = say.note_read_only.format(side=word(say, "side", side), detail="")
        return Choice(field, suits and not why, why, self.draft.samples.get((part, side, field.name)))

    def _put(self, part: Part, crm: FieldMeta, books: FieldMeta, instead_of: FieldMap | None) -> None:
        made = replace(row_of(crm, books), part=part)
        if self.draft.setup.extent == "fetch" and made.direction == "both":
            made = replace(made, direction="to_books")
        self.draft.put(made, instead_of=instead_of)
        self.draw()
        self.list.go(self.draft.rows().index(made))
        self.run_worker(self._learn(), exclusive=True)

    async def do_remove(self) -> None:
        """Remove the selected row."""
        mapped = self._selected()
        self.draft.drop(mapped)
        self.kk.flash(self.say.mapping_removed.format(crm=mapped.crm, books=mapped.books))
        self.draw()

    async def do_turn(self) -> None:
        """Turn the direction: both ways, to Books, to CRM."""
        self._change(direction=TURNS[self._selected().direction])

    async def do_blank(self) -> None:
        """Let an emptied field empty the other side, or not."""
        self._change(blank_overwrites=not self._selected().blank_overwrites)

    def _change(self, **changes: object) -> None:
        mapped = self._selected()
        self.draft.put(replace(mapped, **changes), instead_of=mapped)
        self.draw()

    async def do_revert(self) -> None:
        """Take every unsaved change of the mapping back."""
        if self.draft.setup.mapping == self.draft.start.mapping:
            raise Refusal(self.say.nothing_to_revert)
        self.draft.revert()
        self.kk.flash(self.say.mapping_reverted)
        self.draw()
