"""What a document will come to, by Books' own taxes and currencies, before Books is asked."""

import unicodedata
from collections.abc import Sequence
from decimal import InvalidOperation

from core.documents.ports import BookDesk
from core.documents.totals import totals
from core.engine.ports import Clock
from core.model.documents import Document
from core.model.drafts import Draft, Item, Totals
from core.model.mirror import Tax
from core.model.problems import Problem

KEPT_SECONDS = 600.0
"""Taxes and currencies hardly ever change: read again after so long."""

MOST_ITEMS = 50


class Prices:
    """Sums of drafts. Taxes and currencies are read once and kept for a while."""

    def __init__(self, books: BookDesk, clock: Clock) -> None:
        self._books, self._clock = books, clock
        self._taxes: tuple[float, Sequence[Tax]] | None = None
        self._currencies: tuple[float, str, dict[str, int]] | None = None
        self._items: dict[str, tuple[float, list[Item], bool]] = {}

    async def taxes(self) -> list[Tax]:
        """Return Books' taxes."""
        now = self._clock.monotonic()
        if self._taxes is None or now - self._taxes[0] > KEPT_SECONDS:
            self._taxes = now, await self._books.taxes()
        return list(self._taxes[1])

    async def of(self, draft: Draft, made: Document | None = None) -> Totals:
        """Return what Books will make of a draft; ``made`` tells the currency that Books chose for it.

        Raises ``Problem('bad_request')`` for what is no number.
        """
        now = self._clock.monotonic()
        if self._currencies is None or now - self._currencies[0] > KEPT_SECONDS:
            self._currencies = now, *await self._books.currencies()
        _, base, places = self._currencies
        document = draft.base
        like = document or made
        currency = draft.new.currency or (like.currency if like is not None else base)
        precision = like.precision if like is not None else places.get(currency, 2)
        try:
            return totals(
                draft.new, await self.taxes(), precision=precision, currency=currency,
                inclusive=document is not None and document.inclusive,
                shipping=document.shipping if document is not None else "0",
            )  # fmt: skip
        except InvalidOperation:
            raise Problem("bad_request", what="an amount of the document is not a number") from None

    async def items(self, text: str) -> list[Item]:
        """Return items of which every word of ``text`` is in name or SKU; those whose name begins with it come first.

        Books is asked only where an earlier answer does not hold all that match: not for every keystroke.
        """
        folded = fold(text)
        now = self._clock.monotonic()
        known = next(
            (
                items
                for length in range(len(folded) + 1)
                if (held := self._items.get(folded[:length])) is not None and now - held[0] < KEPT_SECONDS
                for items in [held[1]]
                if held[2] or length == len(folded)
            ),
            None,
        )
        if known is None:
            found, whole = await self._books.items(text.strip())
            self._items[folded] = now, found, whole
            known = found
        words = folded.split()
        held_by = [each for each in known if all(word in fold(f"{each.name} {each.sku}") for word in words)]
        return sorted(held_by, key=lambda each: not fold(each.name).startswith(folded))[:MOST_ITEMS]


def fold(text: str) -> str:
    """Return a text in the form in which it is searched."""
    return unicodedata.normalize("NFKC", text).casefold().strip()
