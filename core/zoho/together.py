"""Several calls at once, as many as are of use; results come as they are there."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")
Job = Callable[[], Awaitable[T]]


async def together(jobs: Iterable[Job[T]], width: int) -> AsyncIterator[T]:
    """Run jobs, at most ``width`` at a time, and yield each result when it is there.

    When one raises, nothing new is begun, what is out is waited for and yielded, and then the first error is raised: a
    write that was sent is not left without its outcome. When the reader stops, what is out is cancelled.
    """
    waiting: Iterator[Job[T]] = iter(jobs)
    out: set[asyncio.Future[T]] = set()
    failed: BaseException | None = None
    try:
        while True:
            while failed is None and len(out) < width and (job := next(waiting, None)) is not None:
                out.add(asyncio.ensure_future(job()))
            if not out:
                break
            done, out = await asyncio.wait(out, return_when=asyncio.FIRST_COMPLETED)
            for each in done:
                wrong = each.exception()
                if wrong is None:
                    yield each.result()
                else:
                    failed = failed or wrong
    finally:
        for each in out:
            each.cancel()
        for each in out:
            with contextlib.suppress(asyncio.CancelledError, Exception):
                await each
    if failed is not None:
        raise failed


def parts(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """Cut a sequence into pieces of at most ``size``."""
    return (items[at : at + size] for at in range(0, len(items), size))
