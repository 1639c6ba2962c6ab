"""Module setup (c): the documented steps, one after another and back, and the ways to store them (B23-B60, B85)."""

from collections.abc import Iterable

from textual.containers import Horizontal, Vertical
from textual.widget import Widget

from core.model.names import ModuleName, Part
from core.model.record import View
from core.service_setup import ViewSize
from tui.actions import bindings
from tui.draft import Draft
from tui.host import Refusal
from tui.locale import word
from tui.screens.base import Base
from tui.screens.dialogs import Ask, Enter, Menu
from tui.screens.mapping import Mapping
from tui.screens.preview import Preview
from tui.screens.setup_steps import Option, Step, choice_of, differences, numbered, options, steps_of
from tui.text import cut
from tui.widgets.biglist import BigList
from tui.widgets.line import Lines
from tui.widgets.page import Page
from tui.widgets.strips import Line, paragraph
from tui.widgets.table import Title
from tui.widgets.window import Window

CONFLICTS = ("crm", "books", "newest", "ask")
ORDERS = ("", "given_first", "family_first")


class Steps(Lines):
    """The steps on the left, with what is chosen in each."""

    def __init__(self, screen: "SetupScreen") -> None:
        super().__init__()
        self.about = screen

    def lines(self, cells: int) -> list[Line]:
        """Return the steps."""
        return self.about.step_lines(cells)


