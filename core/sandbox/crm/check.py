"""What CRM refuses in a record that is written (zoho-crm-api §5.9). Adds nothing to the record store."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from core.sandbox.clock import parse_time
from core.sandbox.crm.catalogue import Field
from core.sandbox.crm.errors import Result, error
from core.sandbox.crm.render import user_ref
from core.sandbox.crm.state import Records
from core.sandbox.crm.subforms import read_rows
from core.sandbox.http import Call
from core.sandbox.sources import Row

EMAIL = re.compile(r"^[^@\s]+@[^@\s]+\.[^@\s]+$")
RULE_MESSAGE = "Field cannot be updated as it is associated with a validation rule."


@dataclass(frozen=True, slots=True)
class Rule:
    """A validation rule that an administrator of this organisation made."""

    module: str
    api_name: str
    passes: Callable[[Any], bool]


RULES = (Rule("Accounts", "Website", lambda value: str(value).startswith(("http://", "https://"))),)
"""Websites of accounts are written with their scheme."""


@dataclass(slots=True)
class Checked:
    """A record's fields as they would be stored, or what is wrong with them."""

    values: Row
    errors: list[Result]

    def verdict(self, call: Call) -> Result | None:
        """The one error that the record's result carries."""
        if not self.errors:
            return None
        if len(self.errors) > 1 and call.world.switches.text("crm.several_errors") == "multiple":
            return error("MULTIPLE_OR_MULTI_ERRORS", {"errors": self.errors})
        return self.errors[0]


@dataclass(frozen=True, slots=True)
class Attempt:
    """One record of a write: the element at a place of `data`, and the record it changes (None for a new one)."""

    call: Call
    records: Records
    place: int
    given: dict[str, Any]
    old: Row | None

    def where(self, api_name: str) -> dict[str, str]:
        """How an error names a field."""
        return {"api_name": api_name, "json_path": f"$.data[{self.place}].{api_name}"}


def check(attempt: Attempt) -> Checked:
    """The fields of an attempt as they would be stored. Unknown and read-only names are ignored (§5.9)."""
    call, checked = attempt.call, Checked({}, [])
    for api_name, value in attempt.given.items():
        field = attempt.records.fields.get(api_name)
        if field is None or field.read_only:
            continue
        if field.data_type == "subform":
            _rows(attempt, field, value, checked)
            continue
        stored, wrong = _stored(call, field, value)
        if wrong is not None:
            checked.errors.append(error("INVALID_DATA", {**wrong, **attempt.where(api_name)}))
        elif stored is not None and not _passes(attempt.records, api_name, stored):
            code = call.world.switches.text("crm.validation_rule_code")
            checked.errors.append(error(code, attempt.where(api_name), RULE_MESSAGE))
        else:
            checked.values[api_name] = stored
    _mandatory(attempt, checked)
    _unique(attempt, checked)
    return checked


def _rows(attempt: Attempt, field: Field, value: Any, checked: Checked) -> None:
    path = attempt.where(field.api_name)["json_path"]
    rows, errors = read_rows(attempt.call, field, value, attempt.old, path)
    checked.errors += errors
    if rows is not None:
        checked.values[field.api_name] = rows


def _passes(records: Records, api_name: str, value: Any) -> bool:
    mine = (rule for rule in RULES if (rule.module, rule.api_name) == (records.module.api_name, api_name))
    return all(rule.passes(value) for rule in mine)


def _mandatory(attempt: Attempt, checked: Checked) -> None:
    """A new record has every mandatory field; a known one keeps those it has."""
    layout = attempt.call.world.switches.text("crm.layout_required")
    held = layout == "always" or (layout == "with_layout" and "Layout" in attempt.given)
    blamed = {re.split(r"[.\[]", each["details"].get("json_path", "").removeprefix(f"$.data[{attempt.place}]."))[0]
              for each in checked.errors}  # fmt: skip
    for field in attempt.records.fields.values():
        name = field.api_name
        required = needed(attempt.call, attempt.records, field) and (field.mandatory or held)
        if not required or name in blamed or _rows_may_wait(attempt, field):
            continue
        cleared = name in checked.values and not checked.values[name] and field.data_type != "subform"
        if cleared or (attempt.old is None and name not in checked.values):
            checked.errors.append(error("MANDATORY_NOT_FOUND", attempt.where(name)))


def needed(call: Call, records: Records, field: Field) -> bool:
    """Whether the layout requires a field; some want the account of a document (zoho-crm-inventory-modules §8)."""
    account = field.api_name == "Account_Name" and bool(records.module.subform)
    return field.mandatory or field.required or (account and call.world.switches.on("crm.documents_need_account"))


def _rows_may_wait(attempt: Attempt, field: Field) -> bool:
    """Some organisations take a document without rows (zoho-crm-inventory-modules §6.3)."""
    return field.data_type == "subform" and attempt.call.world.switches.on("crm.header_only")


