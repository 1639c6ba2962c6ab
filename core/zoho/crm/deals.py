"""Deals: stages with their probabilities, changes, an account's deals, the stages gone through (zoho-crm-api §4.5–4.6,
§5.10, §5.11, §6.3).
"""

from collections.abc import AsyncIterator, Sequence
from typing import Any

from core.model.documents import Deal, DealProduct, DealStage, StageSeen
from core.model.drafts import Party
from core.model.record import Gone, Record
from core.model.value import Fields, Value
from core.zoho import codec
from core.zoho.caller import Answer, Call, Caller
from core.zoho.crm.entities import PREFIX, Entity
from core.zoho.crm.guard import Guard
from core.zoho.crm.metadata import FIELDS_READ, Metadata, check, rows
from core.zoho.crm.records import COQL, QUERY_COST, CrmRecords

DEALS = Entity(name="Deals", kind="other", name_field="Deal_Name")
FIELDS = (
    "Deal_Name", "Stage", "Probability", "Amount", "Description", "Account_Name", "Contact_Name", "Closing_Date",
    "Currency",
)  # fmt: skip
"""Asked for where the organisation has them: ``Currency`` is there with several currencies only."""
LISTS_READ = "ZohoCRM.settings.related_lists.READ"
HISTORY = ("Stage_History", "DealHistory")
"""What the related list of stages is called; some organisations have neither (§5.11)."""
STEP = ("Stage", "Probability", "Amount", "Modified_Time")
PERSON = "Full_Name, First_Name, Last_Name"
PER_PAGE = 200


class CrmDeals:
    """Deals of one organisation (``core.documents.ports.DealDesk``)."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller
        self._metadata = Metadata(caller)
        self._records = CrmRecords(caller, self._metadata, Guard())
        self._history: str | None = None

    @property
    def calls(self) -> int:
        """Return the API requests sent; those of the same organisation's records are among them."""
        return self._caller.budget.calls

    async def stages(self) -> list[DealStage]:
        """Return the stages in CRM's order. Pipelines do not tell probabilities, the field does (§4.5)."""
        call = Call(method="GET", path=f"{PREFIX}/settings/fields", params={"module": "Deals"}, scope=FIELDS_READ)
        answer = await self._caller.call(call)
        check(answer, "Deals")
        field = next((each for each in rows(answer, "fields") if each.get("api_name") == "Stage"), {})
        picks = [each for each in field.get("pick_list_values") or () if isinstance(each, dict)]
        found = [DealStage(str(each.get("display_value")), percent(each.get("probability"))) for each in picks]
        return [each for each in found if each.name != "-None-"]

    async def changes(self, since: str | None) -> AsyncIterator[list[Deal]]:
        """Yield batches of up to 200 deals."""
        async for found in self._records.changes(DEALS, await self._fields(), since):
            yield [deal_of(each) for each in found]

    def gone(self, since: str | None) -> AsyncIterator[list[Gone]]:
        """Yield deleted deals, newest first."""
        return self._records.gone(DEALS, since)

    async def read(self, ids: Sequence[str]) -> list[Deal]:
        """Return deals by id, 100 to a call."""
        return [deal_of(each) for each in await self._records.read(DEALS, await self._fields(), ids)]

    async def deals_of(self, entity: str, record_id: str) -> list[Deal]:
        """Return the deals of an account or contact, from its related list: that lags behind nothing (§5.3)."""
        names = ",".join((*await self._fields(), "Owner", "Modified_Time", "Created_Time"))
        return [_related_deal(each) async for each in self._related(entity, record_id, "Deals", names)]

    async def products(self, deal_id: str) -> list[DealProduct]:
        """Return a deal's products; the list tells no quantities."""
        names = "Product_Name,Unit_Price,Description"
        rows_of = [each async for each in self._related("Deals", deal_id, "Products", names)]
        return [
            DealProduct(
                id=str(each.get("id", "")), name=str(each.get("Product_Name") or ""), price=_amount(each),
                description=str(each.get("Description") or ""),
            )
            for each in rows_of
        ]  # fmt: skip

    async def parties(self, entity: str, text: str) -> list[Party]:
        """Return up to fifty records whose name holds ``text`` (B92), by query: search lags (§5.3).

        Accounts come with all their contacts. Contacts are searched by first and last name.
        """
        held = _quoted(text.strip())
        names = {"Accounts": "Account_Name", "Vendors": "Vendor_Name"}
        if entity == "Contacts":
            where, shown = f"(First_Name like '%{held}%' or Last_Name like '%{held}%')", PERSON
        else:
            shown = names[entity]
            where = f"{shown} like '%{held}%'"
        found = await self._query(f"id, {shown}", entity, where, 50)
        under = await self._contacts([str(each["id"]) for each in found]) if entity == "Accounts" else {}
        parties = []
        for each in found:
            name = _person(each) if entity == "Contacts" else str(each.get(shown) or "")
            crm_id = str(each["id"])
            parties.append(Party(entity=entity, crm_id=crm_id, name=name, contacts=tuple(under.get(crm_id, ()))))
        return parties

    async def _contacts(self, accounts: Sequence[str]) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        if accounts:
            ids = ", ".join(f"'{each}'" for each in accounts)
            for each in await self._query(f"{PERSON}, Account_Name", "Contacts", f"Account_Name in ({ids})", 200):
                account = codec.decode(each.get("Account_Name"))
                found.setdefault(str(account), []).append(_person(each))
        return found

    async def _query(self, names: str, module: str, where: str, limit: int) -> list[dict[str, Any]]:
        query = " ".join(("select", names, "from", module, "where", where, "limit", str(limit)))
        answer = await self._caller.call(
            Call(method="POST", path=f"{PREFIX}/coql", body=codec.encoder.encode({"select_query": query}),
                 cost=QUERY_COST, sub=True, scope=COQL)
        )  # fmt: skip
        check(answer, module)
        return rows(answer, "data")

    async def history(self, deal_id: str) -> list[StageSeen] | None:
        """Return the stages a deal went through, oldest first; None where there is no such list."""
        if self._history is None:
            self._history = await self._history_name()
        if not self._history:
            return None
        steps = [each async for each in self._related("Deals", deal_id, self._history, ",".join(STEP))]
        found = [_step(each) for each in steps if each.get("Stage")]
        return sorted(found, key=lambda step: step.at)

    async def _history_name(self) -> str:
        call = Call(method="GET", path=f"{PREFIX}/settings/related_lists", params={"module": "Deals"}, scope=LISTS_READ)
        answer = await self._caller.call(call)
        check(answer, "Deals")
        names = [str(each.get("api_name") or "") for each in rows(answer, "related_lists")]
        return next((name for name in names if name in HISTORY), "")

    async def _related(self, entity: str, record_id: str, name: str, fields: str) -> AsyncIterator[dict[str, Any]]:
        page = 1
        while True:
            params = {"fields": fields, "page": str(page), "per_page": str(PER_PAGE)}
            answer = await self._caller.call(
                Call(method="GET", path=f"{PREFIX}/{entity}/{record_id}/{name}", params=params,
                     scope=f"ZohoCRM.modules.{entity}.READ")
            )  # fmt: skip
            if answer.refused and answer.status == 404:
                return
            check(answer, entity)
            for each in rows(answer, "data"):
                yield each
            if not _goes_on(answer):
                return
            page += 1

    async def _fields(self) -> tuple[str, ...]:
        module = await self._metadata.load(DEALS)
        return tuple(name for name in FIELDS if name in module.fields)


