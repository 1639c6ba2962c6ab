"""Field metadata, and making custom fields (zoho-crm-api §4.2)."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from core.sandbox.crm.catalogue import JSON_TYPES, Field
from core.sandbox.crm.common import module_param, rows_of
from core.sandbox.crm.errors import CrmRefusal, Result, error
from core.sandbox.crm.modules import layout_id, module_id
from core.sandbox.crm.org import CRM
from core.sandbox.crm.pipelines import forecast_category
from core.sandbox.crm.stages import BY_NAME
from core.sandbox.crm.state import Records
from core.sandbox.http import Call, Reply, endpoint

CAPS = {"free": 0, "standard": 10, "professional": 155, "enterprise": 300, "ultimate": 500}
"""Custom fields a module, by edition."""
UNIQUE_CAP = 2
PER_CALL = 5
LABEL_LENGTH = 50
LENGTH_RANGE = {
    "text": 255, "email": 100, "phone": 30, "website": 450, "integer": 9, "currency": 16, "percent": 5, "bigint": 18,
    "double": 18,
    "autonumber": 255,
}  # fmt: skip
CREATABLE = {
    *LENGTH_RANGE, "textarea", "picklist", "multiselectpicklist", "date", "datetime", "boolean", "lookup", "userlookup",
}  # fmt: skip
TEXTAREAS = {"small": 2_000, "large": 32_000, "rich_text": 50_000}


@endpoint("GET", f"{CRM}/settings/fields", scope="settings.fields.READ", doc="Fields of a module")
def fields(call: Call) -> Reply:
    """All of them; none is unused here."""
    records = module_param(call)
    found = [] if call.query.get("type") == "unused" else list(records.fields.values())
    return Reply(200, {"fields": [_show(call, records, each) for each in found]}) if found else Reply(204)


@endpoint("GET", f"{CRM}/settings/fields/{{field}}", scope="settings.fields.READ", doc="One field, by id or api_name")
def field(call: Call) -> Reply:
    """204 when the module has no such field."""
    records = module_param(call)
    wanted = call.params["field"]
    found = [each for each in records.fields.values() if wanted in (each.id, each.api_name)]
    return Reply(200, {"fields": [_show(call, records, each) for each in found]}) if found else Reply(204)


@endpoint("GET", f"{CRM}/settings/fields/{{field}}/pick_list_values", scope="settings.fields.READ",
          doc="Values of a pick-list")  # fmt: skip
def pick_list_values(call: Call) -> Reply:
    """204 for other fields."""
    records = module_param(call)
    for each in records.fields.values():
        if call.params["field"] in (each.id, each.api_name) and each.choices:
            blank = {"colour_code": None, "layout_associations": None}
            values = [value | blank for value in _show(call, records, each)["pick_list_values"]]
            keys = ("id", "display_value", "actual_value", "reference_value", "sequence_number", "type", *blank)
            return Reply(200, {"pick_list_values": [{key: value[key] for key in keys} for value in values]})
    return Reply(204)


@endpoint("DELETE", f"{CRM}/settings/fields/{{field}}", scope="settings.fields.DELETE", doc="Delete a custom field")
def delete(call: Call) -> Reply:
    """Its values stay in the records, unseen."""
    records = module_param(call)
    for each in records.fields.values():
        if each.id == call.params["field"] and each.custom:
            del records.fields[each.api_name]
            records.forget_indexes()
            result = {"code": "SUCCESS", "details": {"id": each.id}, "message": "field deleted", "status": "success"}
            return Reply(200, {"fields": [result]})
    raise CrmRefusal(400, "INVALID_DATA", "the id given seems to be invalid", resource_path_index=2)


@endpoint("POST", f"{CRM}/settings/fields", scope="settings.fields.CREATE", doc="Make up to five custom fields")
def create(call: Call) -> Reply:
    """A result for each. The api_name is derived from the label and not told: read the fields again."""
    records = module_param(call)
    results = [_create(call, records, place, wanted) for place, wanted in enumerate(rows_of(call, "fields", PER_CALL))]
    good = sum(result["status"] == "success" for result in results)
    return Reply(201 if good == len(results) else 207 if good else 400, {"fields": results})


def derive_api_name(label: str, taken: set[str]) -> str:
    """Spaces become `_`; letters, digits and `_` stay; it starts with a letter, has no `__` and no `_` at its end.

    A label without a single such letter gives `Field`. A taken name gets a number (the rule for it is INVENTED).
    """
    kept = re.sub(r"[^A-Za-z0-9_]", "", label.replace(" ", "_"))
    kept = re.sub(r"_+", "_", kept).strip("_")
    base = kept if kept[:1].isalpha() else f"Field_{kept}".strip("_")
    name, number = base, 1
    while name in taken:
        name, number = f"{base}{number}", number + 1
    return name


class Unique(msgspec.Struct):
    """`{}` alone does not make a field unique."""

    case_sensitive: bool | str | None = None


class TextKind(msgspec.Struct):
    """small, large or rich_text."""

    type: str = ""


class Choice(msgspec.Struct):
    """One value of a pick-list."""

    display_value: str
    actual_value: str | None = None


class Target(msgspec.Struct):
    """The module that a lookup points to."""

    api_name: str = ""


class Lookup(msgspec.Struct):
    """Where a lookup points."""

    module: Target = msgspec.field(default_factory=Target)


class External(msgspec.Struct):
    """user or org: records can be named by the field's value."""

    type: str = ""


