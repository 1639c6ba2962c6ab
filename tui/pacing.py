"""Pacing for slow lines: never have more bytes on their way than the line can swallow at once.

After each frame the terminal is asked for its cursor position (CSI 6n); its answer says that everything before it has
been shown. While more than ``WINDOW`` bytes are unanswered, the screen does not paint: keys go on moving the cursor,
and the next frame shows where it then is. So a held key stops where it is let go, and a terminal that stops reading
never fills Textual's writer queue, which would freeze the screen.
"""

from collections import deque

ASK = "\x1b[6n"
WINDOW = 2048
"""Bytes that may be unanswered when a frame begins."""
PATIENCE = 2.0
"""Seconds after which a terminal that never answered is taken for one that cannot, and answers for lost."""


class Pacer:
    """Counts what was sent and what was answered. ``now`` is monotonic seconds."""

    def __init__(self) -> None:
        self._asked: deque[tuple[float, int]] = deque()
        self._unasked = 0
        self._waiting = 0
        self._answers = False
        self._mute = False

    def sent(self, size: int) -> None:
        """Note bytes that went out."""
        self._unasked += size

    def ask(self, now: float) -> str:
        """Return what to send after a frame: the question, or nothing for a terminal that cannot answer."""
        if self._mute or not self._unasked:
            return ""
        self._asked.append((now, self._unasked))
        self._waiting += self._unasked
        self._unasked = 0
        return ASK

    def answered(self) -> None:
        """Note an answer: the oldest question's bytes have been shown."""
        self._answers = True
        if self._asked:
            self._waiting -= self._asked.popleft()[1]

    def lost(self) -> None:
        """Forget what is unanswered: the terminal was away, or was changed for another."""
        self._asked.clear()
        self._waiting = 0

    def clear(self, now: float) -> bool:
        """Return whether a frame may be painted now."""
        if not self._asked:
            return True
        overdue = now - self._asked[0][0] > PATIENCE
        if not self._answers:
            if overdue:
                self._mute = True
                self.lost()
            return True
        return self._waiting <= WINDOW

    def alive(self, now: float) -> None:
        """Note that a key came: a line that has long been silent lost its answers if keys still come through."""
        if self._answers and self._asked and now - self._asked[0][0] > PATIENCE:
            self.lost()
