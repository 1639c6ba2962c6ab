"""PURE. What Books makes of a document's lines, discount and taxes, to the minor unit (zoho-books-api §6.3).

Each line is rounded after its own discount; each tax is added up over all lines and rounded once. A discount of the
whole document lessens what is taxed where it is taken before tax.
"""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from core.documents.ledger import plain
from core.documents.mirror.sums import HUNDRED, counted, net, off, rounded
from core.model.documents import Document, Line, NewDocument
from core.model.drafts import TaxSum, Totals
from core.model.mirror import Tax


def totals(
    new: NewDocument, taxes: Sequence[Tax], *, precision: int, currency: str = "", inclusive: bool = False,
    shipping: str = "0",
) -> Totals:  # fmt: skip
    """Return the sums of a document as it would stand. Taxes that Books does not have count nothing.

    ``inclusive``: the rates hold the tax. Raises ``decimal.InvalidOperation`` for an amount that is none.
    """
    known = {each.id: each for each in taxes}
    lines = counted(new.lines)
    nets = [net(each) for each in lines]
    sub = sum(nets, Decimal(0))
    discounted = any(each.discount for each in new.lines)
    discount = Decimal(0) if discounted else off(new.discount, sub)
    share = (sub - discount) / sub if sub and new.discount_before_tax else Decimal(1)
    by_tax: dict[str, Decimal] = defaultdict(Decimal)
    for line, amount in zip(lines, nets, strict=True):
        if line.tax_id in known:
            rate = Decimal(known[line.tax_id].percentage)
            by_tax[line.tax_id] += rounded(amount, precision) * share * rate / (HUNDRED + (rate if inclusive else 0))
    sums = {tax_id: rounded(amount, precision) for tax_id, amount in by_tax.items()}
    adjustment = Decimal(new.adjustment or "0")
    whole = sub - discount + Decimal(shipping) + adjustment
    if not inclusive:
        whole += sum(sums.values(), Decimal(0))
    told = tuple(TaxSum(known[each].name, known[each].percentage, plain(amount)) for each, amount in sums.items())
    return Totals(
        sub_total=plain(rounded(sub, precision)), discount=plain(rounded(discount, precision)), taxes=told,
        adjustment=plain(adjustment), shipping=plain(Decimal(shipping)), total=plain(rounded(whole, precision)),
        currency=currency, precision=precision,
    )  # fmt: skip


def item_total(line: Line, precision: int) -> str:
    """Return what a line comes to after its own discount."""
    return plain(rounded(net(line), precision))


def differs(expected: Totals, document: Document) -> bool:
    """Return whether Books' total is another than the one computed."""
    return Decimal(expected.total) != rounded(Decimal(document.total), document.precision)
