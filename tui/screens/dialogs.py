"""The few windows over a screen: a question, a menu."""

from collections.abc import Sequence
from inspect import isawaitable
from typing import ClassVar, cast

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen
from textual.widgets import Input

from tui.actions import BY_ID
from tui.host import Host
from tui.text import clean, width, wrap
from tui.widgets.biglist import BigList
from tui.widgets.line import Lines
from tui.widgets.prompt import Prompt
from tui.widgets.strips import Line
from tui.widgets.window import Window


class Box(Lines):
    """A framed text in ASCII: box characters are of ambiguous width in Japanese terminals."""

    def __init__(self, title: str, lines: Sequence[Line]) -> None:
        super().__init__()
        self.title, self.body = title, lines

    def on_mount(self) -> None:
        """Take the room that the text needs."""
        self.styles.width = min(self.app.size.width, 4 + max(self._widest(), width(self.title) + 4))
        self.styles.height = len(self.body) + 2

    def _widest(self) -> int:
        return max((sum(width(text) for text, _ in line) for line in self.body), default=0)

    def lines(self, cells: int) -> list[Line]:
        """Return frame and text."""
        return framed(self.title, self.body, cells)


def framed(title: str, body: Sequence[Line], cells: int) -> list[Line]:
    """Return ``body`` in a frame."""
    top = f"+- {title} "
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
        for part in self.query(Lines):
            part.refresh()


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
    ]

    def __init__(self, question: str, more: Sequence[str]) -> None:
        super().__init__()
        self.question, self.more = question, more

    def compose(self) -> ComposeResult:
        """Put the box together."""
        say = self.kk.say
        cells = min(self.app.size.width, 76) - 4
        lines: list[Line] = [[(part, "strong")] for part in wrap(self.question, cells)]
        lines += [[(part, "plain")] for text in self.more for part in wrap(text, cells)]
        lines += [(), [(say.ask_yes, "key"), ("    ", "plain"), (say.ask_no, "key")]]
        yield Box(say.ask_title, lines)

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
        cells = 6 + max(width(text) for text in [*self.options, self.title_text])
        self.list.styles.height = len(self.options)
        self.list.styles.width = self.query_one(MenuHead).styles.width = cells
        self.list.show(Window(rows=range(len(self.options))), top=True)
        self.list.go(self.current)
        self.set_focus(self.list)

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
        cells = min(self.app.size.width, 76) - 4
        yield Box(self.title_text, [[(part, "plain")] for part in wrap(self.tells, cells)])
        yield self.prompt

    def on_mount(self) -> None:
        """Take the keys."""
        self.prompt.styles.width = min(self.app.size.width, 76)
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
