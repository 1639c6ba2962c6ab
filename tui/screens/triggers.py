"""What a deal's stage makes (B66-B77): the preference, edited here, simulated before it is stored."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from msgspec.structs import replace
from textual.widget import Widget

from core.model.documents import DealStage, Preference
from core.model.ledger import TriggerStatus
from tui.actions import bindings
from tui.host import Refusal
from tui.locale import word
from tui.screens.base import Base
from tui.screens.dialogs import Ask, Enter, Menu
from tui.screens.simulator import Simulator
from tui.text import clean
from tui.theme import Role
from tui.widgets.biglist import BigList
from tui.widgets.page import Page
from tui.widgets.strips import Line, Span, paragraph
from tui.widgets.table import Column, Title, row
from tui.widgets.window import Window

KINDS: tuple[Literal["estimate", "invoice", "none"], ...] = ("estimate", "invoice", "none")
WON, LOST = 100, 0
"""Probabilities, in percent, of a deal that is won or lost (B76)."""
ITEMS = 12
"""Items offered in the menu; any other is searched, or named by its id."""


@dataclass(frozen=True)
class Entry:
    """One line of the preference: ``stage`` for one of the stages."""

    id: Literal["kind", "item", "products", "existing", "stage", "save"]
    stage: DealStage | None = None


class Triggers(Base):
    """See the module's docstring."""

    NAME = "triggers"
    BINDINGS = bindings("triggers")

    def __init__(self, mode: str) -> None:
        super().__init__(mode)
        self.title_line = Title()
        self.list = BigList(self.row, key=lambda entry: (entry.id, entry.stage))
        self.page = Page(self.details, focusable=False, classes="seven")
        self.status: TriggerStatus | None = None
        self.wanted = Preference()
        self._generation = -1

    def body(self) -> Iterable[Widget]:
        """Return the preference and what the selected line is for."""
        yield self.title_line
        yield self.list
        yield self.page

    @property
    def changed(self) -> bool:
        """Whether there is something to store."""
        return self.status is not None and self.wanted != self.status.preference

    def entries(self) -> list[Entry]:
        """Return the lines that the chosen kind has."""
        if self.status is None:
            return []
        lines = [Entry("kind")]
        if self.wanted.kind != "none":
            stages = [Entry("stage", each) for each in self.status.stages]
            lines += [Entry("item"), Entry("existing"), *stages, Entry("products")]
        return [*lines, Entry("save")]

    def row(self, entry: Entry, cells: int) -> Line:
        """Return a line of the preference."""
        say, wanted = self.say, self.wanted
        columns = [Column("", 34), Column("", 5, right=True), Column("")]
        if entry.stage is not None:
            stage = entry.stage
            chance = "" if stage.probability is None else f"{stage.probability}%"
            makes, role = self.makes(stage)
            values: list[Span] = [(f"  {stage.name}", "plain"), (chance, "dim"), (makes, role)]
            return row(columns, values, cells)
        texts = {
            "kind": (say.triggers_kind, word(say, "kind", wanted.kind)),
            "item": (say.triggers_item, wanted.item_name or wanted.item_id or say.triggers_item_none),
            "products": (say.triggers_products, say.products_yes if wanted.products else say.products_no),
            "existing": (say.triggers_existing, say.existing_yes if wanted.existing else say.existing_no),
            "save": (say.triggers_save, say.unsaved if self.changed else ""),
        }
        name, value = texts[entry.id]
        tone: Role = "changed" if entry.id == "save" else "plain"
        return row(columns, [(name, "strong"), ("", "plain"), (value, tone)], cells)

    def makes(self, stage: DealStage) -> Span:
        """Return what a stage makes under the preference, and its role (B70-B73)."""
        say, wanted = self.say, self.wanted
        if wanted.kind == "invoice":
            if stage.probability == WON:
                return say.stage_invoices, "ok"
            return (say.stage_voids, "warn") if stage.probability == LOST else ("-", "dim")
        told = [
            text
            for text, there in (
                (say.stage_creates, stage.name in wanted.create_at),
                (say.stage_accepts, stage.name in wanted.accept_at),
                (say.stage_declines, stage.probability == LOST),
            )
            if there
        ]  # fmt: skip
        return (", ".join(told), "changed" if stage.probability != LOST else "warn") if told else ("-", "dim")

    def draw(self) -> None:
        """Show the preference."""
        say = self.say
        spans: list[Span] = [(f" {say.triggers_title}", "title")]
        if self.status is None:
            spans.append((f"  {say.list_waiting}", "dim"))
        elif self.changed:
            spans.append((f"  {say.unsaved}", "changed"))
        self.title_line.set(spans)
        self.list.show(Window(rows=self.entries()))
        self.page.redraw()

    def details(self, cells: int) -> list[Line]:
        """Return what the selected line is for, and how many deals are concerned."""
        entry: Entry | None = self.list.selected
        if entry is None or self.status is None:
            return []
        status = self.status
        told = paragraph(word(self.say, "tells_triggers", entry.id), cells - 2, most=3)
        counts = self.say.triggers_counts.format(
            deals=f"{status.deals:,}", resting=f"{status.resting:,}", waiting=f"{status.waiting:,}",
            made=f"{status.made:,}", failures=f"{status.failures:,}",
        )  # fmt: skip
        return [(), *told, *paragraph(counts, cells - 2, most=2, role="dim")]

    def on_big_list_moved(self, _event: BigList.Moved) -> None:
        """Tell what the selected line is for."""
        self.page.redraw()

    def arrived(self) -> None:
        """Ask how the triggers stand; what is being edited stays."""
        if self.kk.service is not None and self._generation != self.state.generation:
            self._generation = self.state.generation
            self.run_worker(self._load(), exclusive=True)

    async def _load(self) -> None:
        try:
            status = await self.service.triggers()
            if not self.changed:
                self.wanted = status.preference
            self.status = status
        except Exception as error:  # Told on the flash line.
            self.trouble(error)
        self.draw()

    # deeds

    async def do_open(self) -> None:
        """Change the selected line."""
        if self.status is None:
            await self._load()
        entry: Entry | None = self.list.selected
        if entry is None:
            raise Refusal(self.say.no_selection)
        if self.state.read_only:
            raise Refusal(self.say.no_writing)
        if entry.stage is not None:
            self._turn(entry.stage)
        else:
            await getattr(self, f"_change_{entry.id}")()

    async def _change_kind(self) -> None:
        names = [word(self.say, "kind", kind) for kind in KINDS]

        def chosen(index: object) -> None:
            if isinstance(index, int):
                self._want(replace(self.wanted, kind=KINDS[index]))

        self.app.push_screen(Menu(self.say.triggers_kind, names, KINDS.index(self.wanted.kind)), chosen)

    async def _change_item(self, text: str = "") -> None:
        """Choose among the items of Books; other text finds others, and any can be named by its id."""
        items = (await self.service.search_items(text))[:ITEMS]
        say = self.say

        def chosen(index: object) -> None:
            if not isinstance(index, int):
                return
            if index < len(items):
                self._want(replace(self.wanted, item_id=items[index].id, item_name=items[index].name))
            elif index == len(items):
                self.app.push_screen(Enter(say.triggers_item, say.item_by_name, text), searched)
            elif index == len(items) + 1:
                self.app.push_screen(Enter(say.triggers_item, say.item_by_id, self.wanted.item_id), typed)
            else:
                self._want(replace(self.wanted, item_id="", item_name=""))

        def searched(name: object) -> None:
            if isinstance(name, str):
                self.attempt(self._change_item(name.strip()))

        def typed(item_id: object) -> None:
            if isinstance(item_id, str):
                self._want(replace(self.wanted, item_id=item_id.strip(), item_name=""))

        at = next((index for index, each in enumerate(items) if each.id == self.wanted.item_id), 0)
        options = [*(clean(each.name) for each in items), say.item_search, say.item_other, say.triggers_item_none]
        self.app.push_screen(Menu(say.triggers_item, options, at), chosen)

    async def _change_existing(self) -> None:
        self._want(replace(self.wanted, existing=not self.wanted.existing))

    async def _change_products(self) -> None:
        self._want(replace(self.wanted, products=not self.wanted.products))

    def _turn(self, stage: DealStage) -> None:
        """Turn a stage: nothing, makes, accepts, both (B70, B71); what is lost or won decides for itself."""
        if self.wanted.kind == "invoice":
            raise Refusal(self.say.stage_by_itself)
        if stage.probability == LOST:
            raise Refusal(self.say.stage_lost)
        create, accept = stage.name in self.wanted.create_at, stage.name in self.wanted.accept_at
        create, accept = (not create, accept) if not create else (False, not accept)
        names = [each.name for each in self.status.stages] if self.status else []
        self._want(
            replace(
                self.wanted,
                create_at=tuple(n for n in names if (create if n == stage.name else n in self.wanted.create_at)),
                accept_at=tuple(n for n in names if (accept if n == stage.name else n in self.wanted.accept_at)),
            )
        )

    def _want(self, preference: Preference) -> None:
        self.wanted = preference
        self.draw()

    async def _change_save(self) -> None:
        """Ask, telling how many deals it concerns, and store."""
        status, say = self.status, self.say
        if status is None or not self.changed:
            raise Refusal(say.nothing_unsaved)
        kind = word(say, "kind", self.wanted.kind)
        concerned = say.ask_triggers_existing if self.wanted.existing else say.ask_triggers_next
        more = [concerned.format(deals=f"{status.deals:,}")] if self.wanted.kind != "none" else [say.ask_triggers_off]

        def answered(yes: object) -> None:
            if yes:
                self.attempt(self._save())

        self.app.push_screen(Ask(say.ask_triggers.format(kind=kind), more), answered)

    async def _save(self) -> None:
        stored = await self.service.switch_triggers(self.wanted)
        assert self.status is not None
        self.status, self.wanted = replace(self.status, preference=stored), stored
        self.draw()
        self.kk.flash(self.say.stored)
        self._generation = -1
        self.arrived()

    async def do_preview(self) -> None:
        """Replay the past under what is on the screen, stored or not."""
        if self.status is None:
            await self._load()
        if self.wanted.kind == "none":
            raise Refusal(self.say.simulate_needs_kind)
        self.app.push_screen(Simulator(self.mode, self.wanted))

    async def do_live(self) -> None:
        """Ask anew."""
        await self._load()
        if not self.kk.news[0]:
            self.kk.flash(self.say.read_anew)

    async def do_back(self) -> None:
        """Leave; unsaved changes are asked about first."""
        if not self.changed:
            await self.app.run_action("back")
            return

        def answered(yes: object) -> None:
            if yes and self.app.screen is self:
                self.attempt(self.app.run_action("back"))

        self.app.push_screen(Ask(self.say.ask_leave_triggers, []), answered)
