"""What widgets and screens ask of the application they stand in."""

from datetime import datetime
from typing import Protocol, cast

from textual.dom import DOMNode

from core.model.names import ModuleName
from core.model.text import Lang
from core.service import Row, Service
from tui.locale.en import English
from tui.state import State


class Refusal(Exception):
    """A key cannot do its deed right now; the text says why, in the user's language."""


class Host(Protocol):
    """The application, as its parts see it."""

    state: State
    lang: Lang
    retries: list[ModuleName]
    """Modules whose failures are to be tried again, one run after another."""

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

    def on_news(self) -> None:
        """Draw what has changed, and do what waits for the end of a run."""
        ...

    def hold_keys(self) -> None:
        """Keep what is typed until ``let_keys_go``: a deed is under way that may lead to another screen."""
        ...

    def let_keys_go(self) -> None:
        """Give what was typed meanwhile to whatever is shown now."""
        ...

    def flash(self, text: str, *, bad: bool = False) -> None:
        """Show one line of news until the next key."""
        ...

    async def go_mode(self, mode: str) -> None:
        """Show a mode."""
        ...

    async def do_configure(self) -> None:
        """Set up the screen's module."""
        ...

    @property
    def can_switch(self) -> bool:
        """Whether another profile can be shown."""
        ...

    async def switch_profile(self, name: str) -> None:
        """Show another profile, a new one where there is none of that name. Raises ``Refusal`` where that cannot be."""
        ...

    async def start_sync(self, module: ModuleName, *, confirm: bool) -> None:
        """Start a sync of a module and show its progress."""
        ...

    async def news_of_settings(self) -> None:
        """Ask for the status now: settings were stored here."""
        ...

    async def fetch(self, module: ModuleName, records: list[Row]) -> None:
        """Start a run of these records alone, and show its progress."""
        ...

    async def release(self, module: ModuleName, record: Row) -> None:
        """Let an ignored record take part again. Raises ``Refusal`` for one that is not ignored."""
        ...

    async def show_run(self) -> None:
        """Show the progress of the run that was started just now."""
        ...

    @property
    def news(self) -> tuple[str, bool]:
        """The flash line's text, and whether it is bad news."""
        ...


def host(node: DOMNode) -> Host:
    """Return the application that ``node`` stands in."""
    return cast(Host, node.app)
