"""Somebody at a terminal who knows nothing but what the screen says: keys are looked up in ``?`` by their names."""

import re
from collections.abc import Sequence

from tests.tui.ptys import Pty

KEYS = {
    "Enter": b"\r", "Esc": b"\x1b", "Down": b"\x1b[B", "Up": b"\x1b[A", "Right": b"\x1b[C", "Left": b"\x1b[D",
    "Home": b"\x1b[H", "End": b"\x1b[F", "PgDn": b"\x1b[6~", "PgUp": b"\x1b[5~", "Space": b" ", "F2": b"\x1bOQ",
    "F3": b"\x1bOR", "F4": b"\x1bOS", "Ctrl+P": b"\x10", "Ctrl+C": b"\x03", "Ctrl+Q": b"\x11", "Ctrl+L": b"\x0c",
}  # fmt: skip
HERE = {"ja": "この画面:", "en": "Here:"}
ROWS = 60
"""Lines that somebody has the patience to go through."""
HEADER = 2
"""Lines above a screen's own: which profile, and where one can go."""


class Person:
    """Reads and types. Every wait is for something to be seen."""

    def __init__(self, terminal: Pty, lang: str = "ja", *, patience: float = 30) -> None:
        self.terminal, self.lang, self.patience = terminal, lang, patience
        self.pressed: list[str] = []

    # reading

    @property
    def screen(self) -> str:
        """What is shown."""
        return self.terminal.text()

    def lines(self) -> list[str]:
        """What is shown, a line a row."""
        return self.screen.splitlines()

    def sees(self, *texts: str, seconds: float = 0) -> str:
        """Wait until all the texts are shown; return the screen."""
        self.terminal.until(*texts, seconds=seconds or self.patience)
        return self.screen

    def waits(self, what: str, holds: object, seconds: float = 0) -> None:
        """Wait until ``holds()`` is true of the screen."""
        assert callable(holds)
        spent, step = 0.0, 0.1
        while not holds():
            spent += step if not self.terminal.read(step) else 0.01
            assert spent < (seconds or self.patience), f"never saw {what} in\n{self.screen}"

    def cursor(self) -> tuple[int, int, str]:
        """Row and column at which the cursor's line begins, and its text; of the window in front."""
        found = (-1, 0, "")
        rows = self.terminal.screen
        for y in range(HEADER, rows.lines - 2):
            reversed_cells = [x for x in range(rows.columns) if rows.buffer[y][x].reverse]
            text = "".join(rows.buffer[y][x].data for x in reversed_cells)
            if text.strip():
                found = (y, reversed_cells[0], text.strip())
        return found

    def selected(self) -> str:
        """The line that the cursor is on; empty when none is."""
        return self.cursor()[2]

    def _moved(self, at: int, before: str) -> bool:
        """Whether the cursor has left a line; one that has only got more to tell (a count) is not left."""
        now, _, text = self.cursor()
        same = text.startswith(before) or before.startswith(text)
        return bool(text) and (now != at or not same)

    def _way_to(self, names: tuple[str, ...]) -> str:
        """The arrow that leads to the line with these names: where it is seen, else down."""
        rows = self.terminal.screen
        at, left, _ = self.cursor()
        for y in range(HEADER, at):
            text = "".join(rows.buffer[y][x].data for x in range(left, rows.columns))
            if all(name in text for name in names):
                return "Up"
        return "Down"

    # typing

    def press(self, *keys: str) -> None:
        """Press keys by their names, or as they are written."""
        for key in keys:
            self.pressed.append(key)
            self.terminal.press(KEYS.get(key, key.encode()))

    def types(self, text: str) -> None:
        """Type text."""
        self.terminal.press(text.encode())

    def moves_to(self, *names: str) -> str:
        """Go up or down until the line with these names is selected; return it."""
        self.waits("a selection", self.selected)
        for _ in range(ROWS):
            at, _, before = self.cursor()
            if all(name in before for name in names):
                return before
            self.press(self._way_to(names))
            self.waits(f"the line beside {before!r} on the way to {names}", lambda a=at, b=before: self._moved(a, b))
        raise AssertionError(f"no line has {names}\n{self.screen}")

    def chooses(self, *names: str) -> None:
        """Choose the line with these names."""
        self.moves_to(*names)
        self.press("Enter")

    def key_for(self, label: str) -> str:
        """Open ``?`` and look up the key of what is called ``label``. Fails where it is not told."""
        self.press("?")
        self.sees(HERE[self.lang])
        told: list[str] = []
        while True:
            found = self._told(label)
            told += [line for line in self.lines() if line not in told]
            if found or self._at_end():
                break
            before = self.screen
            self.press("PgDn")
            self.waits("the next page of help", lambda before=before: self.screen != before)
        page = self.lines()[HEADER:-2]
        self.press("Esc")
        self.waits("help to go", lambda: self.lines()[HEADER:-2] != page)
        assert found, f"? does not tell how to {label!r}:\n" + "\n".join(told)
        return found

    def _told(self, label: str) -> str:
        for line in self.lines():
            match = re.match(rf"\s{{3}}(\S+(?: \S+)*?)\s{{2,}}{re.escape(label)}(?:\s|$)", line)
            if match:
                return match[1].split(" ")[0]
        return ""

    def _at_end(self) -> bool:
        return any("Ctrl+Q" in line for line in self.lines())

    def does(self, label: str, *then: str, seconds: float = 0) -> str:
        """Look up the key of ``label`` and press it; wait for what is to be seen then."""
        self.press(self.key_for(label))
        return self.sees(*then, seconds=seconds) if then else self.screen

    def columns_fit(self, width: int) -> Sequence[str]:
        """Return the lines that are too wide; none should be."""
        return [line for line in self.lines() if len(line) > width]
