"""`python -m core.sandbox`: a sandbox in a process of its own."""

from __future__ import annotations

import argparse
import sys

from core.sandbox.limits import MODES
from core.sandbox.server import serve
from core.sandbox.world.build import KINDS


def parser() -> argparse.ArgumentParser:
    """The options of the command."""
    made = argparse.ArgumentParser(
        prog="sandbox", description="Serve an embedded Zoho CRM and Zoho Books on this machine."
    )
    made.add_argument("--port", type=int, default=0, help="0 takes a free one")
    made.add_argument("--accounts", type=int, help="how many accounts the CRM holds; by default what the world has")
    made.add_argument("--world", choices=tuple(KINDS), default="plain", help="what the organisations hold")
    made.add_argument("--seed", type=int, default=1, help="the same seed gives the same world")
    made.add_argument("--latency-ms", type=float, default=0, help="how long each call takes at least")
    made.add_argument("--limits", choices=MODES, default="off", help="whose limits hold")
    made.add_argument("--clock", choices=("ticks", "real", "frozen"), help="how the sandbox's time moves")
    made.add_argument("--no-planted", action="store_true", help="no records that are meant to fail")
    made.add_argument("--die-with-stdin", action="store_true", help="end when standard input closes")
    return made


def main(argv: list[str]) -> int:
    """Run with these arguments; returns the exit status (1 when the port is taken)."""
    given = parser().parse_args(argv)
    try:
        return serve(
            given.port,
            given.accounts,
            given.seed,
            given.latency_ms,
            given.limits,
            planted=not given.no_planted,
            clock=given.clock,
            die_with_stdin=given.die_with_stdin,
            kind=given.world,
        )
    except OSError as problem:
        sys.stderr.write(f"cannot serve on port {given.port}: {problem.strerror}\n")
        return 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
