"""Custom fields, currencies, and the custom field that holds the CRM id (zoho-books-api §3.2, §3.5)."""

from collections.abc import Iterable
from typing import Any

from msgspec import Struct

from core.model.problems import Problem
from core.model.record import FieldMeta
from core.model.setup import KeyStrength
from core.model.value import Kind
from core.zoho.books.entities import KEY_LABEL, PREFIX, SETTINGS_CREATE, SETTINGS_READ, Entity
from core.zoho.caller import Answer, Call, Caller
from core.zoho.codec import encoder
from core.zoho.refusals import books_refusal

KINDS: dict[str, Kind] = {
    "number": "integer", "autonumber": "text", "decimal": "decimal", "amount": "decimal", "percent": "decimal",
    "date": "date", "date_time": "datetime", "dropdown": "picklist", "multiselect": "multiselect",
    "check_box": "boolean", "multiline": "multiline", "email": "email", "url": "url", "phone": "phone",
    "lookup": "lookup",
}  # fmt: skip
FIXED = ("formula", "autonumber", "image", "attachment", "lookup")
"""Types that are not written."""


class Custom(Struct, frozen=True):
    """One custom field: its description, and the id that writes name it by."""

    field_id: str
    meta: FieldMeta


class Known(Struct, frozen=True):
    """What an entity's metadata says. ``key`` is the api_name of the key field, ``""`` when there is none."""

    custom: dict[str, Custom]
    key: str = ""
    fields: dict[str, FieldMeta] = {}
    """The built-in ones."""

    @property
    def strength(self) -> KeyStrength:
        """Return how far the key field guards against a second create."""
        return "none" if not self.key else "unique" if self.custom[self.key].meta.unique else "plain"

    def field(self, path: str) -> FieldMeta | None:
        """Return the description of a path, built-in or custom."""
        known = self.custom.get(path)
        return known.meta if known is not None else self.fields.get(path)


class Metadata:
    """Reads once and remembers; ``load(fresh=True)`` reads again."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller
        self._known: dict[str, Known] = {}
        self._ids: dict[str, dict[str, str]] = {}

    def known(self, entity: Entity) -> Known | None:
        """Return what was read, without asking."""
        return self._known.get(entity.custom)

    async def load(self, entity: Entity, *, fresh: bool = False) -> Known:
        """Return an entity's custom fields."""
        if fresh or entity.custom not in self._known:
            custom: dict[str, Custom] = {}
            page, more = 1, bool(entity.custom)
            while more:
                params = {"entity": entity.custom, "page": str(page), "per_page": "200"}
                answer = await self._ask("/settings/fields", params)
                for each in rows(answer, "fields"):
                    name = str(each.get("api_name") or each.get("placeholder") or "")
                    if name.startswith("cf_") and each.get("is_active") is not False:
                        number = str(each.get("field_id") or each.get("customfield_id") or "")
                        custom[name] = Custom(number, _meta(name, each))
                page, more = page + 1, has_more(answer)
            key = next((name for name, each in custom.items() if each.meta.label == KEY_LABEL), "")
            self._known[entity.custom] = Known(custom, key, entity.fields)
        return self._known[entity.custom]

    async def mapped(self, entity: Entity, paths: Iterable[str], *, fresh: bool = False) -> Known:
        """Return the metadata of an entity that has all these paths. Raises ``Problem('field_missing')`` (F20)."""
        known = await self.load(entity, fresh=fresh)
        for path in paths:
            if known.field(path) is None:
                raise Problem("field_missing", side="Books", field=path)
        return known

    async def make_key(self, entity: Entity) -> Known:
        """Return the metadata with a key field: asked for as unique, under every name that the flag may have.

        Whether the API makes it unique is UNCONFIRMED (§3.5); what came of it is read back.
        """
        wanted = {
            "label": KEY_LABEL, "data_type": "string", "entity": entity.custom, "show_on_pdf": False,
            "is_unique": True, "is_unique_field": True, "is_duplicate_allowed": False,
        }  # fmt: skip
        # A second field of this label is refused, so that sending it again does no harm.
        call = Call(method="POST", path=f"{PREFIX}/settings/fields", body=encoder.encode(wanted), scope=SETTINGS_CREATE)
        await self._caller.call(call)
        return await self.load(entity, fresh=True)

    async def currencies(self, codes: Iterable[str]) -> dict[str, str]:
        """Return the known currencies, code → id; read anew when one of ``codes`` is not among them."""
        return await self._named("currencies", "currency_code", "currency_id", codes)

    async def taxes(self, names: Iterable[str]) -> dict[str, str]:
        """Return the known taxes, name → id; read anew when one of ``names`` is not among them (§3.3)."""
        return await self._named("taxes", "tax_name", "tax_id", names)

    async def _named(self, what: str, name: str, number: str, wanted: Iterable[str]) -> dict[str, str]:
        if not self._ids.get(what, {}).keys() >= set(wanted):
            answer = await self._ask(f"/settings/{what}", {"per_page": "200"})
            self._ids[what] = {str(each.get(name)): str(each.get(number)) for each in rows(answer, what)}
        return self._ids.get(what, {})

    async def _ask(self, path: str, params: dict[str, str]) -> Answer:
        answer = await self._caller.call(Call(method="GET", path=PREFIX + path, params=params, scope=SETTINGS_READ))
        check(answer, "settings")
        return answer


def rows(answer: Answer, key: str) -> list[dict[str, Any]]:
    """Return the objects under a key of an answer."""
    found = answer.data.get(key) if isinstance(answer.data, dict) else None
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def has_more(answer: Answer) -> bool:
    """Return whether a list goes on."""
    context = answer.data.get("page_context") if isinstance(answer.data, dict) else None
    return isinstance(context, dict) and context.get("has_more_page") is True


def check(answer: Answer, module: str) -> None:
    """Raise the problem of a read that was refused."""
    if answer.refused or (isinstance(answer.data, dict) and answer.data.get("code") not in (0, None)):
        refusal = books_refusal(answer.data, answer.reply.content)
        if refusal.reason == "F2":
            raise Problem("module_unavailable", side="Books", module=module, reason="F2")
        raise Problem("server_trouble", side="Books", why=f"{refusal.code} {refusal.message}"[:200])


def _unique(given: dict[str, Any]) -> bool:
    if "is_duplicate_allowed" in given:
        return given["is_duplicate_allowed"] is False
    return given.get("is_unique") is True or given.get("is_unique_field") is True


def _meta(name: str, given: dict[str, Any]) -> FieldMeta:
    data_type, length, values = str(given.get("data_type") or ""), given.get("value_length"), given.get("values")
    return FieldMeta(
        name=name,
        label=str(given.get("label") or given.get("label_name") or name),
        kind=KINDS.get(data_type, "text"),
        length=length if isinstance(length, int) and length > 0 else None,
        required=given.get("is_mandatory") is True,
        read_only=data_type in FIXED,
        custom=True,
        unique=_unique(given),
        choices=tuple(str(each.get("name")) for each in values or () if isinstance(each, dict)),
    )
