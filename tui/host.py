"""What widgets and screens ask of the application they stand in."""

from datetime import datetime
from typing import Protocol, cast

from textual.dom import DOMNode

from core.model.names import ModuleName
from core.model.text import Lang
from core.service import Service
from tui.locale.en import English
from tui.state import State


class Refusal(Exception):
    """A key cannot do its deed right now; the text says why, in the user's language."""


class Host(Protocol):
    """The application, as its parts see it."""

    state: State
    lang: Lang

    @property
    def say(self) -> English:
        """The words of the current language."""
        ...

    @property
    def service(self) -> Service | None:
        """The agent's service while attached."""
        ...

    def now(self) -> datetime:
        """Return the time, aware."""
        ...

    def may_paint(self) -> bool:
        """Return whether the line to the terminal has room for a frame."""
        ...

    def flash(self, text: str, *, bad: bool = False) -> None:
        """Show one line of news until the next key."""
        ...

    async def go_mode(self, mode: str) -> None:
        """Show a mode."""
        ...

    async def start_sync(self, module: ModuleName, *, confirm: bool) -> None:
        """Start a sync of a module and show its progress."""
        ...

    async def news_of_settings(self) -> None:
        """Ask for the status now: settings were stored here."""
        ...

    @property
    def news(self) -> tuple[str, bool]:
        """The flash line's text, and whether it is bad news."""
        ...


def host(node: DOMNode) -> Host:
    """Return the application that ``node`` stands in."""
    return cast(Host, node.app)
