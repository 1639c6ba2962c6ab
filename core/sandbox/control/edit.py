"""Editing records *as a person would*: in the web pages of CRM and Books, with the side's modification time moving."""

from __future__ import annotations

from typing import Any

from core.sandbox.books.contacts_write import save
from core.sandbox.control.endpoints import HERE, body_of, wrong
from core.sandbox.crm.derived import derive
from core.sandbox.crm.records import bin_record
from core.sandbox.crm.state import Records
from core.sandbox.http import Call, Reply, endpoint
from core.sandbox.sources import Row

NESTED = ("billing_address", "shipping_address")


@endpoint("POST", f"{HERE}/edit", doc="{side, module, op: create|change|delete|merge, id, into, fields, advance}")
def edit(call: Call) -> Reply:
    """Change a record without a token, a limit or a check.

    On the side of Books `module` is contacts (the default) or items. `fields` are in the API's names; null clears. CRM
    lookups and owners are given by id. Books addresses are merged, `contact_persons` replaced, `custom_fields` given
    as {cf_name: value}. `merge` takes `id` away and fills what is
    empty in `into` from it. `advance` (default 1) is how many seconds pass first; 0 edits within the same second.
    Answers {id, record}; the record is None once it is gone.
    """
    wanted = body_of(call)
    call.world.clock.advance(float(wanted.get("advance", 1)))
    side, op = wanted.get("side"), wanted.get("op", "change")
    if side not in ("crm", "books") or op not in EDITS[side]:
        raise wrong("side is crm or books; op is create, change, delete or merge")
    if side == "books" and wanted.get("module", "contacts") == "items":
        side = "items"
    record_id = EDITS[side].get(op, _no_merge)(call, wanted)
    tables = {"books": call.world.books.contacts, "items": call.world.books.items}
    table = _records(call, wanted).table if side == "crm" else tables[side]
    return Reply(200, {"id": record_id, "record": table.get(record_id)})


def _records(call: Call, wanted: dict[str, Any]) -> Records:
    records = call.world.crm.records.get(wanted.get("module", "Accounts"))
    if records is None:
        raise wrong("no such module")
    return records


def _account(call: Call, wanted: dict[str, Any], key: str = "id") -> Row:
    row = _records(call, wanted).table.get(str(wanted.get(key)))
    if row is None:
        raise wrong(f"no such record: {wanted.get(key)}")
    return row


def _somebody(call: Call) -> str:
    """A user who is not the one that the client works as."""
    return call.world.crm.users[1].id


def _create_crm(call: Call, wanted: dict[str, Any]) -> str:
    who, record_id = _somebody(call), call.world.crm.ids.take()
    row: Row = {"Owner": who, "Currency": "JPY", "Exchange_Rate": 1.0} | _without_null(wanted.get("fields") or {})
    row |= {"id": record_id, "Created_Time": call.now, "Created_By": who, "Modified_Time": call.now, "Modified_By": who}
    records = _records(call, wanted)
    records.table.put(derive(call, records, None, row))
    return record_id


def _change_crm(call: Call, wanted: dict[str, Any]) -> str:
    records, old = _records(call, wanted), _account(call, wanted)
    row = _without_null(old | (wanted.get("fields") or {})) | {
        "Modified_Time": call.now,
        "Modified_By": _somebody(call),
    }
    records.table.put(derive(call, records, old, row))
    return str(row["id"])


def _delete_crm(call: Call, wanted: dict[str, Any]) -> str:
    row = _account(call, wanted)
    bin_record(call, _records(call, wanted), row)
    return str(row["id"])


def _merge_crm(call: Call, wanted: dict[str, Any]) -> str:
    """Whether the one that goes is in the deleted list is the switch crm.merged_in_deleted."""
    records, gone, kept = _records(call, wanted), _account(call, wanted), _account(call, wanted, "into")
    if call.world.switches.on("crm.merged_in_deleted"):
        bin_record(call, records, gone)
    else:
        records.table.remove(gone["id"])
    records.table.put(gone | kept | {"Modified_Time": call.now, "Modified_By": _somebody(call)})
    return str(kept["id"])


