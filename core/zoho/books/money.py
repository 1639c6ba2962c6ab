"""What customers owe and buy, as Books' lists tell it, in the base currency (zoho-books-api §8).

Balances stand in the rows of contacts: ``outstanding_receivable_amount_bcy``, ``unused_credits_receivable_amount_bcy``.
Sales are the totals of invoices at their own exchange rates, tax included; drafts, invoices in approval and void ones
are none. The report of sales by customer would be one call, but is not documented: the lists are.
"""

from collections.abc import AsyncIterator, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from core.figures.ports import Balance, Feed, Heard, Sale
from core.model.problems import Problem
from core.zoho import codec
from core.zoho.books.entities import CONTACTS_READ, PREFIX
from core.zoho.books.metadata import check, has_more, rows
from core.zoho.caller import Answer, Call, Caller
from core.zoho.refusals import books_refusal

PER_PAGE = 200
NO_SALE = frozenset({"draft", "void", "pending_approval", "approved", "rejected"})
"""Statuses of invoices that were never sent, or are void (§6.2)."""
OWED, UNUSED = "outstanding_receivable_amount_bcy", "unused_credits_receivable_amount_bcy"
IN_ORDER = {"sort_column": "created_time", "sort_order": "A"}
PAYMENT_PAGES = 3
"""Pages of payments read back for one that is known, before everybody is looked at instead."""
KEPT_PAYMENTS = 5
"""One of them may be deleted until the next time."""


class BooksMoney:
    """Balances and invoices of one organisation (``core.figures.ports.MoneyDesk``)."""

    def __init__(self, caller: Caller, currency: str) -> None:
        self._caller, self._currency = caller, currency

    @property
    def calls(self) -> int:
        """Return the API requests sent; those of the same organisation's contacts are among them."""
        return self._caller.budget.calls

    async def now(self) -> str:
        """Return Books' own time; it costs one call of one row."""
        answer = await self._get("/contacts", {"per_page": "1"}, CONTACTS_READ)
        return answer.reply.date()

    async def balances(self) -> AsyncIterator[list[Balance]]:
        """Yield every customer's balances in the order of creation, which no change moves."""
        asked = {"contact_type": "customer", "filter_by": "Status.All", **IN_ORDER}
        async for found in self._pages("contacts", "/contacts", asked, CONTACTS_READ):
            yield [_balance(each) for each in found]

    async def balance(self, customer_id: str) -> Balance | None:
        """Return one customer's balances from its detail, None when it is gone."""
        answer = await self._caller.call(
            Call(method="GET", path=f"{PREFIX}/contacts/{customer_id}", scope=CONTACTS_READ)
        )
        if answer.refused and books_refusal(answer.data, answer.reply.content).reason == "F29":
            return None
        check(answer, "contacts")
        found = answer.data.get("contact") if isinstance(answer.data, dict) else None
        return _balance(found) if isinstance(found, dict) else None

    async def sales(self, customer_id: str = "") -> AsyncIterator[list[Sale]]:
        """Yield the invoices that count as sales."""
        asked = {"filter_by": "Status.All", **IN_ORDER}
        if customer_id:
            asked["customer_id"] = customer_id
        async for found in self._pages("invoices", "/invoices", asked, _scope("invoices")):
            yield [
                Sale(str(each.get("customer_id") or ""), self._base(each))
                for each in found
                if str(each.get("status")) not in NO_SALE
            ]

    async def changed(self, feed: Feed, since: str) -> Heard:
        """Return whose documents changed, by the documented filter ``last_modified_time``."""
        asked = {"last_modified_time": since[:-1] + "+0000", **IN_ORDER}
        customers: set[str] = set()
        try:
            async for found in self._pages(feed, f"/{feed}", asked, _scope(feed)):
                customers |= {str(each.get("customer_id") or "") for each in found}
        except Problem as problem:
            if problem.code != "scope_missing":
                raise
            return Heard(deaf=True)
        return Heard(frozenset(customers - {""}))

    async def payments(self, known: Sequence[str]) -> Heard:
        """Return who paid since. The list tells neither times nor, as it is documented, whose a payment is."""
        newest: tuple[str, ...] = ()
        new: list[dict[str, Any]] = []
        try:
            for page in range(1, PAYMENT_PAGES + 1):
                asked = {"sort_column": "created_time", "sort_order": "D", "page": str(page)}
                answer = await self._get("/customerpayments", asked, _scope("customerpayments"))
                found = rows(answer, "customerpayments") or rows(answer, "customer_payments")
                ids = [str(each.get("payment_id") or "") for each in found]
                newest = newest or tuple(ids[:KEPT_PAYMENTS])
                until = next((place for place, each in enumerate(ids) if each in known), len(ids))
                new += found[:until]
                if not known or until < len(ids) or not has_more(answer):
                    return Heard(await self._payers(new) if known else frozenset(), newest=newest)
        except Problem as problem:
            if problem.code != "scope_missing":
                raise
            return Heard(deaf=True)
        return Heard(lost=True, newest=newest)

    async def _payers(self, payments: Sequence[dict[str, Any]]) -> frozenset[str]:
        found = set()
        for each in payments:
            customer = each.get("customer_id")
            if not customer:
                answer = await self._get(
                    f"/customerpayments/{each.get('payment_id')}", {}, _scope("customerpayments"), missing=True
                )
                whole = answer.data.get("payment") if isinstance(answer.data, dict) else None
                customer = whole.get("customer_id") if isinstance(whole, dict) else None
            found.add(str(customer or ""))
        return frozenset(found - {""})

    def _base(self, invoice: dict[str, Any]) -> Decimal:
        total = amount(invoice.get("total"))
        if str(invoice.get("currency_code") or self._currency) == self._currency:
            return total
        return (total * (amount(invoice.get("exchange_rate")) or Decimal(1))).quantize(Decimal("0.01"))

    async def _pages(
        self, key: str, path: str, params: dict[str, str], scope: str
    ) -> AsyncIterator[list[dict[str, Any]]]:
        page, more = 1, True
        while more:
            answer = await self._get(path, {**params, "page": str(page)}, scope)
            if found := rows(answer, key):
                yield found
            page, more = page + 1, has_more(answer)

    async def _get(self, path: str, params: dict[str, str], scope: str, *, missing: bool = False) -> Answer:
        asked = {"per_page": str(PER_PAGE), **params} if params else {}
        answer = await self._caller.call(Call(method="GET", path=PREFIX + path, params=asked, scope=scope))
        if not (missing and answer.refused):
            check(answer, path.strip("/").partition("/")[0])
        return answer


def amount(value: Any) -> Decimal:
    """Return an amount however Books writes it (§10.4, §10.5); what is none is zero."""
    found = codec.decode_number(value)
    try:
        plain = Decimal(found) if isinstance(found, str) else Decimal(0)
    except InvalidOperation:
        return Decimal(0)
    return plain if plain.is_finite() else Decimal(0)


def _balance(contact: dict[str, Any]) -> Balance:
    return Balance(str(contact.get("contact_id") or ""), amount(contact.get(OWED)), amount(contact.get(UNUSED)))


def _scope(module: str) -> str:
    return f"ZohoBooks.{module}.READ"
