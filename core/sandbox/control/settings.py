"""Changing what an administrator would: edition, currencies, rights, views, custom fields."""

from __future__ import annotations

from typing import Any

from core.sandbox.control.endpoints import HERE, body_of, wrong
from core.sandbox.crm.criteria import COMPARATORS, Leaf
from core.sandbox.crm.fields import CAPS
from core.sandbox.crm.state import OPERATIONS
from core.sandbox.crm.viewsets import View
from core.sandbox.http import Call, Reply, endpoint

YES_NO = (True, False)
PREFERENCES: dict[str, tuple[object, ...]] = {
    "estimate_to_invoice": ("off", "draft", "send"),
    "native_customers": ("off", "accounts", "contacts", "accounts_contacts"),
    "native_unassociated": YES_NO, "native_vendors": YES_NO, "native_items": YES_NO,
}  # fmt: skip


@endpoint("PUT", f"{HERE}/settings", doc="{crm: {edition, base_currency, denied}, books: {plan, base_currency}}")
def settings(call: Call) -> Reply:
    """What preflights look at.

    `denied` is {module: [view, create, edit, delete]}: what the connected user may not do there. A base currency must
    be one that the side knows; CRM's `multi_currency: false` takes its currencies and their fields away. Books also
    takes `estimate_to_invoice` and the `native_*` preferences.
    """
    wanted, crm, books = body_of(call), call.world.crm, call.world.books
    ours, theirs = wanted.get("crm", {}), wanted.get("books", {})
    if "edition" in ours:
        if ours["edition"] not in CAPS:
            raise wrong(f"edition is one of {', '.join(CAPS)}")
        crm.edition = ours["edition"]
    if "denied" in ours:
        if not all(set(each) <= set(OPERATIONS.values()) for each in ours["denied"].values()):
            raise wrong(f"denied holds {', '.join(OPERATIONS.values())}")
        crm.denied = {module: set(names) for module, names in ours["denied"].items()}
    if ours.get("multi_currency") is False:
        crm.currencies.clear()
        for records in crm.records.values():
            records.drop_fields("Currency", "Exchange_Rate")
    if "base_currency" in ours:
        _rebase(crm.currencies, "iso_code", "is_base", ours["base_currency"])
    books.plan = theirs.get("plan", books.plan)
    for name in books.preferences:
        if name in theirs:
            if theirs[name] not in PREFERENCES[name]:
                raise wrong(f"{name} is one of {PREFERENCES[name]}")
            books.preferences[name] = theirs[name]
    if "base_currency" in theirs:
        _rebase(books.currencies, "currency_code", "is_base_currency", theirs["base_currency"])
    return Reply(200, {"crm": {"edition": crm.edition}, "books": {"plan": books.plan}})


@endpoint("POST", f"{HERE}/views", doc="Make a view: {module, name, field, comparator, value}")
def add_view(call: Call) -> Reply:
    """One condition; answers {id}."""
    wanted, crm = body_of(call), call.world.crm
    module = wanted.get("module", "Accounts")
    if module not in crm.records or wanted.get("comparator") not in COMPARATORS:
        raise wrong(f"comparator is one of {', '.join(COMPARATORS)}")
    if wanted.get("field") not in crm.records[module].fields:
        raise wrong("no such field")
    value = tuple(wanted["value"]) if isinstance(wanted["value"], list) else wanted["value"]
    leaf = Leaf(wanted["field"], wanted["comparator"], value)
    view = View(crm.meta_ids.take(), wanted.get("name", "A view"), "", leaf, created_by=crm.me.id)
    crm.views[module].append(view)
    return Reply(200, {"id": view.id})


@endpoint("DELETE", f"{HERE}/views/{{id}}", doc="Delete a view")
def delete_view(call: Call) -> Reply:
    """Lists with its cvid are refused from then on."""
    crm = call.world.crm
    for module, views in crm.views.items():
        crm.views[module] = [view for view in views if view.id != call.params["id"]]
    return Reply(200, {"id": call.params["id"]})


@endpoint("DELETE", f"{HERE}/crm/fields/{{module}}/{{field}}", doc="Delete a custom field of a CRM module")
def delete_field(call: Call) -> Reply:
    """Its values stay in the records, unseen."""
    records = call.world.crm.records.get(call.params["module"])
    if records is None or call.params["field"] not in records.fields:
        raise wrong("no such field")
    del records.fields[call.params["field"]]
    records.forget_indexes()
    return Reply(200, {"field": call.params["field"]})


def _rebase(currencies: list[dict[str, Any]], key: str, flag: str, code: str) -> None:
    if all(each[key] != code for each in currencies):
        raise wrong(f"no such currency: {code}")
    for each in currencies:
        each[flag] = each[key] == code
