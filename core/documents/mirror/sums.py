"""PURE. What CRM and Books make of a document's lines, each in its own way, to the minor unit.

CRM rounds the tax of every row and adds rows with their taxes (zoho-crm-inventory-modules §3.5); Books adds up each tax
over all lines and rounds it once (zoho-books-api §6.3).
"""

from collections import defaultdict
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from core.model.documents import Document, Line, NewDocument
from core.model.mirror import CrmPaper, CrmRow, Tax

HUNDRED = Decimal(100)


def rounded(amount: Decimal, precision: int) -> Decimal:
    """Return an amount rounded half up to ``precision`` decimal places."""
    return amount.quantize(Decimal(1).scaleb(-precision), ROUND_HALF_UP)


def off(discount: str, amount: Decimal) -> Decimal:
    """Return the amount of a discount, which may be a percentage."""
    if discount.endswith("%"):
        return amount * Decimal(discount[:-1]) / HUNDRED
    return Decimal(discount or "0")


def counted(lines: Sequence[Line]) -> list[Line]:
    """Return the lines that count: headers and subtotals do not."""
    return [each for each in lines if each.category == "line_item"]


def gross(line: Line) -> Decimal:
    """Return quantity times rate."""
    return Decimal(line.quantity) * Decimal(line.rate)


def net(line: Line) -> Decimal:
    """Return a line's amount after its own discount."""
    whole = gross(line)
    return whole - off(line.discount, whole)


def row_total(row: CrmRow, precision: int) -> Decimal:
    """Return a row's Net_Total as CRM computes it."""
    after = Decimal(row.quantity) * Decimal(row.price) - Decimal(row.discount)
    tax = sum((rounded(after * Decimal(each.percentage) / HUNDRED, precision) for each in row.taxes), Decimal(0))
    return rounded(after + tax, precision)


def crm_total(paper: CrmPaper, precision: int) -> Decimal:
    """Return the Grand_Total that CRM will compute."""
    sub = sum((row_total(each, precision) for each in paper.rows or ()), Decimal(0))
    base = sub - Decimal(paper.discount)
    tax = sum((rounded(base * Decimal(each.percentage) / HUNDRED, precision) for each in paper.taxes), Decimal(0))
    return rounded(base + tax + Decimal(paper.adjustment), precision)


def books_total(new: NewDocument, taxes: Sequence[Tax], precision: int) -> Decimal:
    """Return the total that Books will compute of a document with a discount after tax, or on its lines."""
    rates = {each.id: Decimal(each.percentage) for each in taxes}
    by_tax: dict[str, Decimal] = defaultdict(Decimal)
    sub = Decimal(0)
    for line in counted(new.lines):
        amount = net(line)
        sub += amount
        if line.tax_id:
            by_tax[line.tax_id] += rounded(amount, precision) * rates.get(line.tax_id, Decimal(0)) / HUNDRED
    tax = sum((rounded(amount, precision) for amount in by_tax.values()), Decimal(0))
    return rounded(sub - off(new.discount, sub) + tax + Decimal(new.adjustment or "0"), precision)


def shares(amounts: Sequence[Decimal], discount: Decimal, precision: int) -> list[Decimal]:
    """Return a discount spread over amounts by their size, in minor units that add up to it exactly."""
    whole = sum(amounts, Decimal(0))
    if not whole:
        return [Decimal(0)] * len(amounts)
    parts: list[Decimal] = []
    given = sofar = Decimal(0)
    for amount in amounts:
        sofar += amount
        upto = rounded(discount * sofar / whole, precision)
        parts.append(upto - given)
        given = upto
    return parts


def document_total(document: Document) -> Decimal:
    """Return the total that Books tells."""
    return rounded(Decimal(document.total), document.precision)


def from_rounding(left: Decimal, rows: int, precision: int) -> bool:
    """Return whether a difference can come from rounding alone: each row is rounded up to three times on one side
    (discount, tax, sum), the whole on the other.
    """
    return abs(left) <= Decimal(1).scaleb(-precision) * (2 * rows + 1)
