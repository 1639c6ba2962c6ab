"""Telling systemd how the agent is (sd_notify(3)): a datagram to the socket it names, nothing where it names none."""

import contextlib
import os
import socket
from collections.abc import Mapping

NOTIFY, WATCHDOG, WATCHDOG_PID = "NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"


class Notifier:
    """What systemd wants to know. Where it does not listen, everything is done in silence."""

    def __init__(self, environ: Mapping[str, str] = os.environ) -> None:
        name = environ.get(NOTIFY, "")
        # A name that begins with @ stands in no folder (unix(7)).
        self._address = "\0" + name[1:] if name.startswith("@") else name
        self.interval = _interval(environ)
        """Seconds between two signs of life, half of what systemd allows; None: it does not ask for any."""

    @property
    def listens(self) -> bool:
        """Whether there is anybody to tell."""
        return bool(self._address)

    def ready(self) -> None:
        """The agent answers."""
        self._tell("READY=1")

    def alive(self) -> None:
        """The agent's loop turns."""
        self._tell("WATCHDOG=1")

    def stopping(self) -> None:
        """The agent finishes what is in flight, and goes."""
        self._tell("STOPPING=1")

    def status(self, text: str) -> None:
        """Say in one line what ``systemctl status`` shows."""
        self._tell("STATUS=" + " ".join(text.split()))

    def _tell(self, line: str) -> None:
        if not self._address:
            return
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as out:
            # Never wait: a systemd that reads slowly is no reason to stop a sync.
            out.setblocking(False)
            out.sendto(line.encode(), self._address)


def _interval(environ: Mapping[str, str]) -> float | None:
    micros, pid = environ.get(WATCHDOG, ""), environ.get(WATCHDOG_PID, "")
    if not micros.isdecimal() or not int(micros) or (pid and pid != str(os.getpid())):
        return None
    return int(micros) / 2_000_000
