"""Watching a run from a terminal: one line that moves, and what Ctrl-C means."""

import asyncio
import contextlib
import signal
import sys
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterator

from core.agent.client import RemoteService, unreachable
from core.commands.context import Context
from core.commands.output import cells, clip
from core.model.run import Progress, Run
from core.model.text import Text
from core.service import Event

SECOND_PRESS_SECONDS = 3.0
_PHASES: dict[str, Text] = {
    "recover": Text("recovering", "復旧中"),
    "pull": Text("reading", "取得中"),
    "plan": Text("planning", "計画中"),
    "valve": Text("checking", "確認中"),
    "execute": Text("writing", "書き込み中"),
    "commit": Text("committing", "確定中"),
    "done": Text("done", "完了"),
}
_COUNTERS: dict[str, Text] = {
    "crm_pulled": Text("CRM", "CRM"),
    "books_pulled": Text("Books", "Books"),
    "to_books": Text("-> Books", "-> Books"),
    "to_crm": Text("-> CRM", "-> CRM"),
    "failed": Text("failed", "失敗"),
}
_WAITS: dict[str, Text] = {
    "rate_limit": Text("waiting {seconds} s for the rate limit", "呼び出し制限のため {seconds} 秒待機"),
    "retry": Text("trying again in {seconds} s", "{seconds} 秒後に再試行"),
    "quota": Text("waiting for the day's quota", "1日の上限のリセット待ち"),
}
_LEAVING = Text(
    "\nThe sync goes on without this command. Press Ctrl-C again within {seconds} seconds to end it too.",
    "\n同期はこのコマンドを終了しても続きます。{seconds} 秒以内にもう一度 Ctrl-C を押すと同期も中断します。",
)
_LEFT = Text("The sync goes on; see `kakehashi status`.", "同期は続いています。`kakehashi status` で確認できます。")
_ENDING = Text("The sync finishes what is in flight, and ends.", "処理中の操作を完了して中断します。")


async def follow(context: Context, service: RemoteService, start: Callable[[], Awaitable[Run]]) -> Run:
    """Start a run (``start`` returns it as started) and return it ended. Raises KeyboardInterrupt when the user leaves
    it going.

    Watches before it starts, so that no end is missed.
    """
    async with _closing(service.events()) as events:
        await anext(events)
        started = await start()
        ended = asyncio.ensure_future(_end_of(context, events, started))
        try:
            await _wait(context, service, ended)
            return await ended
        finally:
            # The stream can only be closed once nobody reads it.
            ended.cancel()
            await asyncio.gather(ended, return_exceptions=True)


@contextlib.asynccontextmanager
async def _closing(events: AsyncIterator[Event]) -> AsyncIterator[AsyncIterator[Event]]:
    try:
        yield events
    finally:
        if isinstance(events, AsyncGenerator):
            await events.aclose()


async def _wait(context: Context, service: RemoteService, ended: "asyncio.Future[Run]") -> None:
    with _presses() as presses:
        while not ended.done():
            pressed = asyncio.ensure_future(presses.get())
            either: set[asyncio.Future[Run] | asyncio.Future[None]] = {ended, pressed}
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            if pressed.done():
                await _leave(context, service, presses, ended)
            pressed.cancel()


async def _end_of(context: Context, events: AsyncIterator[Event], started: Run) -> Run:
    line = _Line(context)
    async for event in events:
        if event.progress is not None and event.progress.run_id == started.id:
            line.show(event.progress)
        if event.run is not None and event.run.id == started.id and event.run.state != "running":
            line.clear()
            return event.run
    line.clear()
    raise unreachable(context.place)


async def _leave(
    context: Context, service: RemoteService, presses: "asyncio.Queue[None]", ended: "asyncio.Future[Run]"
) -> None:
    """First press: say what happens. Second: end the run too. No second: leave it going."""
    context.say(_LEAVING, seconds=f"{SECOND_PRESS_SECONDS:.0f}")
    try:
        await asyncio.wait_for(presses.get(), SECOND_PRESS_SECONDS)
    except TimeoutError:
        if not ended.done():
            context.say(_LEFT)
            raise KeyboardInterrupt from None
        return
    context.say(_ENDING)
    await service.cancel()


@contextlib.contextmanager
def _presses() -> Iterator["asyncio.Queue[None]"]:
    """Collect Ctrl-C instead of dying of it."""
    presses: asyncio.Queue[None] = asyncio.Queue()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGINT, presses.put_nowait, None)
    try:
        yield presses
    finally:
        loop.remove_signal_handler(signal.SIGINT)


class _Line:
    """One line of progress, drawn over itself, on a terminal only."""

    def __init__(self, context: Context) -> None:
        self._context, self._drawn = context, 0
        self._on = sys.stderr.isatty()

    def show(self, progress: Progress) -> None:
        """Draw it."""
        if not self._on:
            return
        text = clip(self._words(progress), 78)
        sys.stderr.write("\r" + text + " " * (self._drawn - cells(text)))
        sys.stderr.flush()
        self._drawn = cells(text)

    def clear(self) -> None:
        """Wipe it."""
        if self._drawn:
            sys.stderr.write("\r" + " " * self._drawn + "\r")
            sys.stderr.flush()

    def _words(self, progress: Progress) -> str:
        say = self._context.word
        parts = [say(_PHASES[progress.phase])]
        for name, label in _COUNTERS.items():
            if name in progress.done:
                of = f"/{progress.total[name]}" if name in progress.total else ""
                parts.append(f"{say(label)} {progress.done[name]}{of}")
        if progress.waiting in _WAITS:
            parts.append(say(_WAITS[progress.waiting], seconds=f"{progress.wait_seconds:.0f}"))
        return "  ".join(parts)
