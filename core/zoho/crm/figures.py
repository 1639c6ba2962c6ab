"""The custom fields that hold figures on CRM records: finding, making, reading, writing them (zoho-crm-api §4.2, §5).

A ``currency`` field holds amounts in the record's own currency where CRM keeps several: there, and where CRM's currency
is not that of Books, the figures are plain numbers (``double``), and the label tells their currency in either case.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from core.figures.ports import Put
from core.model.figures import FIGURES, Figure, FigureField, label
from core.model.problems import Problem
from core.model.record import FieldMeta
from core.model.whys import why
from core.zoho import codec
from core.zoho.books.money import amount
from core.zoho.caller import Answer, Call, Caller, Uncertain
from core.zoho.crm.entities import PREFIX, entity_of
from core.zoho.crm.guard import Guard
from core.zoho.crm.metadata import FIELDS_CREATE, Metadata, rows
from core.zoho.crm.records import CrmRecords
from core.zoho.refusals import crm_refusal

LENGTHS = {"currency": 16, "double": 16}
LARGE = 10
"""Beyond so many records a write counts against sub-concurrency (§8)."""
NO_ROOM = frozenset({"LIMIT_EXCEEDED"})
DENIED = frozenset({"NO_PERMISSION", "PERMISSION_DENIED", "OAUTH_SCOPE_MISMATCH"})


class CrmFigures:
    """Figures of one organisation's records (``core.figures.ports.FigureDesk``)."""

    def __init__(self, caller: Caller, currency: str) -> None:
        self._caller, self._currency = caller, currency
        self._metadata = Metadata(caller)
        self._records = CrmRecords(caller, self._metadata, Guard())

    @property
    def calls(self) -> int:
        """Return the API requests sent; those of the same organisation's records are among them."""
        return self._caller.budget.calls

    async def fields(self, entity: str, currency: str) -> list[FigureField]:
        """Return a module's fields for figures, read anew; ``field`` is empty for one that is to be made."""
        known = await self._metadata.load(entity_of(entity), fresh=True)
        by_label = {each.label.casefold(): each for each in known.fields.values() if each.custom}
        kind = "double" if "Currency" in known.fields or currency != self._currency else "currency"
        return [self._field(entity, figure, currency, kind, by_label) for figure in FIGURES]

    def _field(
        self, entity: str, figure: Figure, currency: str, kind: str, by_label: Mapping[str, FieldMeta]
    ) -> FigureField:
        words = label(figure, currency)
        found = by_label.get(words.casefold())
        if found is not None and found.kind != "decimal":
            raise Problem("figure_field_unfit", field=words, module=entity, why=why("figure_kind", kind=found.kind))
        if found is not None and found.read_only:
            raise Problem("figure_field_unfit", field=words, module=entity, why=why("figure_read_only"))
        return FigureField(
            entity=entity, figure=figure, label=words, kind=kind, field=found.name if found is not None else ""
        )

    async def make(self, wanted: Sequence[FigureField]) -> None:
        """Make fields of one module, in one call. A second field of a label is refused: sending again does no harm."""
        body = {"fields": [
            {"field_label": each.label, "data_type": each.kind, "length": LENGTHS[each.kind]} for each in wanted
        ]}  # fmt: skip
        answer = await self._caller.call(
            Call(method="POST", path=f"{PREFIX}/settings/fields", params={"module": wanted[0].entity},
                 body=codec.encoder.encode(body), scope=FIELDS_CREATE)
        )  # fmt: skip
        results = rows(answer, "fields")
        if len(results) != len(wanted):
            raise _not_made(wanted[0], *answer.code())
        for each, result in zip(wanted, results, strict=True):
            if result.get("status") != "success" and result.get("code") != "DUPLICATE_DATA":
                raise _not_made(each, str(result.get("code") or ""), str(result.get("message") or ""))

    async def read(self, entity: str, fields: Sequence[str], ids: Sequence[str]) -> dict[str, dict[str, Decimal]]:
        """Return what stands in the fields, by record."""
        found = await self._records.read(entity_of(entity), fields, ids)
        return {each.id: {field: amount(each.fields.get(field)) for field in fields} for each in found}

    async def write(self, entity: str, rows_: Mapping[str, Mapping[str, Decimal]]) -> list[Put]:
        """Write up to a hundred records. Sent twice it does no more than once."""
        data = [{"id": record_id, **fields} for record_id, fields in rows_.items()]
        call = Call(
            method="PUT", path=f"{PREFIX}/{entity}", body=codec.encoder.encode({"data": data, "trigger": []}),
            write=True, cost=-(-len(data) // LARGE), sub=len(data) > LARGE, scope=entity_of(entity).scope("UPDATE"),
        )  # fmt: skip
        try:
            answer = await self._caller.call(call)
        except Uncertain as wrong:
            return [Put(each, reason="F41", message=str(wrong)) for each in rows_]
        return _outcomes(answer, list(rows_))


def _outcomes(answer: Answer, ids: Sequence[str]) -> list[Put]:
    results = rows(answer, "data")
    if len(results) == len(ids):
        return [_put(each, result) for each, result in zip(ids, results, strict=True)]
    if answer.refused:
        return [_put(each, answer.data) for each in ids]
    return [Put(each, reason="F41", message="the answer does not name every record") for each in ids]


def _put(record_id: str, result: Any) -> Put:
    if isinstance(result, dict) and result.get("status") == "success":
        return Put(record_id)
    refusal = crm_refusal(result)
    return Put(record_id, reason=refusal.reason, message=refusal.message, raw=refusal.raw, code=refusal.code)


def _not_made(field: FigureField, code: str, message: str) -> Problem:
    words = f"{code} {message}".strip()[:200]
    name = "figure_limit" if code in NO_ROOM else "figure_denied" if code in DENIED else ""
    told = why(name, words=words) if name else words or why("figure_none")
    return Problem("figure_field_refused", field=field.label, module=field.entity, why=told)
