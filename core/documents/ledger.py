"""PURE. Per deal: its documents, what was invoiced, what was paid, and the gap; and documents that have no deal."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from core.documents.draft import deal_of
from core.model.documents import DEAL_KINDS, Deal, Document, Tie
from core.model.ledger import Fit, FitReason, Ledger, LedgerEntry, LooseDocument

NOT_INVOICED = ("draft", "void", "pending_approval", "approved", "rejected")
WEIGHTS: dict[FitReason, int] = {"customer": 0, "amount": 4, "name": 4, "only": 2, "time": 1}
ENOUGH = 2
"""The customer alone is no reason: it takes one more that says something."""
NEAR_DAYS = 30


def tied_deal(document: Document, ties: Mapping[str, Tie], documents: Mapping[str, Document]) -> str:
    """Return the deal of a document: by our own tie, our field, Zoho's field, or the estimate it was made of (E40)."""
    tie = ties.get(document.ref)
    if tie is not None:
        return tie.deal_id
    told = document.deal_id or document.native_deal_id or deal_of(document.key)
    if told or not document.estimate_id or document.kind != "invoice":
        return told
    estimate = documents.get(f"estimate:{document.estimate_id}")
    return tied_deal(estimate, ties, documents) if estimate is not None else ""


def ledger(
    deals: Iterable[Deal], documents: Iterable[Document], ties: Iterable[Tie], customer: Callable[[Deal], str]
) -> Ledger:
    """Return the ledger. ``customer`` tells the Books customer of a deal, empty when there is none."""
    known = {each.id: each for each in deals}
    papers = {each.ref: each for each in documents if each.kind in DEAL_KINDS}
    held = {tie.key: tie for tie in ties}
    of: dict[str, list[Document]] = defaultdict(list)
    loose: list[Document] = []
    for paper in papers.values():
        deal_id = tied_deal(paper, held, papers)
        (of[deal_id] if deal_id in known else loose).append(paper)
    by_customer: dict[str, list[Deal]] = defaultdict(list)
    for deal in known.values():
        by_customer[customer(deal)].append(deal)
    return Ledger(
        entries=tuple(entry(deal, of.get(deal.id, ())) for deal in known.values()),
        loose=tuple(LooseDocument(document=each, fit=fit(each, by_customer.get(each.party_id, ()))) for each in loose),
        tied=len(papers) - len(loose),
    )


def entry(deal: Deal, documents: Sequence[Document]) -> LedgerEntry:
    """Return a deal's line: sums of its invoices in its own currency."""
    mine = [each for each in documents if not _foreign(deal, each)]
    invoices = [each for each in mine if each.kind == "invoice"]
    issued = [each for each in invoices if each.status not in NOT_INVOICED]
    drafts = [each for each in invoices if each.status in NOT_INVOICED and each.status != "void"]
    invoiced = sum((Decimal(each.total) for each in issued), Decimal(0))
    owed = sum((Decimal(each.balance) for each in issued), Decimal(0))
    return LedgerEntry(
        deal=deal, documents=tuple(sorted(documents, key=lambda each: (each.date, each.ref))),
        drafted=plain(sum((Decimal(each.total) for each in drafts), Decimal(0))), invoiced=plain(invoiced),
        paid=plain(invoiced - owed), gap=None if deal.amount is None else plain(Decimal(deal.amount) - invoiced),
        other_currencies=len(mine) < len(documents),
    )  # fmt: skip


def fit(document: Document, deals: Sequence[Deal]) -> Fit | None:
    """Return the deal of the same customer that fits best, None when none does or two do equally well (F13)."""
    scored: list[tuple[int, Deal, tuple[FitReason, ...]]] = []
    for deal in deals:
        why = reasons(document, deal, alone=len(deals) == 1)
        scored.append((sum(WEIGHTS[each] for each in why), deal, why))
    scored.sort(key=lambda each: -each[0])
    if not scored or scored[0][0] < ENOUGH or (len(scored) > 1 and scored[1][0] == scored[0][0]):
        return None
    _, best, why = scored[0]
    return Fit(deal_id=best.id, deal_name=best.name, why=why)


def reasons(document: Document, deal: Deal, *, alone: bool) -> tuple[FitReason, ...]:
    """Return what speaks for a deal of the same customer."""
    why: list[FitReason] = ["customer"]
    if deal.amount is not None and not _foreign(deal, document) and Decimal(deal.amount) == Decimal(document.total):
        why.append("amount")
    if deal.name.strip() and deal.name.casefold() in document.reference.casefold():
        why.append("name")
    if alone:
        why.append("only")
    if _within(document.date, deal.created[:10], deal.closing_date):
        why.append("time")
    return tuple(why)


def plain(amount: Decimal) -> str:
    """Return an amount as a plain decimal string, without trailing zeros."""
    text = format(amount, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("", "-0") else text


def _foreign(deal: Deal, document: Document) -> bool:
    return bool(deal.currency and document.currency and deal.currency != document.currency)


def _within(day: str, begin: str, end: str) -> bool:
    try:
        at, first, last = (date.fromisoformat(each) for each in (day, begin, end))
    except ValueError:
        return False
    return (first - at).days <= 0 and (at - last).days <= NEAR_DAYS
