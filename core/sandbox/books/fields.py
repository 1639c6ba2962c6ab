"""Custom field definitions (zoho-books-api §3.5)."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from core.sandbox.books.common import BOOKS, body_of, paged, success
from core.sandbox.books.errors import BooksRefusal
from core.sandbox.books.state import CustomField
from core.sandbox.http import Call, Reply, endpoint

ENTITIES = ("contact", "item", "estimate", "invoice", "salesorder", "purchaseorder")
TYPES = (
    "string", "number", "decimal", "amount", "date", "dropdown", "check_box", "multiline", "email", "url", "phone",
    "percent",
    "lookup", "autonumber", "formula", "image", "attachment",
)  # fmt: skip
UNIQUE_KEYS = ("is_unique", "is_unique_field")


class Choice(msgspec.Struct):
    """One value of a drop-down."""

    name: str = ""


class NewField(msgspec.Struct):
    """What is asked of a new field; other keys are ignored."""

    label: str = ""
    data_type: str = ""
    entity: str = ""
    is_mandatory: bool = False
    values: list[Choice] = []
    value_length: int | None = None


@endpoint("GET", f"{BOOKS}/settings/fields", scope="settings.READ", doc="Custom fields of an entity")
def fields(call: Call) -> Reply:
    """Only custom ones: the sandbox keeps no definitions of the built-in fields."""
    entity = _entity(call.query.get("entity"))
    return paged(call, "fields", [_show(call, each) for each in call.world.books.fields_of(entity)])


@endpoint("GET", f"{BOOKS}/settings/fields/{{id}}", scope="settings.READ", doc="One custom field")
def field(call: Call) -> Reply:
    """404/1002 for an unknown id."""
    return success(field=_show(call, _find(call)))


@endpoint("POST", f"{BOOKS}/settings/fields", scope="settings.CREATE", doc="Make a custom field")
def create(call: Call) -> Reply:
    """Whether it may be made unique here is the switch books.unique_by_api; else that wish is silently dropped."""
    body, org = body_of(call), call.world.books
    try:
        wanted = msgspec.convert(body, NewField)
    except msgspec.ValidationError as wrong:
        key = re.search(r"\$\.(\w+)", str(wrong))
        raise BooksRefusal(4, name=key[1] if key else "JSONString") from None
    for name in ("label", "data_type", "entity"):
        if not getattr(wanted, name):
            raise BooksRefusal(4, name=name)
    if wanted.data_type not in TYPES:
        raise BooksRefusal(4, name="data_type")
    known = org.fields_of(_entity(wanted.entity))
    if any(each.label.casefold() == wanted.label.casefold() for each in known):
        raise BooksRefusal(1001, message="A custom field with this label already exists.")
    made = CustomField(
        org.ids.take(),
        _api_name(wanted.label, {each.api_name for each in known}),
        wanted.label,
        wanted.data_type,
        wanted.entity,
        max((each.index for each in known), default=0) + 1,
        unique=call.world.switches.on("books.unique_by_api") and _wants_unique(body),
        mandatory=wanted.is_mandatory,
        values=tuple(each.name for each in wanted.values),
        value_length=wanted.value_length or 0,
    )
    org.custom_fields.append(made)
    return success(201, "The custom field has been created.", field=_show(call, made))


@endpoint("PUT", f"{BOOKS}/settings/fields/{{id}}", scope="settings.UPDATE", doc="Change a custom field's uniqueness")
def update(call: Call) -> Reply:
    """The uniqueness flag obeys books.unique_by_api as well."""
    found, body = _find(call), body_of(call)
    unique = _wants_unique(body) if call.world.switches.on("books.unique_by_api") else found.unique
    return success(message="The custom field has been updated.", field=_show(call, change(call, found, unique)))


@endpoint("DELETE", f"{BOOKS}/settings/fields/{{id}}", scope="settings.DELETE", doc="Delete a custom field")
def delete(call: Call) -> Reply:
    """Its values are no longer shown."""
    call.world.books.custom_fields.remove(_find(call))
    return success(message="The custom field has been deleted.")


def change(call: Call, found: CustomField, unique: bool) -> CustomField:
    """Replace a definition; also how a person ticks "prevent duplicate values" in the settings."""
    org = call.world.books
    made = CustomField(
        found.field_id, found.api_name, found.label, found.data_type, found.entity, found.index, unique,
        found.mandatory, found.values, found.value_length,
    )  # fmt: skip
    org.custom_fields[org.custom_fields.index(found)] = made
    return made


def _entity(name: Any) -> str:
    if name not in ENTITIES:
        raise BooksRefusal(2, name="entity")
    return str(name)


def _find(call: Call) -> CustomField:
    for each in call.world.books.custom_fields:
        if call.params["id"] in (each.field_id, each.api_name):
            return each
    raise BooksRefusal(1002, name="Custom field")


def _wants_unique(body: dict[str, Any]) -> bool:
    return any(bool(body.get(key)) for key in UNIQUE_KEYS) or body.get("is_duplicate_allowed") is False


def _api_name(label: str, taken: set[str]) -> str:
    base = "cf_" + (re.sub(r"[^a-z0-9]+", "_", label.lower()).strip("_") or "field")
    name, number = base, 1
    while name in taken:
        name, number = f"{base}_{number}", number + 1
    return name


def _show(call: Call, each: CustomField) -> dict[str, Any]:
    flag = call.world.switches.text("books.unique_flag")
    return {
        "field_id": each.field_id, "customfield_id": each.field_id, "api_name": each.api_name,
        "placeholder": each.api_name,
        "label": each.label, "label_name": each.label, "data_type": each.data_type, "entity": each.entity,
        "index": each.index,
        "is_active": True, "is_custom_field": True, "is_mandatory": each.mandatory, "show_on_pdf": False,
        "value_length": each.value_length or None,
        "values": [{"name": name, "order": place + 1, "is_active": True} for place, name in enumerate(each.values)],
        flag: not each.unique if flag == "is_duplicate_allowed" else each.unique,
    }  # fmt: skip
