"""What differs between the four documents (zoho-books-api §6). To add a kind, add it here."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Action:
    """A status that a document can be put into: from which ones, what is said, and the HTTP status.

    `path` stands after the document's id; without one it is `status/` and the action's word.
    """

    status: str
    before: tuple[str, ...]
    message: str
    http: int = 200
    path: str = ""
    verb: str = "CREATE"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of document. `entity` is the singular key of replies, `plural` path and list key."""

    entity: str
    plural: str
    title: str
    prefix: str
    party: str
    created: str
    updated: str
    deleted: str
    actions: dict[str, Action]
    dates: tuple[str, ...]
    extra: tuple[str, ...]
    sorts: tuple[str, ...]
    filters: tuple[str, ...]
    crm_filter: bool = True
    taken: tuple[int, str] = (1001, "This document number already exists.")
    fixed: tuple[str, ...] = ()
    """Statuses in which it can no longer be deleted."""
    keys: dict[str, str] = field(default_factory=dict)

    @property
    def id_key(self) -> str:
        """`estimate_id` and so on."""
        return f"{self.entity}_id"

    @property
    def number_key(self) -> str:
        """`estimate_number` and so on."""
        return f"{self.entity}_number"

    @property
    def party_key(self) -> str:
        """`customer_id` or `vendor_id`."""
        return f"{self.party}_id"


def _approval(
    submitted: str, approved: str, rejected: str = "", http: int = 200, verb: str = "CREATE"
) -> dict[str, Action]:
    """What a document goes through where approvals are on (the switch books.approvals)."""
    actions = {
        "submit": Action("pending_approval", ("draft", "rejected"), submitted, path="submit"),
        "approve": Action("approved", ("pending_approval",), approved, path="approve"),
    }
    if rejected:
        actions["reject"] = Action("rejected", ("pending_approval",), rejected, http, "reject", verb)
    return actions


ESTIMATE = Kind(
    "estimate", "estimates", "Estimate", "EST-", "customer", "The estimate has been created",
    "Estimate information has been updated.", "The estimate has been deleted.",
    {
        "sent": Action("sent", ("draft", "sent", "approved", "viewed"), "Estimate status has been changed to Sent"),
        "accepted": Action("accepted", ("sent", "viewed", "expired", "accepted"),
                           "Estimate status has been changed to Accepted."),
        "declined": Action("declined", ("sent", "viewed", "expired", "declined"),
                           "Estimate status has been changed to Declined."),
        **_approval("The estimate has been successfully submitted for approval", "You have approved the estimate."),
    },
    ("expiry_date",), (),
    ("customer_name", "estimate_number", "date", "total", "created_time", "last_modified_time"),
    ("Sent", "Draft", "Invoiced", "Accepted", "Declined", "Expired", "Viewed", "Pending", "Approved"),
)  # fmt: skip
SALES_ORDER = Kind(
    "salesorder", "salesorders", "Sales Order", "SO-", "customer", "Sales Order Created Successfully.",
    "Sales Order Updated Successfully.", "Sales Order Deleted Successfully.",
    {
        "open": Action("open", ("draft", "open", "approved"), "Sales order status has been changed to Open.", 201),
        "void": Action("void", ("draft", "open", "approved"), "Sales order status has been changed to Void.", 201),
        **_approval("The Sales Order has been successfully submitted for approval.",
                    "You have approved the Sales Order."),
    },
    ("shipment_date",), ("delivery_method", "crm_owner_id", "crm_custom_reference_id", "estimate_id"),
    ("customer_name", "salesorder_number", "shipment_date", "last_modified_time", "reference_number", "total", "date",
     "created_time"),
    ("Draft", "Open", "Invoiced", "PartiallyInvoiced", "Void", "Overdue", "Closed"),
    taken=(36004, "This sales order number already exists."), fixed=("invoiced", "partially_invoiced"),
)  # fmt: skip
INVOICE = Kind(
    "invoice", "invoices", "Invoice", "INV-", "customer", "The invoice has been created.",
    "Invoice information has been updated.", "The invoice has been deleted.",
    {
        "sent": Action("sent", ("draft", "sent", "approved"), "Invoice status has been changed to Sent."),
        "void": Action("void", ("draft", "sent", "approved"), "Invoice status has been changed to Void."),
        "draft": Action("draft", ("void",), "Status of invoice changed from void to draft"),
        **_approval("The invoice has been submitted for approval successfully.", "You have approved the invoice.",
                    "The invoice has been rejected."),
    },
    ("due_date",), ("invoiced_estimate_id", "estimate_id", "salesorder_id", "allow_partial_payments", "payment_terms",
                    "payment_terms_label"),
    ("customer_name", "invoice_number", "date", "due_date", "total", "balance", "created_time", "last_modified_time"),
    ("Sent", "Draft", "OverDue", "Paid", "Void", "Unpaid", "PartiallyPaid", "Viewed"),
)  # fmt: skip
PURCHASE_ORDER = Kind(
    "purchaseorder", "purchaseorders", "Purchase Order", "PO-", "vendor", "Purchase Order has been added.",
    "Purchase Order has been updated.", "The purchase order has been deleted.",
    {
        "open": Action("open", ("draft", "open", "approved"), "The purchase order has been marked as open.", 201),
        "billed": Action("billed", ("open", "billed"), "The purchase order has been marked as billed.", 201),
        "cancelled": Action("cancelled", ("draft", "open", "approved"), "The purchase order has been cancelled.", 201),
        **_approval("The purchase order has been successfully submitted for approval.",
                    "You have approved the Purchase Order.", "You have rejected the Purchase order successfully.", 201,
                    "UPDATE"),
    },
    ("delivery_date",), ("delivery_customer_id", "salesorder_id", "crm_owner_id", "crm_custom_reference_id"),
    ("vendor_name", "purchaseorder_number", "date", "delivery_date", "total", "created_time", "last_modified_time"),
    ("Draft", "Open", "Billed", "Cancelled", "Closed"), crm_filter=False, fixed=("billed",),
)  # fmt: skip
KINDS = (ESTIMATE, SALES_ORDER, INVOICE, PURCHASE_ORDER)
BY_ENTITY = {kind.entity: kind for kind in KINDS}
