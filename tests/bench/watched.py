"""The real screen, with its loop watched: ``python -m tests.bench.watched HOME OUT``.

Writes to OUT, when it is left, how long each turn of the loop held it (milliseconds) and what it held at worst.
"""

import asyncio
import json
import os
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from tui.main import BEFORE_TEXTUAL

os.environ.update(BEFORE_TEXTUAL)

from core.agent.client import attach
from core.agent.places import Place
from core.service import Service
from tui.app import KakehashiApp


class Watch:
    """Times every callback of the loop. ``cpu``: what the thread itself worked, whoever else wanted the processor."""

    def __init__(self) -> None:
        self.held: list[float] = []
        self.worked: list[float] = []
        self.worst: Counter[str] = Counter()
        before: Any = asyncio.Handle._run

        def run(handle: asyncio.Handle) -> None:
            began, cpu = time.perf_counter(), time.thread_time()
            before(handle)
            took, used = (time.perf_counter() - began) * 1000, (time.thread_time() - cpu) * 1000
            if self.on:
                self.held.append(took)
                self.worked.append(used)
                if used > 5:
                    self.worst[repr(getattr(handle, "_callback", ""))[:160]] += 1

        self.on = False
        asyncio.Handle._run = run  # type: ignore[method-assign]

    def told(self) -> dict[str, Any]:
        """p50, p99 and the most, of both clocks."""
        return {
            name: {"turns": len(found), "p99": sorted(found)[int(len(found) * 0.99)], "max": max(found)}
            for name, found in (("held", self.held), ("worked", self.worked))
        } | {"long": self.worst.most_common(5)}


def main() -> None:
    home, out = Path(sys.argv[1]), Path(sys.argv[2])
    watch = Watch()

    async def connect() -> Service:
        return await attach(Place(home, "default"), read_only=False)

    class Watched(KakehashiApp):
        async def do_redraw(self) -> None:
            """Begin to watch: Ctrl+L, once everything has been imported and shown."""
            watch.on = True
            await super().do_redraw()

    app = Watched(connect, "en", "default")
    app.run(mouse=False)
    out.write_text(json.dumps(watch.told()))
    if app.crash is not None:
        raise app.crash


if __name__ == "__main__":
    main()
