"""Documents and deals as lines of lists and pages: pure functions from values to cells."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from core.model.documents import Deal, Document
from core.model.ledger import LedgerEntry, LooseDocument
from tui.host import Host
from tui.locale import word
from tui.theme import SYMBOLS, Role
from tui.widgets.strips import Line, Span
from tui.widgets.table import Column, row

WINDOW = 2_000
"""Rows asked for at a time."""
WIDE = 110
T = TypeVar("T")

ROLES: dict[str, Role] = {
    "draft": "quiet", "sent": "busy", "open": "busy", "viewed": "busy", "unpaid": "busy", "pending": "quiet",
    "accepted": "ok", "paid": "ok", "invoiced": "ok", "closed": "ok", "billed": "ok", "approved": "ok",
    "partially_paid": "busy", "partially_invoiced": "busy", "pending_approval": "quiet",
    "declined": "warn", "expired": "warn", "overdue": "warn", "void": "quiet", "cancelled": "quiet",
}  # fmt: skip
"""Which role a document's status has (zoho-books-api §6.1)."""


async def gathered(read: Callable[[int, int], Awaitable[Sequence[T]]]) -> list[T]:
    """Return all that ``read(start, stop)`` answers, a window at a time; the service does not count them."""
    found: list[T] = []
    while True:
        part = await read(len(found), len(found) + WINDOW)
        found += part
        if len(part) < WINDOW:
            return found


def money(amount: str | None) -> str:
    """Return a decimal string with its thousands parted and without empty decimals; "" for none."""
    if not amount:
        return ""
    try:
        exact = Decimal(amount)
    except InvalidOperation:
        return amount
    return f"{exact:,.0f}" if exact == exact.to_integral_value() else f"{exact:,f}"


def number(amount: str | None) -> Decimal:
    """Return a decimal string as a number, 0 for none."""
    try:
        return Decimal(amount or "0")
    except InvalidOperation:
        return Decimal(0)


def status_span(kk: Host, status: str) -> Span:
    """Return a document's status: symbol, word and role."""
    role = ROLES.get(status, "plain")
    return f"{SYMBOLS.get(role, ' ')} {word(kk.say, 'state_doc', status)}", role


def stage_of(deal: Deal) -> str:
    """Return a deal's probability and stage, as far as they are known."""
    return deal.stage if deal.probability is None else f"{deal.probability:>3}% {deal.stage}"


def deal_of(document: Document) -> str:
    """Return the id of the deal that a document says it belongs to, empty for none."""
    return document.deal_id or document.native_deal_id


def document_columns(kk: Host) -> list[Column]:
    """Return the columns of a list of documents."""
    say = kk.say
    return [
        Column(say.head_document, 9),
        Column(say.head_number, 12),
        Column(say.head_date, 10, since=78),
        Column(say.head_status, 12),
        Column(say.head_party),
        Column(say.head_total, 11, right=True),
        Column(say.head_deal, 5),
        Column(say.head_balance, 11, right=True, since=WIDE),
    ]


def document_row(kk: Host, each: Document, cells: int) -> Line:
    """Return a document's line."""
    deal = kk.say.deal_yes if deal_of(each) else "-"
    values: Sequence[Span] = [
        (word(kk.say, "kind", each.kind), "plain"),
        (each.number, "plain"),
        (each.date, "plain"),
        status_span(kk, each.status),
        (each.party_name, "plain"),
        (money(each.total), "plain"),
        (deal, "plain" if deal_of(each) else "dim"),
        (money(each.balance), "plain"),
    ]
    return row(document_columns(kk), values, cells)


def money_cells(entries: Iterable[LedgerEntry]) -> int:
    """Return how wide the longest amount of a ledger is, within reason: what it does not take, the names have."""
    amounts = (text for each in entries for text in (each.deal.amount, each.invoiced, each.gap))
    return min(16, max((len(money(text)) for text in amounts), default=0))


def deal_columns(kk: Host, cells: int, size: int) -> list[Column]:
    """Return the columns of the deal ledger; amounts take ``size`` cells."""
    say = kk.say
    size = max(8, size)
    return [
        Column(say.head_deal),
        Column(say.head_stage, 26 if cells >= WIDE else 13),
        Column(say.head_amount, size, right=True),
        Column(say.head_documents, 4, right=True),
        Column(say.head_invoiced, size, right=True),
        Column(say.head_paid, size, right=True),
        Column(say.head_gap, size, right=True),
    ]


def deal_row(kk: Host, each: LedgerEntry, cells: int, size: int) -> Line:
    """Return a deal's line; amounts take ``size`` cells."""
    gap: Role = "warn" if number(each.gap) else "plain"
    values: Sequence[Span] = [
        (each.deal.name, "plain"),
        (stage_of(each.deal), "plain"),
        (money(each.deal.amount), "plain"),
        (str(len(each.documents)), "plain" if each.documents else "dim"),
        (money(each.invoiced), "plain"),
        (money(each.paid), "plain"),
        (money(each.gap), gap),
    ]
    return row(deal_columns(kk, cells, size), values, cells)


def loose_columns(kk: Host) -> list[Column]:
    """Return the columns of the documents without a deal."""
    say = kk.say
    return [
        Column(say.head_document, 9),
        Column(say.head_number, 11),
        Column(say.head_status, 11),
        Column(say.head_party),
        Column(say.head_total, 10, right=True),
        Column(say.head_fit),
    ]


def loose_row(kk: Host, each: LooseDocument, cells: int) -> Line:
    """Return a document's line with the deal that fits it."""
    document, fit = each.document, each.fit
    values: Sequence[Span] = [
        (word(kk.say, "kind", document.kind), "plain"),
        (document.number, "plain"),
        status_span(kk, document.status),
        (document.party_name, "plain"),
        (money(document.total), "plain"),
        (fit.deal_name, "changed") if fit else ("-", "dim"),
    ]
    return row(loose_columns(kk), values, cells)


def fit_text(kk: Host, each: LooseDocument) -> str:
    """Return which deal fits and why, or that none does."""
    if each.fit is None:
        return kk.say.fit_none
    why = ", ".join(word(kk.say, "why_fit", reason) for reason in each.fit.why)
    return kk.say.fit_why.format(deal=each.fit.deal_name, why=why)
