"""What a customer sync in Accounts mode must have left behind, judged from the sandbox's own truth.

Spelled out by hand and sharing no line with the product: a mapping that is wrong there must not be wrong here too.
"""

from collections import Counter
from typing import Any

from core.sandbox.testing import RunningSandbox

Rows = dict[str, dict[str, Any]]

EQUAL = {
    "Account_Name": "contact_name",
    "Phone": "billing_address.phone",
    "Fax": "billing_address.fax",
    "Website": "website",
    "Description": "notes",
    **{
        f"{ours}_{crm}": f"{theirs}.{books}"
        for ours, theirs in (("Billing", "billing_address"), ("Shipping", "shipping_address"))
        for crm, books in (
            ("Street", "address"), ("City", "city"), ("State", "state"), ("Code", "zip"), ("Country", "country"),
        )
    },
}  # fmt: skip


def value_at(record: dict[str, Any], path: str) -> str:
    """Return the text at a dotted path, empty where there is none."""
    found: Any = record
    for part in path.split("."):
        found = (found or {}).get(part)
    return str(found or "")


class World:
    """The truth of a sandbox before a sync, to be held against the truth after it."""

    def __init__(self, zoho: RunningSandbox) -> None:
        self.zoho = zoho
        self.planted = [each for each in zoho.planted() if each["stage"] == "first_sync"]
        self.before = self.contacts()
        self.accounts_before = self.accounts()

    def accounts(self) -> Rows:
        """Return the CRM accounts by id."""
        return {each["id"]: each for each in self.zoho.control("GET", "truth/crm/Accounts")["records"]}

    def contacts(self) -> Rows:
        """Return the Books customers by id."""
        found = self.zoho.control("GET", "truth/books/contacts")["records"]
        return {each["contact_id"]: each for each in found if each["contact_type"] == "customer"}

    def skipped(self) -> set[str]:
        """Return the accounts whose exact name a customer already had: the policy Skip leaves them alone (B36)."""
        names = {each["contact_name"] for each in self.before.values() if not each.get("zcrm_account_id")}
        native = {each.get("zcrm_account_id") for each in self.before.values()}
        return {
            id_ for id_, each in self.accounts_before.items() if each["Account_Name"] in names and id_ not in native
        }

    def expected_failures(self, failures: list[dict[str, Any]]) -> list[str]:
        """Return complaints: planted failures that are missing, told wrongly, or others that nobody planted."""
        told = {(each["direction"], each["record"]): each["reason"] for each in failures}
        complaints, explained = [], set()
        for each in self.planted:
            direction = "to_books" if each["side"] == "crm" else "to_crm"
            one_of = [(direction, id_) for id_ in (each["id"], *each["alternates"])]
            hit = [key for key in one_of if key in told]
            explained.update(one_of)
            explained.update(("to_crm" if each["side"] == "crm" else "to_books", id_) for id_ in each["related"])
            if len(hit) != 1:
                complaints.append(f"{each['reason']} {one_of}: {len(hit)} of them failed")
            elif told[hit[0]] != each["reason"]:
                complaints.append(f"{hit[0]} is told as {told[hit[0]]}, planted was {each['reason']}")
        complaints += [
            f"{key} failed with {reason}: nobody planted that" for key, reason in told.items() if key not in explained
        ]
        return complaints

    def complaints(self, failures: list[dict[str, Any]], links: list[dict[str, Any]]) -> list[str]:
        """Return everything that is wrong after a first sync both ways with the policy Skip; empty when all is well."""
        accounts, contacts = self.accounts(), self.contacts()
        found = self.expected_failures(failures)
        failed = {each["record"] for each in failures}
        pairs = {each["crm_id"]: each["books_id"] for each in links if each["state"] == "linked"}
        for id_, account in accounts.items():
            if id_ in failed or id_ in self.skipped():
                continue
            contact = contacts.get(pairs.get(id_, ""))
            if contact is None:
                found.append(f"account {id_} {account['Account_Name']} has no customer")
                continue
            if contact["customer_sub_type"] != "business":
                found.append(f"customer of account {id_} is not a business")
            found += [
                f"account {id_}: {crm} {value_at(account, crm)!r}, {books} {value_at(contact, books)!r}"
                for crm, books in EQUAL.items()
                if value_at(account, crm) != value_at(contact, books)
            ]  # fmt: skip
        return found + self.doubles(accounts, contacts, links)

    def doubles(self, accounts: Rows, contacts: Rows, links: list[dict[str, Any]]) -> list[str]:
        """Return complaints about anything that exists twice and did not before."""
        found = []
        for what, field, before, after in (
            ("customer", "contact_name", self.before, contacts),
            ("account", "Account_Name", self.accounts_before, accounts),
        ):
            was = Counter(each[field] for each in before.values())
            now = Counter(each[field] for each in after.values())
            found += [f"{what} {name!r} exists {n} times" for name, n in now.items() if n > max(1, was[name])]
        for side in ("crm_id", "books_id"):
            ids = Counter(each[side] for each in links if each[side])
            found += [f"{side} {id_} is in {n} links" for id_, n in ids.items() if n > 1]
        return found
