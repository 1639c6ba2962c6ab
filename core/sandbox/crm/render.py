"""Stored rows as CRM shows them (zoho-crm-api §6.7, §9)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import orjson

from core.sandbox.clock import crm_times
from core.sandbox.crm.catalogue import Field
from core.sandbox.crm.state import CrmOrg, Records, User
from core.sandbox.sources import Row

Show = Callable[[list[Any]], list[Any]]
"""Shows the values of one field of many records."""
NAMES_OF_PEOPLE = ("First_Name", "Last_Name")


def user_ref(user: User | None) -> dict[str, str] | None:
    """An owner as records show one."""
    return None if user is None else {"name": user.full_name, "id": user.id, "email": user.email}


def actor_ref(user: User) -> dict[str, str]:
    """Who did it, as write results show it."""
    return {"name": user.full_name, "id": user.id}


def full_name(row: Row) -> str:
    """A contact's Full_Name, which is not stored."""
    return " ".join(part for name in NAMES_OF_PEOPLE if (part := row.get(name)))


def display_name(records: Records, row: Row) -> str:
    """What a lookup to this record shows."""
    if records.module.name_field == "Full_Name":
        return full_name(row)
    return str(row.get(records.module.name_field) or "")


def lookups(target: Records, values: list[Any]) -> list[dict[str, str] | None]:
    """Ids of a module's records as lookups show them; null for those that are gone."""
    table = target.table
    plain = table.plain(each for each in values if each is not None)
    names = NAMES_OF_PEOPLE if target.module.name_field == "Full_Name" else (target.module.name_field,)
    made = zip(*table.columns(plain, names), strict=True)
    known = {each: " ".join(part for part in parts if part) for each, parts in zip(plain, made, strict=True)}
    for each in {*values} - {None, *plain}:
        if (row := table.get(each)) is not None:
            known[each] = display_name(target, row)
    return [{"name": known[each], "id": each} if each in known else None for each in values]


def _each(shown: list[dict[str, Any]]) -> list[bytes]:
    """The JSON of each, from that of all, which costs a quarter; unless the seam between two is in a text as well."""
    parts = orjson.dumps(shown)[2:-2].split(b"},{")
    if len(parts) != len(shown):
        return [orjson.dumps(each) for each in shown]
    return [b"{%b}" % part for part in parts]


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
        self._names = chosen
        self._shows = [(name, show) for name in chosen if (show := self._show(records.fields[name])) is not None]
        self._full_name = "Full_Name" in chosen
        self._table = records.table

    def __call__(self, row: Row) -> dict[str, Any]:
        """The record: `id`, then the chosen fields; an empty one is null."""
        shown = {name: row.get(name) for name in self._names}
        for name, show in self._shows:
            if (value := shown[name]) is not None:
                shown[name] = show([value])[0]
        if self._full_name:
            shown["Full_Name"] = full_name(row)
        shown["id"] = row["id"]
        return shown

    def untouched(self, ids: list[str]) -> list[bytes]:
        """Many records that nobody wrote to, each as JSON: the same as one by one, at a fraction of the cost."""
        made = dict(zip(self._names, self._table.columns(ids, tuple(self._names)), strict=True))
        for name, show in self._shows:
            made[name] = show(made[name])
        if self._full_name:
            parts = zip(*self._table.columns(ids, NAMES_OF_PEOPLE), strict=True)
            made["Full_Name"] = [" ".join(part for part in each if part) for each in parts]
        made["id"] = ids
        names = tuple(made)
        return _each([dict(zip(names, values, strict=True)) for values in zip(*made.values(), strict=True)])

    def _show(self, field: Field) -> Show | None:
        """How a field's values are shown; None for as they are stored."""
        if field.data_type == "datetime":
            return crm_times
        if field.data_type in ("ownerlookup", "userlookup"):
            people = {user.id: user_ref(user) for user in self._org.users}
            return lambda values: [people.get(each) for each in values]
        if field.data_type == "subform":
            rows = self._rows(self._org.records[field.lookup])
            return lambda values: [None if each is None else rows(each) for each in values]
        if field.data_type == "lookup" and field.lookup in self._org.records:
            target = self._org.records[field.lookup]
            return lambda values: lookups(target, values)
        return None

    def _rows(self, target: Records) -> Callable[[list[str]], list[dict[str, Any]]]:
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