def deal_of(record: Record) -> Deal:
    """Return a record of Deals as a deal."""
    return _deal(record.id, record.fields, owner=record.owner, version=record.version, created=record.created)


def percent(value: Any) -> int | None:
    """Return a probability as a whole number of percent, None for what is none."""
    told = codec.decode_number(value)
    try:
        return round(float(told)) if isinstance(told, str) else None
    except ValueError:
        return None


def _deal(record_id: str, fields: Fields, *, owner: str, version: str, created: str) -> Deal:
    def text(name: str) -> str:
        value = fields.get(name)
        return value if isinstance(value, str) else ""

    return Deal(
        id=record_id, name=text("Deal_Name"), stage=text("Stage"), probability=percent(fields.get("Probability")),
        amount=text("Amount") or None, description=text("Description"), account_id=text("Account_Name"),
        contact_id=text("Contact_Name"), owner=owner, currency=text("Currency"), closing_date=text("Closing_Date"),
        version=version, created=created,
    )  # fmt: skip


def _related_deal(row: dict[str, Any]) -> Deal:
    owner = row.get("Owner")
    fields: dict[str, Value] = {name: codec.decode(row.get(name)) for name in FIELDS}
    return _deal(
        str(row.get("id", "")), fields, owner=str(owner.get("name") or "") if isinstance(owner, dict) else "",
        version=codec.instant_or_empty(row.get("Modified_Time")),
        created=codec.instant_or_empty(row.get("Created_Time")),
    )  # fmt: skip


def _step(row: dict[str, Any]) -> StageSeen:
    amount = codec.decode_number(row.get("Amount"))
    return StageSeen(
        str(row["Stage"]),
        percent(row.get("Probability")),
        codec.instant_or_empty(row.get("Modified_Time")),
        amount if isinstance(amount, str) else None,
    )


def _amount(row: dict[str, Any]) -> str:
    found = codec.decode_number(row.get("Unit_Price"))
    return found if isinstance(found, str) else ""


def _person(row: dict[str, Any]) -> str:
    names = (str(row.get(name) or "") for name in ("First_Name", "Last_Name"))
    return str(row.get("Full_Name") or "") or " ".join(each for each in names if each)


def _quoted(text: str) -> str:
    """Quote a text for a query; its own wildcards are not ours."""
    return text.replace("\\", "\\\\").replace("'", "\\'").replace("%", "")


def _goes_on(answer: Answer) -> bool:
    return isinstance(answer.data, dict) and bool((answer.data.get("info") or {}).get("more_records"))
