"""PURE. A document made in CRM as a Books draft, with the same total to the minor unit, or held with the difference."""

from collections.abc import Callable, Collection, Sequence
from decimal import Decimal

from msgspec import Struct, structs

from core.documents.ledger import plain
from core.documents.mirror.sums import books_total, from_rounding, rounded
from core.model.documents import Line, NewDocument
from core.model.mirror import CRM_MODULES, CrmPaper, CrmRow, Hold, Tax

NAME, DESCRIPTION = 100, 2_000


class Shelf(Struct, frozen=True):
    """What a CRM document is translated with. ``item`` gives the Books item of a product, empty when there is none;
    ``placeholder`` is the CRM product that stands for lines without one. ``taxes`` are Books'.
    """

    item: Callable[[str], str]
    placeholder: str
    taxes: Sequence[Tax]
    base: str = ""
    currencies: Collection[str] = ()


def key_of(paper: CrmPaper) -> str:
    """Return the key of the Books document of a CRM document."""
    return f"crm:{CRM_MODULES[paper.kind]}:{paper.id}"


def to_books(paper: CrmPaper, party_id: str, precision: int, shelf: Shelf) -> NewDocument | Hold:
    """Return the draft to make of a CRM document read whole. ``party_id``: its customer or vendor in Books."""
    if not party_id:
        return Hold(reason="F21", message="its account or vendor is not in Books yet")
    if paper.currency and paper.currency not in (shelf.base, *shelf.currencies):
        return Hold(reason="F7", message=f"Books has no currency {paper.currency}", field="currency_code")
    if not paper.rows:
        return Hold(reason="F9", message="it has no rows", field="line_items")
    lines: list[Line] = []
    for row in paper.rows:
        line = _line(row, paper, shelf)
        if isinstance(line, Hold):
            return line
        lines.append(line)
    discounted = any(each.discount for each in lines)
    header = Decimal(paper.discount)
    new = NewDocument(
        kind=paper.kind, key=key_of(paper), party_id=party_id, lines=tuple(lines), deal_id=paper.deal_id,
        currency=paper.currency, salesperson=paper.owner, reference=paper.reference or paper.number, date=paper.date,
        due=paper.due, notes=paper.description, terms=paper.terms, custom=paper.custom,
        discount=plain(header) if header and not discounted else "",
        adjustment=plain(Decimal(paper.adjustment) - (header if discounted else 0)),
    )  # fmt: skip
    return _agreed(paper, new, precision, shelf)


def _line(row: CrmRow, paper: CrmPaper, shelf: Shelf) -> Line | Hold:
    taxes = [*row.taxes, *paper.taxes]
    if len(taxes) > 1:
        names = ", ".join(each.name for each in taxes)
        return Hold(reason="F27", message=f"a Books line takes one tax, this row has {names}", field="tax_id")
    tax = _tax(taxes[0], shelf.taxes) if taxes else None
    if taxes and tax is None:
        return Hold(reason="F27", message=f"Books has no tax {taxes[0].name} of {taxes[0].percentage}%", field="tax_id")
    standing = row.product_id == shelf.placeholder
    name, _, rest = row.description.partition("\n") if standing else (row.product_name, "", row.description)
    if len(rest) > DESCRIPTION:
        return Hold(reason="F16", message=f"a description has {len(rest)} characters, Books takes {DESCRIPTION}")
    return Line(
        item_id="" if standing else shelf.item(row.product_id), name=(name or row.product_name)[:NAME],
        description=rest, rate=row.price, quantity=row.quantity, discount=row.discount if Decimal(row.discount) else "",
        tax_id=tax.id if tax is not None else "",
    )  # fmt: skip


def _tax(wanted: Tax, known: Sequence[Tax]) -> Tax | None:
    """Return Books' tax of that name; where its rate differs it is another tax."""
    return next(
        (each for each in known if each.name == wanted.name and Decimal(each.percentage) == Decimal(wanted.percentage)),
        None,
    )


def _agreed(paper: CrmPaper, new: NewDocument, precision: int, shelf: Shelf) -> NewDocument | Hold:
    wanted = rounded(Decimal(paper.total), precision)
    left = wanted - books_total(new, shelf.taxes, precision)
    if not left:
        return new
    if from_rounding(left, len(new.lines), precision):
        return structs.replace(new, adjustment=plain(Decimal(new.adjustment or "0") + left))
    message = f"totals differ by {plain(left)}: CRM {plain(wanted)}, Books {plain(wanted - left)}"
    return Hold(reason="F18", message=message, field="total")
