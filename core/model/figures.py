"""What customers owe and buy, as it stands on their CRM records (B3): what is set, what is known, what is shown."""

from typing import Literal

from msgspec import Struct

from core.model.figure_setup import FigureSetup
from core.model.names import ModuleName
from core.model.run import Run
from core.model.text import Text

Figure = Literal["receivable", "credits", "sales"]
FIGURES: tuple[Figure, ...] = ("receivable", "credits", "sales")
FIGURE_WORDS: dict[Figure, Text] = {
    "receivable": Text("Outstanding receivables", "未回収債権"),
    "credits": Text("Unused credits", "未使用クレジット"),
    "sales": Text("Sales total", "売上合計"),
}
_LABELS: dict[Figure, str] = {
    "receivable": "Books receivable", "credits": "Books unused credits", "sales": "Books sales",
}  # fmt: skip
MODULE: ModuleName = "documents"
"""Runs and failures of figures are filed with the documents they come from: no schedule of customers goes by them."""


def label(figure: Figure, currency: str) -> str:
    """Return the label of a figure's CRM field. It names the currency, and has 25 characters at most (zoho-crm-api
    §4.2).
    """
    return f"{_LABELS[figure]} {currency}".strip()


def is_figure(field_label: str) -> bool:
    """Return whether a CRM field of this label is one of ours: such a field is never mapped (I5)."""
    words, _, currency = field_label.rpartition(" ")
    ours = _LABELS.values()
    return field_label in ours or (words in ours and len(currency) == 3 and currency.isascii() and currency.isupper())


class FigureField(Struct, frozen=True, kw_only=True):
    """One field of one CRM module: ``field`` is empty where it is still to be made."""

    entity: str
    figure: Figure
    label: str
    kind: str
    """``currency`` where CRM keeps one currency, Books' own; else ``double``: a plain number, named by its currency."""
    field: str = ""


class FigureStatus(Struct, frozen=True, kw_only=True):
    """How the figures stand. ``fields`` is empty where CRM was not asked."""

    setup: FigureSetup
    currency: str = ""
    """Books' base currency, which all amounts are in."""
    customers: int = 0
    """Linked customers, whose CRM records carry figures."""
    fields: tuple[FigureField, ...] = ()
    failures: int = 0
    next_at: str = ""
    """When the next look at what changed is due; empty: none is to come."""
    full_due: bool = False
    """The next look is at all customers."""
    last_run: Run | None = None
