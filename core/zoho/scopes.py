"""The scopes that a ZSC key needs, and those it is made with (zoho-crm-api §1.6, zoho-books-api §1.3)."""

from core.model.names import SideName

SCOPES: dict[SideName, tuple[str, ...]] = {
    "crm": (
        "ZohoCRM.modules.ALL", "ZohoCRM.settings.ALL", "ZohoCRM.users.READ", "ZohoCRM.org.READ", "ZohoCRM.coql.READ",
    ),
    "books": ("ZohoBooks.contacts.ALL", "ZohoBooks.settings.ALL"),
}  # fmt: skip
"""What a ZSC key must allow for anything to be synced."""
ASKED: dict[SideName, tuple[str, ...]] = {
    "crm": (*SCOPES["crm"], "ZohoSearch.securesearch.READ"),
    "books": (
        *SCOPES["books"], "ZohoBooks.estimates.ALL", "ZohoBooks.salesorders.ALL", "ZohoBooks.invoices.ALL",
        "ZohoBooks.purchaseorders.ALL", "ZohoBooks.customerpayments.READ", "ZohoBooks.creditnotes.READ",
    ),
}  # fmt: skip
"""What a key is made with, as the Self Client's form takes it (comma separated): documents too, CRM's search, which
counts the records of a view (zoho-crm-api §5.10), and payments and credit notes, which tell whose figures move. A key
without them does all the rest, and says what it lacks when a document is asked for; the records of a view are then
counted by walking it, and figures are found by the daily look at every customer.
"""


def not_held(told: str, wanted: tuple[str, ...]) -> list[str]:
    """Return wanted scopes that a token reply's list does not cover; none when it gave no list (it is optional)."""
    held = [each.lower() for each in told.replace(",", " ").split()]
    return [each for each in wanted if held and not any(_covers(one, each.lower()) for one in held)]


def _covers(held: str, wanted: str) -> bool:
    if held == "zohobooks.fullaccess.all" and wanted.startswith("zohobooks."):
        return True
    *have, verb = held.split(".")
    *need, action = wanted.split(".")
    return need[: len(have)] == have and verb in ("all", action)
