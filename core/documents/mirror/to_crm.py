"""PURE. A Books document as CRM will show it, with the same total to the minor unit, or held with the difference."""

from collections.abc import Callable, Collection
from decimal import Decimal

from msgspec import Struct, structs

from core.documents.ledger import plain
from core.documents.mirror.statuses import crm_status
from core.documents.mirror.sums import counted, crm_total, document_total, from_rounding, gross, off, rounded, shares
from core.model.documents import Document, Line
from core.model.mirror import CrmPaper, CrmRow, Hold, Tax

SUBJECT, TEXT = 255, 32_000


class Around(Struct, frozen=True):
    """What a document is translated with: the products of items, and what CRM has.

    ``product`` gives the CRM product of a Books item, empty when there is none. ``placeholder`` stands for lines
    without one. ``taxes`` are the names that CRM knows, ``statuses`` its values. ``currencies`` is empty where CRM has
    one only, ``base``.
    """

    product: Callable[[str], str]
    placeholder: str
    taxes: Collection[str]
    statuses: Collection[str]
    base: str = ""
    currencies: Collection[str] = ()
    link: Callable[[Document], str] = lambda document: ""


def to_crm(document: Document, party_id: str, deal_id: str, around: Around) -> CrmPaper | Hold:
    """Return the CRM document of a Books document read whole. ``party_id``: the account, contact or vendor in CRM."""
    if not party_id:
        return Hold(reason="F21", message="its customer or vendor is not linked to CRM yet")
    if document.currency not in (around.base, *around.currencies):
        return Hold(reason="F7", message=f"CRM has no currency {document.currency}", field="Currency")
    lines = counted(document.lines or ())
    if not lines:
        return Hold(reason="F9", message="it has no lines", field="line_items")
    unknown = {each.tax_name for each in lines if _taxed(document, each)} - set(around.taxes)
    if unknown:
        return Hold(reason="F27", message=f"CRM has no tax called {', '.join(sorted(unknown))}", field="Line_Tax")
    paper = CrmPaper(
        kind=document.kind, subject=f"{document.number} – {document.party_name}"[:SUBJECT], party_id=party_id,
        status=crm_status(document.kind, document.status, around.statuses), deal_id=deal_id, date=document.date,
        due=document.due, reference=document.reference, description=document.notes[:TEXT],
        terms=document.terms[:TEXT], currency=document.currency if around.currencies else "",
        adjustment=plain(Decimal(document.adjustment) + Decimal(document.shipping)), books_id=document.id,
        books_number=document.number, books_status=document.status, books_balance=document.balance,
        books_link=around.link(document), custom=document.custom, rows=tuple(_rows(document, lines, around)),
    )  # fmt: skip
    return _agreed(document, _after_tax(document, lines, paper))


def _rows(document: Document, lines: list[Line], around: Around) -> list[CrmRow]:
    """Return a row a line. A discount on the whole before tax is spread over them: CRM's own comes after tax."""
    discounts = [off(each.discount, gross(each)) for each in lines]
    if document.discount and document.discount_before_tax and not any(discounts):
        amounts = [gross(each) for each in lines]
        discounts = shares(amounts, off(document.discount, sum(amounts, Decimal(0))), document.precision)
    rows = []
    for line, discount in zip(lines, discounts, strict=True):
        product = around.product(line.item_id) if line.item_id else ""
        rows.append(
            CrmRow(
                product_id=product or around.placeholder, quantity=line.quantity, price=line.rate,
                discount=plain(rounded(discount, document.precision)),
                taxes=(Tax(line.tax_name, line.tax_percentage),) if _taxed(document, line) else (),
                description=_text(document, line),
            )
        )  # fmt: skip
    return rows


def _text(document: Document, line: Line) -> str:
    parts = [line.name, line.description]
    if document.inclusive and line.tax_name:
        # The price holds the tax, so that the total is the same whatever CRM would round.
        parts.append(f"{line.tax_name} {line.tax_percentage}%")
    return "\n".join(each for each in parts if each)[:TEXT]


def _taxed(document: Document, line: Line) -> bool:
    return bool(line.tax_name) and not document.inclusive


def _after_tax(document: Document, lines: list[Line], paper: CrmPaper) -> CrmPaper:
    if not document.discount or document.discount_before_tax or any(each.discount for each in lines):
        return paper
    whole = sum((gross(each) for each in lines), Decimal(0))
    return structs.replace(paper, discount=plain(rounded(off(document.discount, whole), document.precision)))


def _agreed(document: Document, paper: CrmPaper) -> CrmPaper | Hold:
    """Return the paper once CRM's total is Books'. Taxes that CRM rounds row by row are put to the whole where all rows
    have the same, as Books does it; what rounding still leaves goes to the adjustment.
    """
    precision, wanted = document.precision, document_total(document)
    if crm_total(paper, precision) == wanted:
        return paper
    whole = _whole_tax(paper)
    if whole is not None and crm_total(whole, precision) == wanted:
        return whole
    left = wanted - crm_total(paper, precision)
    if from_rounding(left, len(paper.rows or ()), precision):
        return structs.replace(paper, adjustment=plain(Decimal(paper.adjustment) + left))
    message = f"totals differ by {plain(left)}: Books {plain(wanted)}, CRM {plain(wanted - left)}"
    return Hold(reason="F18", message=message, field="Grand_Total")


def _whole_tax(paper: CrmPaper) -> CrmPaper | None:
    rows = paper.rows or ()
    taxes = {each.taxes for each in rows}
    if len(taxes) != 1 or paper.discount != "0":
        return None
    return structs.replace(
        paper, taxes=next(iter(taxes)), rows=tuple(structs.replace(each, taxes=()) for each in rows)
    )  # fmt: skip
