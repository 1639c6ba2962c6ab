"""The few windows over a screen: a question, a menu."""

from collections.abc import Callable, Sequence
from inspect import isawaitable
from typing import ClassVar, cast

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.events import Resize
from textual.screen import ModalScreen
from textual.widgets import Input

from tui.actions import BY_ID
from tui.host import Host
from tui.text import clean, cut, width, wrap
from tui.widgets.biglist import BigList
from tui.widgets.line import Lines
from tui.widgets.prompt import Prompt
from tui.widgets.room import NARROW
from tui.widgets.strips import Line
from tui.widgets.window import Window

Build = Callable[[int], Sequence[Line]]
"""Returns a box's text at a width; its last line stays in sight."""
WIDEST = 76


class Box(Lines):
    """A framed text in ASCII: box characters are of ambiguous width in Japanese terminals.

    Where the terminal is lower than the text, the text scrolls, and its last line stays. ``below`` rows are left free.
    """

    def __init__(self, title: str, build: Build, *, below: int = 0) -> None:
        super().__init__()
        self.title, self.build, self.below = title, build, below
        self.text: Sequence[Line] = ()
        self.first = 0

    def on_mount(self) -> None:
        """Take the room that the text needs."""
        self.measure()

    def measure(self) -> None:
        """Take the room that the text needs, as far as there is that much."""
        size = self.app.size
        self.text = self.build(min(size.width, WIDEST) - (4 if self._framed else 0))
        frame = 4 if self._framed else 0
        self.styles.width = min(size.width, frame + max(self._widest(), width(self.title) + frame))
        self.styles.height = max(1, min(len(self.text) + 2, size.height - self.below))
        self.first = 0
        self.refresh()

    @property
    def _framed(self) -> bool:
        return self.app.size.width >= NARROW // 2

    def _widest(self) -> int:
        return max((sum(width(text) for text, _ in line) for line in self.text), default=0)

    def scroll_by(self, by: int) -> None:
        """Show other lines of a text that is longer than the terminal."""
        hidden = len(self.text) + 2 - self.size.height
        self.first = max(0, min(self.first + by, hidden))
        self.refresh()

    def lines(self, cells: int) -> list[Line]:
        """Return frame and text."""
        room = self.size.height - 2
        text = self.text
        if len(text) > room > 0:
            text = [*text[self.first : self.first + room - 1], text[-1]]
        if not self._framed:
            return [[(self.title, "title")], *text]
        return framed(self.title, text[: max(room, 0)], cells)


def framed(title: str, body: Sequence[Line], cells: int) -> list[Line]:
    """Return ``body`` in a frame."""
    top = cut(f"+- {title} ", cells - 1)
    lines: list[Line] = [[(top + "-" * (cells - 1 - width(top)) + "+", "title")]]
    for line in body:
        taken = sum(width(text) for text, _ in line)
        lines.append([("| ", "title"), *line, (" " * (cells - 4 - taken), "plain"), (" |", "title")])
    lines.append([("+" + "-" * (cells - 2) + "+", "title")])
    return lines


class Dialog(ModalScreen[object], inherit_bindings=False):
    """A window over a screen; Esc closes it."""

    @property
    def kk(self) -> Host:
        """The application."""
        return cast(Host, self.app)

    async def finish(self, result: object = None) -> None:
        """Close with a result, and let whoever asked deal with it before the next key.

        Textual passes a result on later; of a burst of keys, the next one would find the screen as it was before.
        """
        passing = self._result_callbacks[-1] if self._result_callbacks else None
        callback = passing.callback if passing is not None else None
        if passing is not None:
            passing.callback = None
        self.dismiss(result)
        answer = callback(result) if callback is not None else None
        if isawaitable(answer):
            await answer

    async def action_do(self, name: str) -> None:
        """Let Esc and q close the window, and the global keys for language and drawing work."""
        if name == "back":
            await self.finish()
        elif BY_ID[name].id in ("language", "redraw", "quit"):
            await getattr(self.app, f"do_{name}")()

    def redraw(self) -> None:
        """Draw everything anew."""
        self.measure()
        for part in self.query(Lines):
            part.refresh()

    def on_resize(self, _event: Resize) -> None:
        """Fit the terminal."""
        self.measure()

    def measure(self) -> None:
        """Take the room that is needed, as far as there is that much."""
        for box in self.query(Box):
            box.measure()

    def action_scroll(self, by: int) -> None:
        """Show other lines of what does not fit."""
        for box in self.query(Box):
            box.scroll_by(by)


