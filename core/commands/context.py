"""What every command is given."""

import sys
from collections.abc import Callable

from msgspec import Struct

from core.agent.places import Place
from core.model.text import Lang, Text


class ScreenOptions(Struct, frozen=True, kw_only=True):
    """How to open the screen. ``lang`` None: by locale."""

    place: Place
    lang: Lang | None = None
    read_only: bool = False
    mouse: bool = False
    alone: bool = False
    """Only this profile can be shown: its agent ends with the program, which another one's would not."""


Screen = Callable[[ScreenOptions], int]
"""Opens the screen, and returns the exit code once it is closed."""


class Context(Struct, frozen=True, kw_only=True):
    """Where, in which language and in which form a command answers."""

    place: Place
    lang: Lang
    json: bool = False
    read_only: bool = False
    screen: Screen | None = None

    def say(self, text: Text, **detail: str) -> None:
        """Tell the user something, on stderr."""
        self.tell(text.say(self.lang, **detail))

    def tell(self, line: str) -> None:
        """Write one line to stderr."""
        sys.stderr.write(f"{line}\n")
        sys.stderr.flush()

    def word(self, text: Text, **detail: str) -> str:
        """Return a text in the user's language."""
        return text.say(self.lang, **detail)
