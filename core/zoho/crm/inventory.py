"""CRM's Quotes, Sales_Orders, Purchase_Orders and Invoices: reading, making, changing (zoho-crm-inventory-modules).

``remove`` is the one call of the house that deletes: what the mirror put into CRM, when it is switched off (B103).
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from core.model.documents import DocumentKind
from core.model.mirror import CrmPaper
from core.model.problems import Problem
from core.model.record import Gone, Refused, Unknown
from core.model.value import Kind as FieldKind
from core.zoho import codec
from core.zoho.caller import Answer, Call, Caller, Uncertain
from core.zoho.crm.entities import KEY_LABEL, PREFIX, Entity
from core.zoho.crm.guard import Guard
from core.zoho.crm.inventory_rows import EXTRA, MODULES, Module, Shape, body_of, paper_of
from core.zoho.crm.metadata import FIELDS_CREATE, Metadata, check, rows
from core.zoho.crm.records import COQL, QUERY_COST, CrmRecords
from core.zoho.refusals import crm_refusal

PRODUCTS = Entity(name="Products", kind="item", name_field="Product_Name")
MOST = 100
LABEL, FIELDS_PER_CALL = 25, 5
"""Characters of a field's label, and new fields in one call (zoho-crm-api §4.2)."""
LISTED = ("Subject", "Grand_Total", "Modified_Time", "Created_Time", "Owner")
PER_PAGE = 200
Outcome = tuple[str, str] | Refused | Unknown
"""(id, version) of what was written, or why it was not."""