def _always() -> list[Binding]:
    keys = [*BY_ID["back"].keys]
    return [
        Binding(",".join(keys), "do('back')", show=False),
        Binding(",".join(BY_ID["language"].keys), "do('language')", show=False),
        Binding(",".join(BY_ID["quit"].keys), "do('quit')", show=False),
    ]


class Ask(Dialog):
    """A question before something dangerous: what it will do stands in it, in numbers. Only ``y`` is yes."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *_always(),
        Binding("y", "answer(True)", show=False),
        Binding("n", "answer(False)", show=False),
        Binding(",".join(BY_ID["move_down"].keys), "scroll(1)", show=False),
        Binding(",".join(BY_ID["move_up"].keys), "scroll(-1)", show=False),
    ]

    def __init__(self, question: str, more: Sequence[str]) -> None:
        super().__init__()
        self.question, self.more = question, more

    def compose(self) -> ComposeResult:
        """Put the box together."""
        yield Box(self.kk.say.ask_title, self.lines)

    def lines(self, cells: int) -> list[Line]:
        """Return question, explanation and answers."""
        say = self.kk.say
        lines: list[Line] = [[(part, "strong")] for part in wrap(self.question, cells)]
        lines += [[(part, "plain")] for text in self.more for part in wrap(text, cells)]
        gap = "    " if cells >= NARROW // 2 else " "
        return [*lines, (), [(say.ask_yes, "key"), (gap, "plain"), (say.ask_no, "key")]]

    async def action_answer(self, yes: bool) -> None:
        """Close with the answer."""
        await self.finish(yes)


class Menu(Dialog):
    """A short list to choose one from. Returns the chosen index."""

    BINDINGS: ClassVar[list[BindingType]] = [*_always(), Binding("enter", "choose", show=False)]

    def __init__(self, title: str, options: Sequence[str], current: int) -> None:
        super().__init__()
        self.title_text, self.options, self.current = title, [clean(option) for option in options], current
        self.list = BigList(self._row, classes="fixed")

    def compose(self) -> ComposeResult:
        """Put the menu together."""
        yield MenuHead(f" {self.title_text}")
        yield self.list

    def on_mount(self) -> None:
        """Show the options with the current one selected."""
        self.measure()
        self.list.show(Window(rows=range(len(self.options))), top=True)
        self.list.go(self.current)
        self.set_focus(self.list)

    def measure(self) -> None:
        """Take the room of the options; of more than fit, the list shows those around the cursor."""
        size = self.app.size
        cells = min(size.width, 6 + max(width(text) for text in [*self.options, self.title_text]))
        self.list.styles.height = min(len(self.options), max(1, size.height - 1))
        self.list.styles.width = self.query_one(MenuHead).styles.width = cells

    def _row(self, index: int, _cells: int) -> Line:
        mark = ">" if index == self.current else " "
        return [(f" {mark} {self.options[index]}", "plain")]

    async def action_choose(self) -> None:
        """Close with the chosen option."""
        await self.finish(self.list.cursor)


class Enter(Dialog):
    """A line to type; returns the text, or nothing on Esc. ``hidden`` shows no character of it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "do('back')", show=False),
        Binding(",".join(BY_ID["quit"].keys), "do('quit')", show=False),
    ]

    def __init__(self, title: str, tells: str, value: str = "", *, hidden: bool = False) -> None:
        super().__init__()
        self.title_text, self.tells = title, tells
        self.prompt = Prompt(value, hidden=hidden)

    def compose(self) -> ComposeResult:
        """Put the window together."""
        yield Box(self.title_text, lambda cells: [[(part, "plain")] for part in wrap(self.tells, cells)], below=1)
        yield self.prompt

    def measure(self) -> None:
        """Take the room that is needed."""
        super().measure()
        self.prompt.styles.width = min(self.app.size.width, WIDEST)

    def on_prompt_stepped(self, event: Prompt.Stepped) -> None:
        """Scroll the explanation."""
        event.stop()
        self.action_scroll(event.by)

    def on_mount(self) -> None:
        """Take the keys."""
        self.measure()
        self.set_focus(self.prompt)

    async def on_input_submitted(self, event: Input.Submitted) -> None:
        """Close with the text."""
        event.stop()
        await self.finish(event.value)

    async def on_prompt_left(self, event: Prompt.Left) -> None:
        """Close without one."""
        event.stop()
        await self.finish()


class MenuHead(Lines):
    """A menu's title."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text
        self.styles.height = 1

    def lines(self, cells: int) -> list[Line]:
        """Return the title."""
        return [[(self.text + " " * max(0, cells - width(self.text)), "current")]]
