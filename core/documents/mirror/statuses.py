"""PURE. Statuses of both sides (zoho-crm-inventory-modules §7.3). What an organisation has no value for is left out."""

from collections.abc import Collection

from core.model.documents import DocumentKind

TO_CRM: dict[DocumentKind, dict[str, str]] = {
    "estimate": {
        "draft": "Draft", "pending_approval": "Draft", "approved": "Draft", "sent": "Delivered", "viewed": "Delivered",
        "pending_signature": "Delivered", "accepted": "Confirmed", "signed": "Confirmed", "expired": "On Hold",
        "partially_invoiced": "Closed Won", "invoiced": "Closed Won", "declined": "Closed Lost",
        "rejected": "Closed Lost",
    },
    "salesorder": {
        "draft": "Created", "pending_approval": "Created", "onhold": "Created", "open": "Approved",
        "approved": "Approved", "overdue": "Approved", "partially_invoiced": "Approved", "invoiced": "Delivered",
        "closed": "Delivered", "void": "Cancelled",
    },
    "purchaseorder": {
        "draft": "Created", "open": "Approved", "issued": "Approved", "partially_billed": "Delivered",
        "billed": "Delivered", "received": "Delivered", "closed": "Delivered", "cancelled": "Cancelled",
    },
    "invoice": {
        "draft": "Created", "pending": "Approved", "approved": "Approved", "sent": "Delivered", "viewed": "Delivered",
        "unpaid": "Delivered", "overdue": "Delivered", "partially_paid": "Delivered", "paid": "Delivered",
        "void": "Cancelled",
    },
}  # fmt: skip
STEPS: dict[DocumentKind, dict[str, tuple[str, ...]]] = {
    "estimate": {
        "Delivered": ("sent",), "Confirmed": ("sent", "accepted"), "Closed Won": ("sent", "accepted"),
        "Closed Lost": ("sent", "declined"),
    },
    "salesorder": {"Approved": ("open",), "Delivered": ("open",)},
    "purchaseorder": {"Approved": ("open",), "Delivered": ("open",)},
    "invoice": {},
}  # fmt: skip
"""What a document made in CRM goes through in Books to be in the status it has there. An invoice stays a draft, and
nothing is voided, cancelled or billed: that is for a person to do in Books.
"""


def crm_status(kind: DocumentKind, books: str, choices: Collection[str]) -> str:
    """Return the CRM status of a Books status, empty where the organisation has no such value."""
    wanted = TO_CRM[kind].get(books, "")
    return wanted if wanted in choices else ""


def books_steps(kind: DocumentKind, crm: str) -> tuple[str, ...]:
    """Return the statuses that a new Books draft goes through, none for a value nobody mapped."""
    return STEPS[kind].get(crm, ())
