"""What CRM says of a module's fields and views, and the custom field that holds the Books id (zoho-crm-api §4)."""

from collections.abc import Iterable
from typing import Any

from msgspec import Struct

from core.model.problems import Problem
from core.model.record import FieldMeta, View
from core.model.setup import KeyStrength
from core.model.value import Kind
from core.zoho.caller import Answer, Call, Caller
from core.zoho.codec import encoder
from core.zoho.crm.entities import KEY_LABEL, PREFIX, Entity
from core.zoho.refusals import reason_of

FIELDS_READ, FIELDS_CREATE = "ZohoCRM.settings.fields.READ", "ZohoCRM.settings.fields.CREATE"
VIEWS_READ = "ZohoCRM.settings.custom_views.READ"
KEY_LENGTH = 50
STANDARD = "Standard__s"
"""api_name of a module's default layout (§4.3)."""
KINDS: dict[str, Kind] = {
    "textarea": "multiline", "email": "email", "phone": "phone", "website": "url", "integer": "integer",
    "bigint": "integer", "long": "integer", "double": "decimal", "decimal": "decimal", "currency": "decimal",
    "percent": "decimal", "boolean": "boolean", "date": "date", "datetime": "datetime", "picklist": "picklist",
    "multiselectpicklist": "multiselect", "lookup": "lookup", "ownerlookup": "lookup", "userlookup": "lookup",
}  # fmt: skip
"""``data_type`` → kind; everything else is text."""


class Module(Struct, frozen=True):
    """A module's fields by api_name, and its key field (``""``: it has none)."""

    fields: dict[str, FieldMeta]
    key: str = ""

    @property
    def strength(self) -> KeyStrength:
        """Return how far the key field guards against a second create."""
        return "none" if not self.key else "unique" if self.fields[self.key].unique else "plain"

    def missing(self, names: Iterable[str]) -> list[str]:
        """Return those names that the module does not have."""
        return [name for name in names if name != "id" and name not in self.fields]


class Metadata:
    """Reads once and remembers; ``load(fresh=True)`` reads again."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller
        self._modules: dict[str, Module] = {}

    def known(self, entity: str) -> Module | None:
        """Return what was read of a module, without asking."""
        return self._modules.get(entity)

    async def load(self, entity: Entity, *, fresh: bool = False) -> Module:
        """Return a module's fields. Raises ``Problem('module_unavailable')``."""
        if fresh or entity.name not in self._modules:
            call = Call(
                method="GET", path=f"{PREFIX}/settings/fields", params={"module": entity.name}, scope=FIELDS_READ
            )
            answer = await self._caller.call(call)
            check(answer, entity.name)
            fields = {each.name: each for each in map(_field, rows(answer, "fields")) if each.name}
            key = next((each.name for each in fields.values() if each.custom and each.label == KEY_LABEL), "")
            self._modules[entity.name] = Module(fields, key)
        return self._modules[entity.name]

    async def mapped(self, entity: Entity, names: Iterable[str], *, fresh: bool = False) -> Module:
        """Return a module that has all these fields. Raises ``Problem('field_missing')`` (F20)."""
        module = await self.load(entity, fresh=fresh)
        for name in module.missing(names):
            raise Problem("field_missing", side="CRM", field=name)
        return module

    async def make_key(self, entity: Entity) -> Module:
        """Return the module with its key field: made as unique, or else plain, or else not there."""
        module = await self.load(entity, fresh=True)
        for unique in (True, False):
            if module.key or not await self._make_field(entity, unique=unique):
                continue
            # The answer tells no api_name: it is read (§4.2).
            module = await self.load(entity, fresh=True)
        return module

    async def views(self, entity: Entity) -> list[View]:
        """Return the views of a module, the predefined ones first as CRM gives them."""
        found: list[View] = []
        page = 1
        while True:
            params = {"module": entity.name, "page": str(page), "per_page": "200"}
            answer = await self._caller.call(
                Call(method="GET", path=f"{PREFIX}/settings/custom_views", params=params, scope=VIEWS_READ)
            )
            check(answer, entity.name)
            found += [
                View(str(each.get("id", "")), str(each.get("display_value") or each.get("name") or ""),
                     bool(each.get("system_defined")), bool(each.get("default")))
                for each in rows(answer, "custom_views")
            ]  # fmt: skip
            if not (isinstance(answer.data, dict) and (answer.data.get("info") or {}).get("more_records")):
                return found
            page += 1

    async def _make_field(self, entity: Entity, *, unique: bool) -> bool:
        wanted: dict[str, Any] = {"field_label": KEY_LABEL, "data_type": "text", "length": KEY_LENGTH}
        if unique:
            wanted["unique"] = {"case_sensitive": False}
        # A second field of this label is refused, so that sending it again does no harm.
        answer = await self._caller.call(
            Call(method="POST", path=f"{PREFIX}/settings/fields", params={"module": entity.name},
                 body=encoder.encode({"fields": [wanted]}), scope=FIELDS_CREATE)
        )  # fmt: skip
        results = rows(answer, "fields")
        return bool(results) and (results[0].get("status") == "success" or results[0].get("code") == "DUPLICATE_DATA")


def rows(answer: Answer, key: str) -> list[dict[str, Any]]:
    """Return the objects under a key of an answer; none for an empty one."""
    found = answer.data.get(key) if isinstance(answer.data, dict) else None
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def check(answer: Answer, module: str) -> None:
    """Raise the problem of a request that was refused as a whole (F1, F2, F3)."""
    if answer.refused:
        code, message = answer.code()
        reason = reason_of("crm", code, f"|{message}")
        if reason in ("F1", "F2", "F3"):
            raise Problem("module_unavailable", side="CRM", module=module, reason=reason)
        raise Problem("server_trouble", side="CRM", why=f"{code} {message}"[:200])


def _field(given: dict[str, Any]) -> FieldMeta:
    name, data_type = str(given.get("api_name") or ""), str(given.get("data_type") or "text")
    length, picks = given.get("length"), given.get("pick_list_values")
    may = given.get("operation_type")
    frozen = isinstance(may, dict) and may.get("api_update") is False
    choices = [str(each.get("display_value")) for each in picks or () if isinstance(each, dict)]
    return FieldMeta(
        name=name,
        label=str(given.get("display_label") or given.get("field_label") or name),
        kind="currency_code" if name == "Currency" else KINDS.get(data_type, "text"),
        length=length if isinstance(length, int) and length > 0 else None,
        required=bool(given.get("system_mandatory")),
        read_only=bool(given.get("read_only") or given.get("field_read_only") or frozen),
        custom=bool(given.get("custom_field")),
        unique=bool(given.get("unique")),
        choices=tuple(each for each in choices if each != "-None-"),
        standard=_standard(given.get("layout_associations")),
    )


def _standard(layouts: Any) -> bool:
    """Return whether the layouts that a field is on have the Standard one among them (§4.2, §4.3); True where the
    answer does not say, and for a field that was taken off its only layout: its values are there all the same.
    """
    told = [each for each in layouts if isinstance(each, dict)] if isinstance(layouts, list) else []
    return not told or any(each.get("api_name") == STANDARD or each.get("name") == "Standard" for each in told)