class CrmInventory:
    """Inventory documents of one organisation (``core.documents.mirror.ports.PaperDesk``)."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller
        self._metadata = Metadata(caller)
        self._records = CrmRecords(caller, self._metadata, Guard())
        self._shapes: dict[DocumentKind, Shape] = {}
        self._customs: dict[DocumentKind, dict[str, FieldKind]] = {}
        self._known_customs: dict[DocumentKind, dict[str, FieldKind]] = {}

    @property
    def calls(self) -> int:
        """Return the API requests sent."""
        return self._caller.budget.calls

    async def prepare(self, kind: DocumentKind, customs: Mapping[str, FieldKind]) -> tuple[str, ...]:
        """Make our fields where they are missing, and return the values of the module's status.

        ``customs`` are those of Books' documents (label → kind): what CRM lacks of them is made too (B65). A label that
        is longer than CRM takes is left out.

        Raises ``Problem``: ``module_unavailable`` where the edition or profile has no such module (§1),
        ``field_missing`` where the key field cannot be made.
        """
        module = MODULES[kind]
        self._customs[kind] = {label: each for label, each in customs.items() if len(label) <= LABEL}
        shape = await self._shape(module, fresh=self._known_customs.get(kind) != self._customs[kind])
        self._known_customs[kind] = self._customs[kind]
        lacking = self._customs[kind].keys() - shape.custom.keys()
        if shape.key and len(shape.extra) == len(EXTRA) and not lacking:
            return shape.statuses
        if not shape.key:
            await self._metadata.make_key(module.entity)
        wanted = [_field(label, "url" if name == "link" else "text") for name, label in EXTRA.items()
                  if name not in shape.extra]  # fmt: skip
        wanted += [_field(label, self._customs[kind][label]) for label in sorted(lacking)]
        for at in range(0, len(wanted), FIELDS_PER_CALL):
            await self._make_fields(module, wanted[at : at + FIELDS_PER_CALL])
        shape = await self._shape(module, fresh=True)
        if not shape.key:
            raise Problem("field_missing", side="CRM", field=KEY_LABEL)
        return shape.statuses

    def unique(self, kind: DocumentKind) -> bool:
        """Return whether CRM refuses a second document with our key, as ``prepare`` learned."""
        return kind in self._shapes and self._shapes[kind].unique

    async def about(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the names of the taxes, as Products tells them (§3.4), and the currencies; none for one only."""
        products = await self._metadata.load(PRODUCTS)
        tax, currency = products.fields.get("Tax"), products.fields.get("Currency")
        return (tax.choices if tax else ()), (currency.choices if currency else ())

    async def placeholder(self, name: str) -> str:
        """Return the product of that name, made where there is none: it stands for lines without a product."""
        found = await self._query("id", "Products", f"Product_Name = '{name}'")
        if found:
            return str(found[0]["id"])
        body = codec.encoder.encode({"data": [{"Product_Name": name}], "trigger": []})
        answer = await self._send("POST", "/Products", body, PRODUCTS.scope("CREATE"))
        result = _result(answer)
        if isinstance(result, tuple):
            return result[0]
        raise Problem("document_refused", number=name, why=result.message)

    async def changes(self, kind: DocumentKind, since: str | None) -> AsyncIterator[list[CrmPaper]]:
        """Yield documents modified at or after ``since``, without rows; converted and unapproved ones too (§4)."""
        module, shape = MODULES[kind], await self._shape(MODULES[kind])
        fields = [*LISTED, shape.key, module.party, module.status]
        params = {"fields": ",".join(fields), "per_page": str(PER_PAGE), "converted": "both", "approved": "both"}
        headers = {"If-Modified-Since": codec.crm_instant(codec.earlier(since, 1))} if since else {}
        token = ""
        while True:
            asked = {**params, "page_token": token} if token else params
            answer = await self._caller.call(
                Call(method="GET", path=f"{PREFIX}/{module.name}", params=asked, headers=headers,
                     scope=module.entity.scope("READ"))
            )  # fmt: skip
            check(answer, module.name)
            found = [paper_of(module, shape, each) for each in rows(answer, "data")]
            if found:
                yield found
            info = answer.data.get("info") if isinstance(answer.data, dict) else None
            token = str((info or {}).get("next_page_token") or "") if (info or {}).get("more_records") else ""
            if not token:
                return

    def gone(self, kind: DocumentKind, since: str | None) -> AsyncIterator[list[Gone]]:
        """Yield deleted documents, newest first."""
        return self._records.gone(MODULES[kind].entity, since)

    async def read(self, kind: DocumentKind, record_id: str) -> CrmPaper | None:
        """Return one document with its rows, which only a single read has (§4); None when it is gone."""
        module, shape = MODULES[kind], await self._shape(MODULES[kind])
        answer = await self._caller.call(
            Call(method="GET", path=f"{PREFIX}/{module.name}/{record_id}", scope=module.entity.scope("READ"))
        )
        if answer.refused and answer.status in (400, 404):
            return None
        check(answer, module.name)
        found = rows(answer, "data")
        return paper_of(module, shape, found[0]) if found else None

    async def find(self, kind: DocumentKind, books_id: str) -> list[str]:
        """Return the ids of the documents that mirror a Books document, by query: search lags (zoho-crm-api §5.3)."""
        shape = await self._shape(MODULES[kind])
        return [str(each["id"]) for each in await self._query("id", MODULES[kind].name, f"{shape.key} = '{books_id}'")]

    async def totals(self, kind: DocumentKind, ids: Sequence[str]) -> dict[str, str]:
        """Return the Grand_Total of documents by id, as CRM computed it."""
        found = await self._records.read(MODULES[kind].entity, ("Grand_Total",), ids)
        return {each.id: str(codec.decode_number(each.fields.get("Grand_Total")) or "0") for each in found}

    async def now(self) -> str:
        """Return CRM's own time."""
        params = {"fields": "Subject", "per_page": "1"}
        answer = await self._caller.call(
            Call(method="GET", path=f"{PREFIX}/Quotes", params=params, scope="ZohoCRM.modules.Quotes.READ")
        )
        return answer.reply.date()

    async def insert(self, kind: DocumentKind, papers: Sequence[CrmPaper]) -> list[Outcome]:
        """Make documents, up to a hundred, and return an outcome for each. Not sent twice: rows would double (§3.3)."""
        module, shape = MODULES[kind], await self._shape(MODULES[kind])
        data = [body_of(module, shape, each, None) for each in papers]
        body = codec.encoder.encode({"data": data, "trigger": []})
        cost = -(-len(data) // 10)
        answer = await self._send("POST", f"/{module.name}", body, module.entity.scope("CREATE"), cost)
        if isinstance(answer, Unknown):
            return [answer] * len(papers)
        results = rows(answer, "data")
        if len(results) != len(papers):
            check(answer, module.name)
            return [Unknown(ref="", message="the answer has other records")] * len(papers)
        return [_one(each) for each in results]

    async def update(self, kind: DocumentKind, paper: CrmPaper, old: CrmPaper) -> Outcome | None:
        """Make ``old``, read whole just now, into ``paper``; None when it is that already."""
        module, shape = MODULES[kind], await self._shape(MODULES[kind])
        body = body_of(module, shape, paper, old)
        if not body:
            return None
        sent = codec.encoder.encode({"data": [{"id": old.id, **body}], "trigger": []})
        return _result(await self._send("PUT", f"/{module.name}", sent, module.entity.scope("UPDATE")))

    async def remove(self, kind: DocumentKind, ids: Sequence[str]) -> list[str]:
        """Delete mirrored documents and return the ids that are gone; they stay in CRM's bin for its time."""
        module = MODULES[kind]
        answer = await self._caller.call(
            Call(method="DELETE", path=f"{PREFIX}/{module.name}", params={"ids": ",".join(ids[:MOST])}, write=True,
                 scope=module.entity.scope("DELETE"))
        )  # fmt: skip
        done = [each for each in rows(answer, "data") if each.get("code") == "SUCCESS"]
        return [str((each.get("details") or {}).get("id")) for each in done]

    async def _send(self, method: str, path: str, body: bytes, scope: str, cost: int = 1) -> Answer | Unknown:
        call = Call(method=method, path=PREFIX + path, body=body, again=False, write=True, scope=scope, cost=cost)
        try:
            return await self._caller.call(call)
        except Uncertain as wrong:
            return Unknown(ref="", message=str(wrong))

    async def _query(self, names: str, module: str, where: str) -> list[dict[str, Any]]:
        query = " ".join(("select", names, "from", module, "where", where, "limit", "10"))
        body = codec.encoder.encode({"select_query": query})
        answer = await self._caller.call(
            Call(method="POST", path=f"{PREFIX}/coql", body=body, cost=QUERY_COST, sub=True, scope=COQL)
        )
        check(answer, module)
        return rows(answer, "data")

    async def _shape(self, module: Module, *, fresh: bool = False) -> Shape:
        if fresh or module.kind not in self._shapes:
            known = await self._metadata.load(module.entity, fresh=fresh)
            labels = {each.label: each.name for each in known.fields.values() if each.custom}
            status = known.fields.get(module.status)
            self._shapes[module.kind] = Shape(
                fields={each.name: each.length for each in known.fields.values()},
                statuses=status.choices if status is not None else (), key=known.key,
                unique=known.strength == "unique",
                extra={name: labels[label] for name, label in EXTRA.items() if label in labels},
                custom={
                    label: (labels[label], known.fields[labels[label]].kind)
                    for label in self._customs.get(module.kind, ())
                    if label in labels
                },
            )  # fmt: skip
        return self._shapes[module.kind]

    async def _make_fields(self, module: Module, wanted: Sequence[dict[str, Any]]) -> None:
        """Up to five at once (zoho-crm-api §4.2). A second field of a label is refused: sending again does no harm."""
        call = Call(method="POST", path=f"{PREFIX}/settings/fields", params={"module": module.name},
                    body=codec.encoder.encode({"fields": list(wanted)}), scope=FIELDS_CREATE)  # fmt: skip
        await self._caller.call(call)


def _field(label: str, kind: FieldKind) -> dict[str, Any]:
    """Return the definition of a custom field. Pick-lists become texts: Books' values need not be CRM's."""
    types: dict[FieldKind, dict[str, Any]] = {
        "url": {"data_type": "website", "length": 450}, "integer": {"data_type": "bigint", "length": 18},
        "decimal": {"data_type": "double", "length": 16}, "boolean": {"data_type": "boolean"},
        "date": {"data_type": "date"}, "multiline": {"data_type": "textarea", "textarea": {"type": "small"}},
    }  # fmt: skip
    return {"field_label": label, **types.get(kind, {"data_type": "text", "length": 255})}


def _result(answer: Answer | Unknown) -> Outcome:
    if isinstance(answer, Unknown):
        return answer
    results = rows(answer, "data")
    return _one(results[0] if results else {"code": "", "message": "the answer holds no record"})


def _one(result: dict[str, Any]) -> Outcome:
    details = result.get("details")
    if result.get("code") == "SUCCESS" and isinstance(details, dict):
        return str(details.get("id") or ""), codec.instant_or_empty(details.get("Modified_Time"))
    refusal = crm_refusal(result)
    return Refused(ref="", reason=refusal.reason, message=refusal.message, raw=refusal.raw, code=refusal.code,
                   field=refusal.field)  # fmt: skip
