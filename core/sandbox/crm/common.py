"""What several CRM endpoints need: finding the module, paging by number, the parameters they share."""

from __future__ import annotations

import re
from typing import Any

import orjson

from core.sandbox.clock import parse_time
from core.sandbox.crm.errors import CrmRefusal
from core.sandbox.crm.inventory import DOCUMENTS
from core.sandbox.crm.state import Records
from core.sandbox.http import Call

PER_PAGE = 200
ID = re.compile(r"^[0-9]{1,19}$")
SMALL = ("free", "standard")
VERSIONS = re.compile(r"^v[2-8](\.[01])?$")


def check_version(call: Call) -> None:
    """v2 to v8 answer; anything else is not there."""
    if not VERSIONS.match(call.params["version"]):
        raise CrmRefusal(404, "INVALID_URL_PATTERN")


def module_of(call: Call, name: str | None = None) -> Records:
    """The records of the path's (or a named) module."""
    check_version(call)
    found = call.world.crm.records.get(call.params.get("module", "") if name is None else name)
    if found is None or not offered(call, found):
        raise CrmRefusal(400, "INVALID_MODULE", resource_path_index=0)
    _fit(call, found)
    return found


def _fit(call: Call, records: Records) -> None:
    """Let invoices have a deal, or not, as the switch says (zoho-crm-inventory-modules §2)."""
    if records.module.api_name != "Invoices":
        return
    wanted, made = call.world.switches.on("crm.invoice_deal"), records.optional
    if wanted and made and "Deal_Name__s" not in records.fields:
        records.add_field(made)
    elif not wanted and "Deal_Name__s" in records.fields:
        records.optional = records.fields["Deal_Name__s"]
        records.drop_fields("Deal_Name__s")


def offered(call: Call, records: Records) -> bool:
    """Whether the edition has a module (zoho-crm-inventory-modules §1)."""
    edition, name = call.world.crm.edition, records.module.parent or records.module.api_name
    if name not in DOCUMENTS:
        return True
    if name == "Purchase_Orders" and call.world.switches.text("crm.purchase_orders_need") == "enterprise":
        return edition not in (*SMALL, "professional")
    return edition not in SMALL


def writable(records: Records) -> Records:
    """Refuse the modules of rows: their rows are written with the document (zoho-crm-inventory-modules §3.3)."""
    if records.module.kind == "subform":
        raise CrmRefusal(400, "NOT_SUPPORTED", "records of this module cannot be written", resource_path_index=0)
    return records


def module_param(call: Call) -> Records:
    """The records of the module named by the query's `module`."""
    if "module" not in call.query:
        raise CrmRefusal(400, "REQUIRED_PARAM_MISSING", param_name="module")
    return module_of(call, call.query["module"])


def number_param(call: Call, name: str, default: int, most: int) -> int:
    """A positive whole number of the query; INVALID_DATA otherwise."""
    text = call.query.get(name, str(default))
    if not text.isdecimal() or not 1 <= int(text) <= most:
        raise CrmRefusal(400, "INVALID_DATA", "invalid data", param_name=name, expected_data_type="integer")
    return int(text)


def since_header(call: Call) -> int | None:
    """`If-Modified-Since` as epoch seconds: ISO 8601 with an offset (zoho-crm-api §5.1)."""
    return time_header(call, "if-modified-since")


def time_header(call: Call, name: str) -> int | None:
    """An instant in a header; INVALID_DATA when it cannot be read."""
    text = call.headers.get(name)
    if text is None:
        return None
    try:
        return int(parse_time(text))
    except ValueError:
        raise CrmRefusal(400, "INVALID_DATA", "invalid data", expected_data_type="datetime", api_name=name) from None


def check_id(record_id: str, index: int) -> str:
    """A well-formed id, or 400 with its place in the path."""
    if not ID.match(record_id):
        raise CrmRefusal(400, "INVALID_DATA", "the id given seems to be invalid", resource_path_index=index)
    return record_id


def record_id(call: Call, records: Records) -> str:
    """The record of the path: its id, or with `X-EXTERNAL: Module.Field` the value of an external field."""
    named = call.headers.get("x-external")
    if named is None:
        return check_id(call.params["id"], 1)
    held = holders_of(records, named, call.params["id"])
    return held[0] if held else "0"


def holders_of(records: Records, named: str, value: str) -> list[str]:
    """Ids of the records with a value in the external field that a header names; INVALID_DATA for another field."""
    module, _, api_name = named.partition(".")
    field = records.fields.get(api_name)
    if module != records.module.api_name or field is None or not field.external:
        raise CrmRefusal(400, "INVALID_DATA", "the external field is not valid", header="X-EXTERNAL")
    return records.holders(api_name, value)


def json_body(call: Call) -> Any:
    """The body as JSON."""
    try:
        return orjson.loads(call.content)
    except orjson.JSONDecodeError:
        raise CrmRefusal(400, "INVALID_DATA", "invalid data", expected_data_type="jsonobject") from None


def rows_of(call: Call, key: str, most: int) -> list[dict[str, Any]]:
    """The list under a key of the body; every element an object, at most so many."""
    body = json_body(call)
    rows = body.get(key) if isinstance(body, dict) else None
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        raise CrmRefusal(400, "MANDATORY_NOT_FOUND", api_name=key, json_path=f"$.{key}")
    if len(rows) > most:
        code = call.world.switches.text("crm.too_many_code")
        raise CrmRefusal(400, code, "invalid data", api_name=key, json_path=f"$.{key}", maximum_length=most)
    return rows
