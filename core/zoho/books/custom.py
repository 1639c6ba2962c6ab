"""Making a custom field in Books for a CRM field that has no counterpart there (zoho-books-api §3.5; B44)."""

from typing import Any

from core.model.problems import Problem
from core.model.record import FieldMeta
from core.model.value import Kind
from core.model.whys import why
from core.zoho.books.entities import PREFIX, SETTINGS_CREATE, Entity
from core.zoho.books.metadata import Metadata
from core.zoho.books.outcomes import refused_by
from core.zoho.caller import Call, Caller
from core.zoho.codec import encoder

MADE: dict[Kind, tuple[str, Kind]] = {
    "text": ("string", "text"), "multiline": ("multiline", "multiline"), "email": ("email", "email"),
    "phone": ("phone", "phone"), "url": ("url", "url"), "decimal": ("decimal", "decimal"),
    "integer": ("number", "integer"), "boolean": ("check_box", "boolean"), "date": ("date", "date"),
    "datetime": ("string", "text"), "picklist": ("dropdown", "picklist"), "multiselect": ("multiline", "multiline"),
}  # fmt: skip
"""Kind of a CRM field → the ``data_type`` asked for, and the kind that is. Books' fields API takes neither instants nor
several choices: those stand in a text."""
LONGEST = 255
"""Characters of a ``string`` field."""


def wanted_length(like: FieldMeta) -> int | None:
    """Return the length of the field that is made, None where its type has none of its own."""
    made = MADE.get(like.kind)
    if made is None or made[0] != "string":
        return None
    return min(like.length or LONGEST, LONGEST)


async def make_custom(caller: Caller, metadata: Metadata, entity: Entity, like: FieldMeta) -> FieldMeta:
    """Make a custom field of the label and kind of ``like``, and return it as Books then describes it.

    One of that label that is there already is taken if its kind is right. Raises ``Problem``: ``field_not_creatable``,
    ``field_refused``.
    """
    if not entity.custom or like.kind not in MADE or (like.kind == "picklist" and not like.choices):
        phrase = why("no_custom_fields") if not entity.custom else why("no_such_kind", kind=like.kind)
        raise Problem("field_not_creatable", field=like.label, why=phrase)
    if (found := await _labelled(metadata, entity, like.label)) is None:
        body = encoder.encode(_wanted(entity, like))
        # A second field of one label is refused, so that sending it again does no harm.
        answer = await caller.call(
            Call(method="POST", path=f"{PREFIX}/settings/fields", body=body, scope=SETTINGS_CREATE)
        )
        found = await _labelled(metadata, entity, like.label)
        if found is None:
            refusal = refused_by(answer)
            told = refusal.message if refusal is not None else "-"
            raise Problem("field_refused", field=like.label, why=told[:200])
    if found.kind != MADE[like.kind][1] or found.read_only:
        raise Problem("field_refused", field=like.label, why=why("label_taken", kind=found.kind))
    return found


async def _labelled(metadata: Metadata, entity: Entity, label: str) -> FieldMeta | None:
    known = await metadata.load(entity, fresh=True)
    wanted = label.casefold()
    return next((each.meta for each in known.custom.values() if each.meta.label.casefold() == wanted), None)


def _wanted(entity: Entity, like: FieldMeta) -> dict[str, Any]:
    data_type, _ = MADE[like.kind]
    wanted: dict[str, Any] = {
        "label": like.label, "data_type": data_type, "entity": entity.custom, "show_on_pdf": False,
        "is_mandatory": False,
    }  # fmt: skip
    if data_type == "dropdown":
        wanted["values"] = [
            {"name": name, "order": place, "is_active": True} for place, name in enumerate(like.choices, 1)
        ]
    if (length := wanted_length(like)) is not None:
        wanted["value_length"] = length
    return wanted