class SetupScreen(Base):
    """See the module's docstring. Nothing is stored before the last step says so."""

    NAME = "setup"
    BINDINGS = bindings("setup")

    def __init__(self, mode: str, module: ModuleName, at: Step = "shape") -> None:
        super().__init__(mode)
        self.module, self.step = module, at
        self.draft: Draft | None = None
        self.steps_line = Steps(self)
        self.title_line = Title()
        self.list = BigList(self.row)
        self.page = Page(self.tells, focusable=False, classes="seven")
        self.views: dict[Part, list[View]] = {}
        self.sizes: dict[str, ViewSize] = {}
        self.asking = False

    @property
    def module_here(self) -> ModuleName:
        """The module that is set up."""
        return self.module

    def body(self) -> Iterable[Widget]:
        """Return the steps beside the options of one."""
        yield Horizontal(self.steps_line, Vertical(self.title_line, self.list, self.page))

    def arrived(self) -> None:
        """Ask for the settings, the first time."""
        if self.kk.service is not None and self.draft is None and not self.asking:
            self.asking = True
            self.run_worker(self._load(), exclusive=True)

    async def _load(self) -> None:
        try:
            start = await self.service.default_setup(self.module)
        except Exception as error:
            self.trouble(error)
            return
        finally:
            self.asking = False
        status = self.state.module(self.module)
        self.draft = Draft(self.module, status.setup if status else None, start)
        self._enter(self.step if self.step in steps_of(start) else steps_of(start)[0])

    # what is shown

    def draw(self) -> None:
        """Show the step."""
        self.steps_line.refresh()
        if self.draft is None:
            self.title_line.set([(f" {self.say.list_waiting}", "dim")])
            return
        self.list.show(Window(rows=self._options()))
        self.title_line.set([(f" {word(self.say, 'ask', self.step)}", "title")])
        self.page.redraw()

    def _options(self) -> list[Option]:
        assert self.draft is not None
        return options(self.say, self.step, self.draft, self.views.get(self._part(), []), self.sizes)

    def _part(self) -> Part:
        return "persons" if self.step == "contact_view" else "main"

    def step_lines(self, cells: int) -> list[Line]:
        """Return the steps: the current one marked, those behind it ticked."""
        say = self.say
        lines: list[Line] = [[(f" {word(say, 'module', self.module)}", "title")]]
        if self.draft is None:
            return lines
        lines.append([(f"   {say.mapping_unsaved}", "changed")] if self.draft.changed else ())
        steps = steps_of(self.draft.setup)
        for number, step in zip(numbered(steps), steps, strict=True):
            now, behind = step == self.step, steps.index(step) < steps.index(self.step)
            mark = ">" if now else "+" if behind else " "
            head = f" {mark} {number:<1} {word(say, 'step', step)}"
            lines.append([(cut(head, cells - 1), "strong" if now else "ok" if behind else "plain")])
            if chosen := choice_of(say, step, self.draft.setup):
                lines.append([("     " + cut(chosen, cells - 6), "dim")])
        return lines

    def row(self, option: Option, cells: int) -> Line:
        """Return an option's line."""
        return [(f" {'(*)' if option.chosen else '   '} ", "ok"), (cut(option.label, cells - 6), "plain")]

    def tells(self, cells: int) -> list[Line]:
        """Return what the selected option will do."""
        option: Option | None = self.list.selected
        if option is None or self.draft is None:
            return []
        lines: list[Line] = [(), *paragraph(option.tells, cells - 3)]
        if option.view:
            size = self.sizes.get(option.view)
            held = self.say.view_counting if size is None else self.say.view_holds.format(
                count=f"{size.count:,}{'+' if size.more else ''}"
            )  # fmt: skip
            lines += paragraph(held, cells - 3, role="strong")
        return lines

    def on_big_list_moved(self, _event: BigList.Moved) -> None:
        """Show what the option will do, and count the records of a view."""
        self.page.redraw()
        option: Option | None = self.list.selected
        if option is not None and option.view and option.view not in self.sizes and self.kk.service is not None:
            self.run_worker(self._count(option.view), exclusive=True, group="count")

    async def _count(self, view: str) -> None:
        assert self.draft is not None
        try:
            self.sizes[view] = await self.service.view_size(self.module, self.draft.setup.shape, self._part(), view)
        except Exception as error:  # The view can be chosen without its count.
            self.trouble(error)
            return
        self.list.show(Window(rows=self._options()))

    # going through the steps

    def _enter(self, step: Step) -> None:
        self.step = step
        if step in ("view", "contact_view"):
            self.run_worker(self._read_views(), exclusive=True, group="views")
        self.draw()
        rows = self._options()
        self.list.go(next((index for index, option in enumerate(rows) if option.chosen), 0))

    async def _read_views(self) -> None:
        assert self.draft is not None
        part, step = self._part(), self.step
        try:
            self.views[part] = await self.service.shape_views(self.module, self.draft.setup.shape, part)
        except Exception as error:  # Told; all records can be chosen all the same.
            self.trouble(error)
        if self.step == step:
            self.draw()
            rows = self._options()
            self.list.go(next((index for index, option in enumerate(rows) if option.chosen), 0))

    async def do_open(self) -> None:
        """Take the selected option and go on."""
        option: Option | None = self.list.selected
        if option is None or self.draft is None:
            raise Refusal(self.say.list_waiting)
        if option.deed:
            await self._deed(option.deed)
            return
        if self.step == "shape" and option.changes["shape"] != self.draft.setup.shape:
            self.views.clear()
            self.sizes.clear()
        self.draft.choose(**option.changes)
        await self.do_step_on()

    async def do_step_on(self) -> None:
        """Go to the next step without changing this one."""
        self._go(+1)

    async def do_step_back(self) -> None:
        """Go to the step before."""
        self._go(-1)

    def _go(self, by: int) -> None:
        if self.draft is None:
            raise Refusal(self.say.list_waiting)
        steps = steps_of(self.draft.setup)
        index = steps.index(self.step) + by
        if not 0 <= index < len(steps):
            raise Refusal(self.say.first_step if by < 0 else self.say.last_step)
        self._enter(steps[index])

    def past(self) -> bool:
        """Return whether it is stored, whole."""
        return self.draft is not None and not self.draft.changed

    async def do_back(self) -> None:
        """Go back a step; from the first one leave, after asking where something would be lost."""
        if self.draft is not None and self.step != steps_of(self.draft.setup)[0]:
            self._go(-1)
        elif self.draft is not None and self.draft.changed:
            lines = differences(self.say, self.draft)
            self.app.push_screen(Ask(self.say.ask_discard, lines), self._leave)
        else:
            await self.app.run_action("back")

    def _leave(self, yes: object) -> None:
        if yes:
            self.attempt(self.app.run_action("back"))

    # deeds

    async def _deed(self, deed: str) -> None:
        assert self.draft is not None
        draft, say = self.draft, self.say
        if deed == "mapping":
            self.app.push_screen(Mapping(self.mode, draft))
        elif deed == "on":
            self._go(+1)
        elif deed == "revert":
            draft.revert()
            self.draw()
        elif deed == "conflict":
            names = [word(say, "conflict", each) for each in CONFLICTS]
            self._menu(say.head_conflict, names, CONFLICTS.index(draft.setup.conflict), "conflict", CONFLICTS)
        elif deed == "name_order":
            names = [word(say, "order", each or "auto") for each in ORDERS]
            self._menu(say.head_name_order, names, ORDERS.index(draft.setup.name_order), "name_order", ORDERS)
        elif deed == "cap":
            now = "" if draft.setup.create_cap is None else f"{draft.setup.create_cap}"
            self.app.push_screen(Enter(say.head_cap, say.tells_cap, now), self._capped)
        else:
            await self._store(deed)

    def _menu(self, title: str, names: list[str], current: int, setting: str, values: tuple[str, ...]) -> None:
        def chosen(index: object) -> None:
            if isinstance(index, int) and self.draft is not None:
                self.draft.choose(**{setting: values[index]})
                self.draw()

        self.app.push_screen(Menu(title, names, current), chosen)

    def _capped(self, text: object) -> None:
        if not isinstance(text, str) or self.draft is None:
            return
        if text.strip() and not text.strip().isdecimal():
            self.kk.flash(self.say.cap_wrong, bad=True)
            return
        self.draft.choose(create_cap=int(text) if text.strip() else None)
        self.draw()

    async def _store(self, deed: str) -> None:
        assert self.draft is not None
        if stops := self.draft.stops():
            raise Refusal(self.say.mapping_refused.format(crm=stops[0].crm, books=stops[0].books))
        lines = differences(self.say, self.draft)
        module = self.state.module(self.module)
        if self.draft.stored is None or not lines:
            await self._stored(deed)
            return
        links = module.links if module else 0
        lines = [*lines, self.say.ask_store_more.format(links=f"{links:,}")]

        def answered(yes: object) -> None:
            if yes:
                self.attempt(self._stored(deed))

        self.app.push_screen(Ask(self.say.ask_store, lines), answered)

    async def _stored(self, deed: str) -> None:
        """Store the settings, and then do what was chosen."""
        assert self.draft is not None
        self.kk.flash(self.say.storing)
        stored = await self.service.configure(self.draft.setup)
        self.draft = Draft(self.module, stored, stored)
        await self.kk.news_of_settings()
        self.kk.flash(self.say.stored)
        self.draw()
        if deed == "preview":
            self.app.push_screen(Preview(self.mode, self.module))
            return
        await self.app.run_action("back")
        if deed == "sync":
            await self.kk.start_sync(self.module, confirm=False)
