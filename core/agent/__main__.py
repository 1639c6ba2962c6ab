"""``python -m core.agent``: the agent of one profile. Commands and the screen start it; nobody has to.

It detaches, takes the lock and listens before it imports what it will need to serve.
"""

import argparse
import logging
import logging.handlers
import os
import shutil
import sys
from pathlib import Path

import msgspec

from core import __version__
from core.agent.launch import Report
from core.agent.places import DEMO_PREFIX, Place, find_place
from core.agent.redact import RedactingFormatter
from core.agent.sockets import listen
from core.model.problems import Problem
from core.store.lock import ProfileLock

LOG_BYTES = 1_000_000
LOG_COPIES = 3
_HELD: list[ProfileLock] = []
"""The lock, for as long as the process lives."""


def parser() -> argparse.ArgumentParser:
    """Return the options."""
    made = argparse.ArgumentParser(prog="kakehashi-agent", description="Own one profile's state and sync it.")
    made.add_argument("--home", help="the folder of all profiles")
    made.add_argument("--profile", help="which profile")
    made.add_argument("--detach", action="store_true", help="leave the session and the terminal")
    made.add_argument("--die-with-stdin", action="store_true", help="end when standard input closes")
    made.add_argument("--ephemeral", action="store_true", help="remove a demo's home at the end")
    made.add_argument("--foreground", action="store_true", help="stay until told to go, and log to stderr, too")
    made.add_argument("--report-fd", type=int, help="where to say, once, that it listens or why not")
    return made


def main(argv: list[str]) -> int:
    """Be an agent. Returns the exit code: 0, or that of the Problem that kept it from running."""
    given = parser().parse_args(argv)
    os.umask(0o077)
    if given.detach:
        _detach()
    say = _Reporter(given.report_fd)
    try:
        place = find_place(given.home, given.profile)
        place.prepare()
        _open_log(place.log, foreground=given.foreground)
        lock = ProfileLock(place.folder)
        lock.acquire(__version__, str(place.socket))
        _HELD.append(lock)
    except Problem as problem:
        say(Report(code=problem.code, detail=problem.detail))
        sys.stderr.write(f"{problem}\n")
        return problem.exit
    try:
        return _run(place, say, die_with_stdin=given.die_with_stdin, foreground=given.foreground)
    finally:
        if given.ephemeral and place.home.name.startswith(DEMO_PREFIX):
            shutil.rmtree(place.home, ignore_errors=True)


def _run(place: Place, say: "_Reporter", *, die_with_stdin: bool, foreground: bool) -> int:
    logger = logging.getLogger("core.agent")
    try:
        opened = listen(place.socket)
    except Problem as problem:
        say(Report(code=problem.code, detail=problem.detail))
        return problem.exit
    say(Report(socket=str(place.socket)))
    logger.info("version %s listens on %s", __version__, place.socket)
    try:
        # Only now: whoever attaches is let in meanwhile.
        from core.agent.clock import SystemClock  # noqa: PLC0415
        from core.agent.life import live  # noqa: PLC0415

        code = live(place, opened, SystemClock(), die_with_stdin=die_with_stdin, foreground=foreground)
    except Exception:
        logger.exception("the agent ends on something unexpected")
        return 1
    logger.info("gone, code %d", code)
    return code


def _detach() -> None:
    """Leave the session for one of our own, as nobody's child, so that no terminal and no parent can end us."""
    if os.fork():
        os._exit(0)
    os.setsid()


def _open_log(path: Path, *, foreground: bool) -> None:
    handlers: list[logging.Handler] = [logging.StreamHandler()] if foreground else []
    try:
        handler = logging.handlers.RotatingFileHandler(path, maxBytes=LOG_BYTES, backupCount=LOG_COPIES)
    except OSError:
        raise Problem("store_read_only", path=str(path)) from None
    handlers.append(handler)
    for each in handlers:
        each.setFormatter(RedactingFormatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=handlers)
    # httpx tells every URL at INFO, and those carry ids: only our own rooms may speak below a warning.
    logging.getLogger("core").setLevel(logging.INFO)


class _Reporter:
    """Says one thing over a pipe and closes it."""

    def __init__(self, fd: int | None) -> None:
        self._fd = fd

    def __call__(self, report: Report) -> None:
        if self._fd is None:
            return
        fd, self._fd = self._fd, None
        try:
            os.write(fd, msgspec.json.encode(report) + b"\n")
        except OSError:
            return  # whoever started us has gone; the agent is of use to the next one all the same
        finally:
            os.close(fd)


if __name__ == "__main__":
    code = main(sys.argv[1:])
    logging.shutdown()
    # At once, with the lock still ours: whoever sees it free may take it that nothing of this process is left.
    os._exit(code)
