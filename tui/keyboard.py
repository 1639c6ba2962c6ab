"""How keys reach what they are meant for: one after another, each where the one before has led.

Textual sends a key through the focused widget's queue first, and what a key asks for through more queues: of a burst -
typed ahead, pasted, or held up by a slow line - the next one overtakes it and lands where the first one began.
"""

from collections import deque
from typing import Protocol, runtime_checkable

from textual.app import App
from textual.events import Event, Key, Paste, Resize

from tui.frames import Frames
from tui.screens.base import Base


@runtime_checkable
class Typed(Protocol):
    """A line to type in (``tui.widgets.prompt.Prompt``, whose import the first paint does not wait for)."""

    async def take(self, event: Key | Paste) -> bool:
        """Take a character or a pasted text now; return whether it was one."""
        ...


AT_ONCE = frozenset({"escape", "ctrl+c", "ctrl+q"})
"""Keys that never wait: they leave."""


class Keyboard(App[int], inherit_bindings=False):
    """The part of the application that takes keys."""

    frames: Frames
    _last_key: str = ""
    _busy: int = 0

    @property
    def _held(self) -> "deque[Key | Paste]":
        held: deque[Key | Paste] = self.__dict__.setdefault("_held_keys", deque())
        return held

    def flash(self, text: str, *, bad: bool = False) -> None:
        """Show one line of news."""
        raise NotImplementedError

    async def on_event(self, event: Event) -> None:
        """Let a key take the last news away, and a new size the memory of what is shown."""
        if isinstance(event, Key | Paste) and not event.is_forwarded:
            if self._waits(event):
                self._held.append(event)
            else:
                await self._give(event)
            return
        if isinstance(event, Resize):
            self.frames.forget()
        await super().on_event(event)

    # keys that wait

    def hold_keys(self) -> None:
        """Keep what is typed into a line until ``let_keys_go``: what its Enter began may lead to another screen."""
        self._busy += 1

    def let_keys_go(self) -> None:
        """Give what was typed meanwhile to whatever is shown now."""
        self._busy -= 1
        if self._held:
            self.call_next(self._replay)

    def _waits(self, event: Key | Paste) -> bool:
        if isinstance(event, Key) and event.key in AT_ONCE:
            self._held.clear()
            return False
        return bool(self._held) or (self._busy > 0 and isinstance(self.focused, Typed))

    async def _replay(self) -> None:
        while self._held and not (self._busy > 0 and isinstance(self.focused, Typed)):
            await self._give(self._held.popleft())

    async def _give(self, event: Key | Paste) -> None:
        """Do what a key is bound to, or type it, here and now."""
        if not self._screen_stack:
            # On the way out.
            return
        if isinstance(event, Key):
            self._last_key = event.key
            self.flash("")
        screen = self.screen
        # A window that the key before has opened may not have its parts yet.
        await screen._mounted_event.wait()
        if isinstance(screen, Base):
            screen.take_focus()
        focused = self.focused
        if isinstance(focused, Typed) and await focused.take(event):
            return
        if isinstance(event, Key) and await self._check_bindings(event.key):
            return
        await super().on_event(event)
