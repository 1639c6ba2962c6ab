"""Lists of Books, page after page (zoho-books-api §1.6)."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from core.zoho.books.metadata import check
from core.zoho.books.rows import RowPlan
from core.zoho.caller import Answer

PER_PAGE = 200
Ask = Callable[[int], Awaitable[Answer]]


async def pages(plan: RowPlan, ask: Ask, ahead: int = 1, *, sure: bool = False) -> AsyncIterator[list[Any]]:
    """Yield the rows of page after page; ``ask`` gets a page's number. Raises ``Problem``.

    ``ahead`` pages are asked for at once: where calls cost nothing, more than one. ``sure``: the list is read to its
    end, so that a page that is certain to be needed may come while the one before it is looked at.
    """
    tasks: list[asyncio.Future[Answer]] = []
    try:
        page, width = 1, 1
        while True:
            while len(tasks) < width:
                tasks.append(asyncio.ensure_future(ask(page)))
                page += 1
            answer = await tasks.pop(0)
            check(answer, plan.entity.name)
            more = bool(answer.data is not None and answer.data.page_context.has_more_page)
            width = ahead
            while more and sure and len(tasks) < width:
                tasks.append(asyncio.ensure_future(ask(page)))
                page += 1
            yield [] if answer.data is None else answer.data.rows
            if not more:
                return
    finally:
        for each in tasks:
            each.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
