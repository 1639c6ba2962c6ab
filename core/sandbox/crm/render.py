"""Stored rows as CRM shows them (zoho-crm-api §6.7, §9)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from core.sandbox.clock import crm_time
from core.sandbox.crm.catalogue import Field
from core.sandbox.crm.state import CrmOrg, Records, User
from core.sandbox.table import Row

Show = Callable[[Any], Any]


def user_ref(user: User | None) -> dict[str, str] | None:
    """An owner as records show one."""
    return None if user is None else {"name": user.full_name, "id": user.id, "email": user.email}


def actor_ref(user: User) -> dict[str, str]:
    """Who did it, as write results show it."""
    return {"name": user.full_name, "id": user.id}


def full_name(row: Row) -> str:
    """A contact's Full_Name, which is not stored."""
    return " ".join(part for part in (row.get("First_Name"), row.get("Last_Name")) if part)


def display_name(records: Records, row: Row) -> str:
    """What a lookup to this record shows."""
    if records.module.name_field == "Full_Name":
        return full_name(row)
    return str(row.get(records.module.name_field) or "")


class Renderer:
    """Renders rows of one module with one choice of fields; made once a request."""

    def __init__(
        self, org: CrmOrg, records: Records, names: Iterable[str] | None = None, *, rows: bool = False
    ) -> None:
        """`rows`: also show the rows of documents, as only the read of a single record does."""
        self._org = org
        chosen = list(records.fields) if names is None else [name for name in names if name in records.fields]
        if not rows:
            chosen = [name for name in chosen if records.fields[name].data_type != "subform"]
        self._shows = [(name, self._show(records.fields[name])) for name in chosen]
        self._full_name = "Full_Name" in chosen

    def __call__(self, row: Row) -> dict[str, Any]:
        """The record: `id`, then the chosen fields; an empty one is null."""
        shown = {name: None if (value := row.get(name)) is None else show(value) for name, show in self._shows}
        if self._full_name:
            shown["Full_Name"] = full_name(row)
        shown["id"] = row["id"]
        return shown

    def _show(self, field: Field) -> Show:
        if field.data_type == "datetime":
            return lambda value: crm_time(value) if isinstance(value, (int, float)) else value
        if field.data_type in ("ownerlookup", "userlookup"):
            return lambda value: user_ref(self._org.user(value))
        if field.data_type == "subform":
            return self._rows(self._org.records[field.lookup])
        if field.data_type == "lookup" and field.lookup in self._org.records:
            return self._lookup(self._org.records[field.lookup])
        return lambda value: value

    def _rows(self, target: Records) -> Show:
        """Rows in order; the product with its code."""
        show, products = Renderer(self._org, target), self._org.records["Products"].table

        def rows(ids: list[str]) -> list[dict[str, Any]]:
            shown = [show(row) for each in ids if (row := target.table.get(each)) is not None]
            for row in shown:
                if row["Product_Name"] is not None:
                    product = products.get(row["Product_Name"]["id"]) or {}
                    row["Product_Name"]["Product_Code"] = product.get("Product_Code")
            return shown

        return rows

    def _lookup(self, target: Records) -> Show:
        def show(value: str) -> dict[str, str] | None:
            row = target.table.get(value)
            return None if row is None else {"name": display_name(target, row), "id": value}

        return show
