"""A screen whose rows are asked for when it is shown, and again whenever records moved."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, ClassVar

from textual.widget import Widget
from textual.worker import Worker

from core.model.names import ModuleName
from tui.host import Refusal
from tui.locale import word
from tui.screens.base import Base
from tui.widgets.biglist import BigList
from tui.widgets.page import Page
from tui.widgets.strips import Line, Span
from tui.widgets.table import Column, Heading, Title


class Loaded(Base):
    """See the module's docstring. Subclasses ask the service in ``load`` and show what it said in ``draw``."""

    _generation: int = -1

    async def load(self) -> None:
        """Ask the service. What it raises is told on the flash line; what was shown before stays."""
        raise NotImplementedError

    def arrived(self) -> None:
        """Ask, unless what is shown is of now."""
        if self.kk.service is None:
            self._generation = -1
        elif self._generation != self.state.generation:
            self._generation = self.state.generation
            # A function, not a coroutine: one that is given up before it began is never awaited.
            self.asking: Worker[None] = self.run_worker(partial(self.reload), exclusive=True, group="load")

    async def reload(self) -> None:
        """Ask, and show the answer."""
        try:
            await self.load()
        except Exception as error:
            self._generation = -1
            self.trouble(error)
        if self in self.app.screen_stack:
            self.draw()


class Listed(Loaded):
    """A title, columns, a list, and below it what is known of the selected row.

    Subclasses say what stands there: ``titled``, ``columns``, ``row``, ``details``; without ``DETAILS`` nothing stands
    below the list.
    """

    DETAILS: ClassVar[bool] = True

    def __init__(self, mode: str = "", *, key: Callable[[Any], object] | None = None) -> None:
        super().__init__(mode)
        self.title_line, self.heading = Title(), Heading()
        self.list = BigList(self.row, key=key, classes="half" if self.DETAILS else None)
        self.page = Page(self.details, focusable=False)

    def body(self) -> Iterable[Widget]:
        """Return the list, and what is known of the selected row."""
        yield self.title_line
        yield self.heading
        yield self.list
        if self.DETAILS:
            yield self.page

    def titled(self) -> list[Span]:
        """Return what the list is."""
        raise NotImplementedError

    def columns(self) -> list[Column]:
        """Return the columns."""
        raise NotImplementedError

    def row(self, each: Any, cells: int) -> Line:
        """Return a row's line."""
        raise NotImplementedError

    def details(self, cells: int) -> list[Line]:
        """Return what is known of the selected row."""
        return []

    def draw(self) -> None:
        """Show title, columns, rows and the selected one."""
        self.heading.columns = self.columns()
        self.heading.refresh()
        self.title_line.set(self.titled())
        self.list.refresh()
        self.page.redraw()

    def on_big_list_moved(self, _event: BigList.Moved) -> None:
        """Show the selected row."""
        self.page.redraw()

    def selected(self) -> Any:
        """Return the selected row. Raises ``Refusal`` where there is none."""
        if self.list.selected is None:
            raise Refusal(self.say.no_selection)
        return self.list.selected


class ListedOf(Listed):
    """Such a list of one module, of which ``count`` is known before the rows are; None: not even that."""

    def __init__(self, mode: str, module: ModuleName, *, key: Callable[[Any], object] | None = None) -> None:
        super().__init__(mode, key=key)
        self.module = module
        self.count: int | None = None

    @property
    def module_here(self) -> ModuleName:
        """The module of the rows."""
        return self.module

    def counted(self, title: str, none: str) -> list[Span]:
        """Return a title with the count, or with what is said where there is nothing."""
        spans: list[Span] = [(f" {title.format(module=word(self.say, 'module', self.module))}  ", "title")]
        if self.count == 0:
            return [*spans, (none, "ok")]
        return [*spans, (self.say.list_waiting if self.count is None else f"{self.count:,}", "dim")]

    async def here(self) -> Any:
        """Return the selected row, waiting for it. Raises ``Refusal`` where there is none."""
        if self.count is None:
            await self.reload()
        await self.list.arrive()
        return self.selected()
