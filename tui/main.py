"""The console script and the one composition root: a command goes to ``core.cli``, no command to the screen.

Nothing of Textual is imported for a command, and nothing of the agent's client before the screen's first paint.
"""

import os
import sys
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.commands.context import ScreenOptions
    from core.service import Service

USAGE = 2

BEFORE_TEXTUAL = {
    # With the Kitty protocol Textual 8.2.8 turns an input method's commit of five or more kanji into garbage.
    "TEXTUAL_DISABLE_KITTY_KEY": "1",
    "TEXTUAL_ANIMATIONS": "none",
    # Scrolling is by line; pixels would only ask the terminal for more reports.
    "TEXTUAL_SMOOTH_SCROLL": "0",
}
"""Textual reads these once, when it is imported."""
NOT_THE_SIZE = ("COLUMNS", "LINES")
"""Where a shell or a tool exports these, Textual believes them for ever; the terminal itself knows better."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run ``kakehashi``. Returns the exit code."""
    from core.cli import main as run  # noqa: PLC0415

    return run(argv, open_screen)


def open_screen(options: "ScreenOptions") -> int:
    """Show the screen of a place until it is left. Returns the exit code."""
    if refusal := cannot_show(options):
        sys.stderr.write(refusal + "\n")
        return USAGE
    os.environ.update(BEFORE_TEXTUAL)
    for name in NOT_THE_SIZE:
        os.environ.pop(name, None)
    if refusal := take_settings(options):
        sys.stderr.write(refusal + "\n")
        return USAGE
    from tui.app import KakehashiApp  # noqa: PLC0415

    def connect_to(profile: str) -> "Callable[[], Awaitable[Service]]":
        async def connect() -> "Service":
            import asyncio  # noqa: PLC0415
            import importlib  # noqa: PLC0415

            # In a thread: the import takes as long as a hundred keys.
            client = await asyncio.to_thread(importlib.import_module, "core.agent.client")
            place = type(options.place)(options.place.home, profile)
            service: Service = await client.attach(place, read_only=options.read_only)
            return service

        return connect

    app = KakehashiApp(
        connect_to(options.place.profile),
        options.lang,
        options.place.profile,
        options.read_only,
        connect_to=None if options.alone else connect_to,
        settings=options.place.home,
    )
    app.run(mouse=options.mouse)
    if app.crash is not None:
        raise app.crash
    return app.return_code or 0


def take_settings(options: "ScreenOptions") -> str:
    """Take theme and keys from the home's ``screen.toml``. Returns what is wrong with it; empty when nothing is."""
    from tui.locale import STRINGS, guess  # noqa: PLC0415
    from tui.settings import Wrong, read  # noqa: PLC0415

    try:
        found = read(options.place.home, STRINGS[options.lang or guess()])
    except Wrong as wrong:
        return str(wrong)
    if found.theme:
        from tui.theme import use  # noqa: PLC0415

        use(found.theme)
    if found.keys:
        from tui.actions import remap  # noqa: PLC0415

        remap(found.keys)
    return ""


def cannot_show(options: "ScreenOptions") -> str:
    """Return why no screen can be shown here, naming the command that does the same; empty when one can."""
    from tui.locale import STRINGS, guess  # noqa: PLC0415

    say = STRINGS[options.lang or guess()]
    term = os.environ.get("TERM", "")
    if not (sys.__stdin__ and sys.__stderr__ and sys.__stdin__.isatty() and sys.__stderr__.isatty()):
        return say.refuse_no_tty
    return say.refuse_dumb.format(term=term or "?") if term in ("", "dumb", "unknown") else ""


if __name__ == "__main__":
    sys.exit(main())
