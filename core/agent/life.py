"""The agent's life: lock, bind, load, serve, end (design.md §2, The agent's life).

The lock is the truth: whoever holds it owns the state, and may remove a socket that a killed agent left behind. The
socket is bound before anything is loaded, so that whoever attaches is answered ("loading n %") and never left waiting.
"""

import asyncio
import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable

from core import __version__
from core.agent.local import LocalService
from core.agent.notify import Notifier
from core.agent.places import Place
from core.agent.server import Gate, Server, build_app
from core.engine.ports import Clock
from core.model.problems import Problem

logger = logging.getLogger(__name__)
IDLE_SECONDS = 600.0
"""With neither a schedule nor a client, the agent goes after this long."""
RETIRED = 75
"""Exit code of a service that made room for another version, so that its systemd starts the new one (EX_TEMPFAIL)."""
UNTOLD_SECONDS = 10.0
"""An agent that cannot load stays this long for somebody to hear why."""


class Life:
    """One agent from its binding to its end. ``run`` returns the exit code. ``idle`` None: it never goes by itself."""

    def __init__(
        self,
        place: Place,
        clock: Clock,
        *,
        version: str = __version__,
        idle: float | None = IDLE_SECONDS,
        notifier: Notifier | None = None,
    ) -> None:
        self.place, self._clock, self._idle = place, clock, idle
        self._notifier = notifier or Notifier({})
        self.service = LocalService(place, clock, version=version, on_shutdown=self.stop)
        self.gate = _LifeGate(self, version)
        self.quiet_since = clock.monotonic()
        self._problem: Problem | None = None
        self._retiring = False
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Ask for the end: what is in flight is finished and committed first."""
        self._stopping.set()

    async def run(self, opened: socket.socket) -> int:
        """Serve on a listening socket until told to stop or idle for long. Raises nothing; logs the unexpected."""
        server = Server(build_app(self.service, self.gate, self.place.log))
        serving = asyncio.create_task(server.serve(sockets=[opened]))
        tasks = [asyncio.create_task(each()) for each in (self._load, self._watch_idleness, self._show_life)]
        try:
            await self._stopping.wait()
            self._notifier.stopping()
            await self.service.close()
            server.stop()
            await serving
        finally:
            for each in tasks:
                each.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        if self._problem is not None:
            return self._problem.exit
        return RETIRED if self._retiring and self._notifier.listens else 0

    def retire(self, theirs: str) -> None:
        """A client of another version has come: finish the run, then make room for an agent of its version."""
        if not self._retiring:
            logger.info("a client of version %s has come: making room", theirs)
        self._retiring = True
        self.settle()

    def settle(self) -> None:
        """Look again whether there is a reason to go. Called when a call has been answered or a run has ended."""
        if self.gate.open == 0:
            self.quiet_since = self._clock.monotonic()
        told = self._problem is not None and self.gate.open == 0 and self.gate.answered
        if told or (self._retiring and not self.service.busy):
            self.stop()

    async def _load(self) -> None:
        self.service.on_settled(self.settle)
        try:
            await self.service.load()
            self._notifier.status(f"profile {self.place.profile}")
            self._notifier.ready()
        except Problem as problem:
            logger.error("cannot load: %s", problem)
            self._problem = problem
            self._notifier.status(str(problem))
            await self._clock.sleep(UNTOLD_SECONDS)
            self.stop()

    async def _show_life(self) -> None:
        """Tell whoever watches over us that the loop turns."""
        while self._notifier.interval is not None:
            self._notifier.alive()
            await self._clock.sleep(self._notifier.interval)

    async def _watch_idleness(self) -> None:
        while self._idle is not None:
            busy = self.gate.open > 0 or self.service.busy or self.service.scheduled
            left = self._idle if busy else self.quiet_since + self._idle - self._clock.monotonic()
            if left <= 0:
                logger.info("idle: going")
                self.stop()
                return
            await self._clock.sleep(left)


class _LifeGate(Gate):
    """Tells the life of the agent who comes and goes."""

    def __init__(self, life: Life, version: str) -> None:
        super().__init__(version)
        self._life = life
        self.answered = False

    def other_version(self, theirs: str) -> None:
        """See ``Life.retire``."""
        self._life.retire(theirs)

    def left(self) -> None:
        """See ``Life.settle``."""
        self.answered = True
        self._life.settle()


def live(
    place: Place, opened: socket.socket, clock: Clock, *, die_with_stdin: bool = False, foreground: bool = False
) -> int:
    """Run an agent that holds its place's lock and listens on ``opened``. Returns the exit code. One in the
    ``foreground`` stays until it is told to go.

    The lock stays with the process: it is free once nothing of the agent is left, and whoever waits for its end waits
    for the lock.
    """

    async def run() -> int:
        life = Life(place, clock, idle=None if foreground else IDLE_SECONDS, notifier=Notifier())
        _heed_signals(life.stop)
        if die_with_stdin:
            end_with_stdin(asyncio.get_running_loop(), life.stop)
        return await life.run(opened)

    try:
        return asyncio.run(run())
    finally:
        opened.close()
        place.socket.unlink(missing_ok=True)


def _heed_signals(stop: Callable[[], None]) -> None:
    """End cleanly on the first signal, at once on the second: whatever is cut off is recovered by the next start."""
    loop, told = asyncio.get_running_loop(), False

    def heed(number: int) -> None:
        nonlocal told
        if told:
            logger.warning("told to go again: going at once")
            logging.shutdown()
            os._exit(128 + number)
        told = True
        stop()

    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, heed, each)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)


def end_with_stdin(loop: asyncio.AbstractEventLoop, stop: Callable[[], None]) -> None:
    """Call ``stop`` once our standard input closes, be it by a kill -9 of whoever held the other end."""

    def wait() -> None:
        while os.read(sys.stdin.fileno(), 4_096):
            pass
        loop.call_soon_threadsafe(stop)

    threading.Thread(target=wait, daemon=True, name="stdin").start()