def _contact(call: Call, wanted: dict[str, Any], key: str = "id") -> Row:
    row = call.world.books.contacts.get(str(wanted.get(key)))
    if row is None:
        raise wrong(f"no such contact: {wanted.get(key)}")
    return row


def _create_books(call: Call, wanted: dict[str, Any]) -> str:
    org = call.world.books
    base = next(each["currency_id"] for each in org.currencies if each["is_base_currency"])
    row: Row = {
        "contact_id": org.ids.take(), "contact_type": "customer", "customer_sub_type": "business", "status": "active",
        "source": "user", "currency_id": base, "created_time": call.now,
        "billing_address": {"address_id": org.ids.take()}, "shipping_address": {"address_id": org.ids.take()},
    }  # fmt: skip
    return str(save(call, _edited(call, row, wanted.get("fields") or {}))["contact_id"])


def _change_books(call: Call, wanted: dict[str, Any]) -> str:
    return str(save(call, _edited(call, _contact(call, wanted), wanted.get("fields") or {}))["contact_id"])


def _delete_books(call: Call, wanted: dict[str, Any]) -> str:
    row = _contact(call, wanted)
    call.world.books.contacts.remove(row["contact_id"])
    return str(row["contact_id"])


def _merge_books(call: Call, wanted: dict[str, Any]) -> str:
    gone, kept = _contact(call, wanted), _contact(call, wanted, "into")
    call.world.books.contacts.remove(gone["contact_id"])
    return str(save(call, gone | kept)["contact_id"])


def _edited(call: Call, row: Row, fields: dict[str, Any]) -> Row:
    """A contact with other values; persons get ids where they have none."""
    org, plain = (
        call.world.books,
        {key: value for key, value in fields.items() if key not in (*NESTED, "custom_fields")},
    )
    row = _without_null(row | plain)
    for name in NESTED:
        row[name] = _without_null(row[name] | (fields.get(name) or {}))
    if "contact_persons" in plain:
        row["contact_persons"] = [
            {"contact_person_id": each.get("contact_person_id") or org.ids.take(), **each}
            for each in plain["contact_persons"]
        ]
    ids = {each.api_name: each.field_id for each in org.fields_of("contact")}
    values = {ids[name]: value for name, value in (fields.get("custom_fields") or {}).items()}
    return row | {"custom_values": _without_null((row.get("custom_values") or {}) | values)}


def _without_null(row: Row) -> Row:
    return {name: value for name, value in row.items() if value is not None}


def _item(call: Call, wanted: dict[str, Any]) -> Row:
    row = call.world.books.items.get(str(wanted.get("id")))
    if row is None:
        raise wrong(f"no such item: {wanted.get('id')}")
    return row


def _create_item(call: Call, wanted: dict[str, Any]) -> str:
    row = {"status": "active", "source": "user", "product_type": "goods", "item_type": "sales", "rate": 0.0, "name": "",
           "item_id": call.world.books.ids.take(), "created_time": call.now}  # fmt: skip
    return _save_item(call, row | (wanted.get("fields") or {}))


def _change_item(call: Call, wanted: dict[str, Any]) -> str:
    return _save_item(call, _without_null(_item(call, wanted) | (wanted.get("fields") or {})))


def _delete_item(call: Call, wanted: dict[str, Any]) -> str:
    row = _item(call, wanted)
    call.world.books.items.remove(row["item_id"])
    return str(row["item_id"])


def _save_item(call: Call, row: Row) -> str:
    call.world.books.items.put(row | {"last_modified_time": call.now})
    return str(row["item_id"])


def _no_merge(call: Call, wanted: dict[str, Any]) -> str:
    raise wrong("items cannot be merged")


EDITS = {
    "items": {"create": _create_item, "change": _change_item, "delete": _delete_item},
    "crm": {"create": _create_crm, "change": _change_crm, "delete": _delete_crm, "merge": _merge_crm},
    "books": {"create": _create_books, "change": _change_books, "delete": _delete_books, "merge": _merge_books},
}