class NewField(msgspec.Struct):
    """What is asked of a new field; other keys are ignored."""

    field_label: str = ""
    data_type: str = ""
    length: int | None = None
    unique: Unique | None = None
    textarea: TextKind = msgspec.field(default_factory=TextKind)
    pick_list_values: list[Choice] = []
    lookup: Lookup = msgspec.field(default_factory=Lookup)
    external: External | None = None


def _create(call: Call, records: Records, place: int, given: dict[str, Any]) -> Result:
    path = f"$.fields[{place}]"
    try:
        wanted = msgspec.convert(given, NewField, strict=False)
    except msgspec.ValidationError as wrong:
        key = re.search(r"\$\.(\w+)", str(wrong))
        return _invalid(path, key[1] if key else "fields")
    problem = _problem(call, records, path, wanted)
    if problem is not None:
        return problem
    sensitive = None if wanted.unique is None else wanted.unique.case_sensitive
    made = Field(
        derive_api_name(wanted.field_label, set(records.fields)),
        wanted.field_label,
        wanted.data_type,
        length=wanted.length or TEXTAREAS.get(wanted.textarea.type, 0),
        choices=tuple(
            (each.display_value, each.actual_value or each.display_value) for each in wanted.pick_list_values
        ),
        lookup=wanted.lookup.module.api_name,
        unique=sensitive is not None or wanted.external is not None,
        external=wanted.external.type if wanted.external else "",
        case_sensitive=str(sensitive).lower() == "true",
        custom=True,
        text_kind=wanted.textarea.type,
        id=call.world.crm.meta_ids.take(),
    )
    records.add_field(made)
    return {"code": "SUCCESS", "details": {"id": made.id}, "message": "field created", "status": "success"}


def _problem(call: Call, records: Records, path: str, wanted: NewField) -> Result | None:
    label, data_type = wanted.field_label, wanted.data_type
    for key, value in (("field_label", label), ("data_type", data_type)):
        if not value:
            return error("MANDATORY_NOT_FOUND", {"api_name": key, "json_path": f"{path}.{key}"})
    if data_type not in CREATABLE:
        return _invalid(path, "data_type", supported_values=sorted(CREATABLE))
    if len(label) > LABEL_LENGTH:
        return _invalid(path, "field_label", maximum_length=LABEL_LENGTH)
    if any(each.label.casefold() == label.casefold() for each in records.fields.values()):
        return error("DUPLICATE_DATA", {"api_name": "field_label", "json_path": f"{path}.field_label"})
    most = LENGTH_RANGE.get(data_type)
    if wanted.length is not None and most is not None and not 1 <= wanted.length <= most:
        return _invalid(path, "length", maximum_length=most)
    if wanted.external is not None and (data_type != "text" or wanted.external.type not in ("user", "org")):
        return _invalid(path, "external", supported_values=["user", "org"])
    if data_type == "textarea" and wanted.textarea.type not in TEXTAREAS:
        return error("DEPENDENT_FIELD_MISSING", {"api_name": "textarea", "json_path": f"{path}.textarea.type"})
    return _too_many(call, [each for each in records.fields.values() if each.custom], wanted)


