"""What the modes of documents and deals share: all that is known in one list, narrowed here, read anew with ``l``."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from textual.widget import Widget

from core.model.documents import Document
from tui.host import Refusal
from tui.screens.document import DocumentScreen
from tui.screens.failures import folded
from tui.screens.filtered import Filtered
from tui.screens.sidebar import sidebar_of
from tui.text import clean
from tui.widgets.biglist import BigList
from tui.widgets.page import Page
from tui.widgets.prompt import PromptLine
from tui.widgets.strips import Line, Span
from tui.widgets.table import Column, Heading, Title
from tui.widgets.window import Window


class PaperList(Filtered):
    """See the module's docstring. Subclasses say what is listed, and how."""

    DETAILS: ClassVar[str] = "three"

    def __init__(self) -> None:
        super().__init__()
        self.title_line, self.heading = Title(), Heading()
        self.list = BigList(self.row, key=self.key)
        self.page = Page(self.details, focusable=False, classes=self.DETAILS)
        self.known = False
        self.reading = False
        self.was_read = False
        self._generation = -1

    # what a subclass says

    def view_name(self) -> str:
        """Return what is listed, in words."""
        raise NotImplementedError

    def columns(self, cells: int) -> list[Column]:
        """Return the columns."""
        raise NotImplementedError

    def row(self, each: Any, cells: int) -> Line:
        """Return a line."""
        raise NotImplementedError

    def key(self, each: Any) -> str:
        """Return what a line is known by."""
        raise NotImplementedError

    def listed(self) -> Sequence[Any]:
        """Return all of the view, where the view is at hand."""
        return ()

    def words_of(self, each: Any) -> str:
        """Return the text that a filter looks at, where the view is at hand."""
        return ""

    def details(self, cells: int) -> list[Line]:
        """Return what is told of the selected line."""
        raise NotImplementedError

    async def ask(self) -> None:
        """Ask the service for what is listed."""
        raise NotImplementedError

    def document_here(self) -> Document:
        """Return the selected document. Raises ``Refusal`` when there is none."""
        raise NotImplementedError

    # the list

    def body(self) -> Iterable[Widget]:
        """Return the list and what is told of the selected line."""
        yield self.title_line
        yield self.heading
        yield self.list
        yield self.page

    def window(self) -> Window | None:
        """Return the lines to show; None leaves those that are shown."""
        words = folded(self.text).split()
        rows = self.listed()
        if words:
            rows = [each for each in rows if all(part in folded(self.words_of(each)) for part in words)]
        return Window(rows=rows)

    def draw(self) -> None:
        """Show what matches."""
        self.heading.columns = self.columns(self.app.size.width)
        self.heading.refresh()
        self.footer.notes["view"] = self.view_name()
        self.footer.refresh()
        window = self.window()
        if window is None:
            self.list.refresh()
        else:
            self.list.show(window)
        self._title()
        self.page.redraw()

    def _title(self) -> None:
        say, count = self.say, self.list.count
        place = f"{self.list.cursor + 1:,}/{count:,}" if count else "0"
        spans: list[Span] = [(" " + say.filter_line.format(view=self.view_name(), count=place), "title")]
        if self.text:
            spans.append(("  " + say.filter_text.format(text=clean(self.text)), "changed"))
        if self.reading or not self.known:
            spans.append((f"  {say.papers_reading}", "dim"))
        elif not count:
            spans.append(("  " + (say.list_empty_text if self.text else say.papers_none), "warn"))
        spans += self.title_more()
        self.title_line.set(spans)
        for line in self.query(PromptLine):
            line.say((f"{self.view_name()} {place}", "dim"))

    def title_more(self) -> list[Span]:
        """Return what else the title tells."""
        return []

    def narrow(self, text: str) -> None:
        """Show what has these words."""
        self.draw()

    def on_big_list_moved(self, _event: BigList.Moved) -> None:
        """Tell of the selected line."""
        self._title()
        self.page.redraw()

    def arrived(self) -> None:
        """Show what is known; the first time, read what changed as well."""
        if self.kk.service is None:
            self._generation = -1
        elif self._generation != self.state.generation and not self.reading:
            self._generation = self.state.generation
            self.run_worker(self._load(anew=not self.was_read), exclusive=True, group="papers")

    async def _load(self, *, anew: bool) -> None:
        try:
            await self.ask()
            self.known = True
            if anew:
                self.reading = True
                self.draw()
                await self.service.refresh_documents()
                self.was_read = True
                await self.ask()
        except Exception as error:  # Told on the flash line; the old lines stay.
            self.known = True
            self.trouble(error)
        finally:
            self.reading = False
        self.draw()

    async def here(self) -> Any:
        """Return the selected line, waiting for the list first. Raises ``Refusal`` when there is none."""
        if not self.known:
            await self.ask()
            self.known = True
            self.draw()
        if self.list.selected is None:
            raise Refusal(self.say.no_selection)
        return self.list.selected

    # deeds

    async def do_live(self) -> None:
        """Read what changed at Zoho."""
        if not self.reading:
            self.run_worker(self._load(anew=True), exclusive=True, group="papers")

    async def do_sidebar(self) -> None:
        """Open the deal sidebar of the selected document; the list is asked for again on return."""
        await self.here()
        document = self.document_here()
        self._generation = -1
        self.app.push_screen(sidebar_of(self, document))

    async def open_document(self, document: Document) -> None:
        """Open a document's page; what is done there shows on return."""
        self._generation = -1
        self.app.push_screen(DocumentScreen(self.mode, document))