def _unique(attempt: Attempt, checked: Checked) -> None:
    records, own = attempt.records, None if attempt.old is None else attempt.old["id"]
    for api_name, value in checked.values.items():
        if not records.fields[api_name].unique or value is None:
            continue
        others = [each for each in records.holders(api_name, value) if each != own]
        if others:
            details = attempt.where(api_name) | duplicate_of(attempt.call, records, others)
            checked.errors.append(error("DUPLICATE_DATA", details))


def duplicate_of(call: Call, records: Records, others: list[str]) -> dict[str, Any]:
    """How a DUPLICATE_DATA names the record that stands in the way."""
    row = records.table.get(others[0]) or {}
    owner = user_ref(call.world.crm.user(row.get("Owner", "")))
    found = {"id": others[0], "module": {"api_name": records.module.api_name}, "Owner": owner}
    return {"id": others[0], "duplicate_record": found, "more_records": len(others) > 1}


def _stored(call: Call, field: Field, value: Any) -> tuple[Any, dict[str, Any] | None]:
    """A value as it is stored, or the details of what is wrong with it."""
    if value is None:
        return None, None
    if value == "" and call.world.switches.text("crm.empty_text") == "clears":
        return None, None
    return STORES.get(field.data_type, _text)(call, field, value)


Stored = tuple[Any, dict[str, Any] | None]


def _text(call: Call, field: Field, value: Any) -> Stored:
    if not isinstance(value, str):
        return None, {"expected_data_type": "string"}
    if len(value) > field.size:
        return None, {"maximum_length": field.size}
    return value, None


def _email(call: Call, field: Field, value: Any) -> Stored:
    if not isinstance(value, str) or not EMAIL.match(value):
        return None, {"expected_data_type": "email"}
    return _text(call, field, value)


def _pick(call: Call, field: Field, value: Any) -> Stored:
    if not isinstance(value, str):
        return None, {"expected_data_type": "string"}
    if value == "-None-":
        return None, None
    if field.api_name == "Currency":
        active = [each["iso_code"] for each in call.world.crm.currencies if each["is_active"]]
        return (
            (value, None) if value in active else (None, {"expected_data_type": "picklist", "supported_values": active})
        )
    for shown, actual in field.choices:
        if value in (shown, actual):
            return shown, None
    # Zoho takes values that a pick-list does not hold unless the field is restricted; here only Deals.Stage is.
    if field.mandatory:
        return None, {"expected_data_type": "picklist", "supported_values": [shown for shown, _ in field.choices]}
    return _text(call, field, value)


def _number(call: Call, field: Field, value: Any) -> Stored:
    whole = field.data_type in ("integer", "bigint")
    if isinstance(value, bool) or not isinstance(value, int if whole else (int, float)):
        text = isinstance(value, str) and re.fullmatch(r"-?\d+" if whole else r"-?\d+(\.\d+)?", value)
        if not text:
            return None, {"expected_data_type": "integer" if whole else "double"}
        value = int(value) if whole else float(value)
    if len(str(abs(int(value)))) > field.size:
        return None, {"maximum_length": field.size}
    return value, None


def _boolean(call: Call, field: Field, value: Any) -> Stored:
    return (value, None) if isinstance(value, bool) else (None, {"expected_data_type": "boolean"})


def _date(call: Call, field: Field, value: Any) -> Stored:
    try:
        return date.fromisoformat(value).isoformat(), None
    except (TypeError, ValueError):
        return None, {"expected_data_type": "date"}


def _datetime(call: Call, field: Field, value: Any) -> Stored:
    try:
        return int(parse_time(value)), None
    except (TypeError, ValueError):
        return None, {"expected_data_type": "datetime"}


def _lookup(call: Call, field: Field, value: Any) -> Stored:
    wanted = value.get("id") if isinstance(value, dict) else value
    target = call.world.crm.records.get(field.lookup)
    if not isinstance(wanted, str) or (target is not None and wanted not in target.table):
        return None, {"expected_data_type": "lookup"}
    return wanted, None


def _user(call: Call, field: Field, value: Any) -> Stored:
    wanted = value.get("id") if isinstance(value, dict) else value
    if not isinstance(wanted, str) or call.world.crm.user(wanted) is None:
        return None, {"expected_data_type": "ownerlookup"}
    return wanted, None


def _list(call: Call, field: Field, value: Any) -> Stored:
    return (value, None) if isinstance(value, list) else (None, {"expected_data_type": "jsonarray"})


STORES: dict[str, Callable[[Call, Field, Any], Stored]] = {
    "email": _email, "picklist": _pick, "integer": _number, "bigint": _number, "double": _number, "currency": _number,
    "percent": _number, "boolean": _boolean, "date": _date, "datetime": _datetime, "lookup": _lookup,
    "ownerlookup": _user,
    "userlookup": _user, "multiselectpicklist": _list,
}  # fmt: skip