def _too_many(call: Call, custom: list[Field], wanted: NewField) -> Result | None:
    cap = CAPS.get(call.world.crm.edition, 0)
    if len(custom) >= cap:
        return error("LIMIT_EXCEEDED", {"limit": cap}, "the limit of custom fields is reached")
    unique = wanted.unique is not None and wanted.unique.case_sensitive is not None
    if unique and sum(each.unique for each in custom) >= UNIQUE_CAP:
        return error(
            "LIMIT_EXCEEDED", {"limit": UNIQUE_CAP, "api_name": "unique"}, "the limit of unique fields is reached"
        )
    return None


def _invalid(path: str, key: str, **details: Any) -> Result:
    return error("INVALID_DATA", {"api_name": key, "json_path": f"{path}.{key}", **details})


def _stage(shown: str) -> dict[str, Any]:
    """What a stage says beyond other pick-list values."""
    stage = BY_NAME.get(shown)
    if stage is None:
        return {"probability": None, "forecast_type": None, "forecast_category": None, "deal_category": None}
    return {
        "probability": stage.probability, "forecast_type": stage.forecast_type, "deal_category": stage.forecast_type,
        "forecast_category": forecast_category(stage.category),
    }  # fmt: skip


def _layout(call: Call, records: Records, each: Field) -> dict[str, str]:
    """The layout that a field is on."""
    if each.api_name == call.world.switches.text("crm.other_layout"):
        return {"id": f"{each.id[:-3]}777", "name": "Wholesale", "api_name": "Wholesale"}
    return {"id": layout_id(call, records), "name": "Standard", "api_name": "Standard__s"}


def _show(call: Call, records: Records, each: Field) -> dict[str, Any]:
    values = [
        {"id": f"{each.id[:-4]}{place:04d}", "display_value": shown, "actual_value": actual, "reference_value": actual,
         "sequence_number": place + 1, "type": "used"}
        for place, (shown, actual) in enumerate((("-None-", "-None-"), *each.choices))
    ] if each.data_type in ("picklist", "multiselectpicklist") else []  # fmt: skip
    if records.module.api_name == "Deals" and each.api_name == "Stage":
        values = [value | _stage(str(value["display_value"])) for value in values]
    pointed = call.world.crm.records.get(each.lookup)
    target = {
        "module": {"api_name": each.lookup, "id": module_id(call, pointed) if pointed else None, "crypt": False},
        "display_label": each.label,
        "api_name": each.api_name,
        "id": each.id,
    }
    editable = not each.read_only
    text_kind = {"textarea": {"type": each.text_kind}} if each.text_kind else {}
    return {
        "id": each.id, "api_name": each.api_name, "field_label": each.label, "display_label": each.label,
        "data_type": each.data_type, "json_type": JSON_TYPES.get(each.data_type, "string"), "length": each.size,
        "decimal_place": 2 if each.data_type in ("currency", "double") else None, "system_mandatory": each.mandatory,
        "custom_field": each.custom, "read_only": each.read_only, "field_read_only": each.read_only, "visible": True,
        "searchable": True, "sortable": True, "filterable": True, "mass_update": editable,
        "unique": {"case_sensitive": str(each.case_sensitive).lower()} if each.unique else {},
        "pick_list_values": values,
        "pick_list_values_sorted_lexically": False, "global_picklist": None, "default_value": None,
        "lookup": target if each.lookup else {}, "currency": {}, "formula": {}, "auto_number": {},
        "crypt": None, "external": {"type": each.external, "show": True} if each.external else None,
        "private": None,
        "operation_type": {"web_create": editable, "web_update": editable, "api_create": editable,
        "api_update": editable},
        "view_type": {"view": True, "edit": editable, "create": editable, "quick_create": each.mandatory},
        "virtual_field": False, "display_type": -1, "ui_type": 1, "created_source": "default", "type": "used",
        "profiles": [], "layout_associations": [_layout(call, records, each)],
        "display_field": each.api_name == records.module.name_field, "tooltip": None, "history_tracking": None,
        "rollup_summary": {}, "association_details": None, "convert_mapping": {}, "sequence_number": 1,
        "webhook": True, "colour_code_enabled_by_system": False, "businesscard_supported": True,
        "multi_module_lookup": {}, "separator": False, "history_tracking_enabled": False, "enable_colour_code": False,
        "range": None, "public": False, "multiselectlookup": {},
        "email_parser": {"fields_update_supported": True, "record_operations_supported": True}, **text_kind,
        "created_time": None, "modified_time": None,
    }  # fmt: skip
