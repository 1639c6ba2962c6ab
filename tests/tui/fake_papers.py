"""Documents, deals and triggers in memory, for the screen's tests: the part of the fake service that is about them."""

from collections import Counter
from decimal import Decimal
from typing import Any

from msgspec import json
from msgspec.structs import replace

from core.documents.editing import draft_of, leave
from core.documents.totals import totals
from core.model.documents import (
    Deal,
    DealStage,
    Document,
    DocumentKind,
    Line,
    Preference,
    Tie,
    TieMaker,
)
from core.model.drafts import Draft, Item, Moved, Party, Take, Totals
from core.model.ledger import (
    DealChoice,
    DocumentPage,
    Fit,
    LedgerEntry,
    LooseDocument,
    SimulatedDocument,
    SimulatedStep,
    Simulation,
    Total,
    TriggerStatus,
)
from core.model.mirror import Tax
from core.model.papers import PaperListing, PaperQuery, PaperRows
from core.model.problems import Problem
from core.plan.normalise import fold_name
from core.service_documents import DocumentService

CUSTOMER = "460000000026001"
"""The Books id of the fake service's second customer, Zylker Manufacturing."""
STAGES = (
    DealStage("Qualification", 10), DealStage("Proposal/Price Quote", 75), DealStage("Closed Won", 100),
    DealStage("Closed Lost", 0),
)  # fmt: skip


def deal(number: int, name: str, stage: int, amount: str | None) -> Deal:
    chosen = STAGES[stage]
    return Deal(
        id=f"5{number:05}", name=name, stage=chosen.name, probability=chosen.probability, amount=amount,
        owner="Sales 1", account_id="480000000000001", currency="JPY", closing_date=f"2026-12-{number:02}",
    )  # fmt: skip


def paper(kind: DocumentKind, number: int, status: str, total: str, **more: Any) -> Document:
    given: dict[str, Any] = {
        "kind": kind, "id": f"9{number:05}", "number": f"{kind[:3].upper()}-{number:06}", "status": status,
        "party_id": CUSTOMER, "party_name": "Zylker Manufacturing", "date": f"2026-11-{number:02}", "total": total,
        "balance": "0", "currency": "JPY",
    }  # fmt: skip
    return Document(**given | more)


DEALS = (
    deal(1, "基幹システム更新", 2, "1200000"),
    deal(2, "保守 2027", 1, "480000.00"),
    deal(3, "Warehouse scanners", 3, None),
)
DOCUMENTS = (
    paper("invoice", 14, "paid", "700000", deal_id="500001"),
    paper("estimate", 12, "accepted", "1200000", deal_id="500001"),
    paper("invoice", 11, "overdue", "480000", balance="480000", reference="保守 2027"),
    paper("salesorder", 9, "draft", "12345.67", currency="USD"),
    paper("purchaseorder", 8, "open", "90000", party_name="有限会社北浜印刷"),
    paper("invoice", 7, "void", "10", party_id="460000000099999", party_name="有限会社北浜印刷"),
)
LINES = (
    Line(name="導入作業", rate="500000", quantity="1", tax_name="消費税 10%", description="Two days on site"),
    Line(name="Scanner", rate="20000", quantity="10", discount="5%"),
)

TAXES = (Tax("消費税 10%", "10", "71"), Tax("消費税 8%", "8", "72"))
ITEMS = (
    Item(id="801", name="Setup on site", rate="50000", tax_id="71", description="One day", sku="S-1"),
    Item(id="802", name="Scanner", rate="20000", purchase_rate="14000", tax_id="71"),
)


class FakePapers(DocumentService):
    """What the screens of documents and deals ask for. ``calls`` is the fake service's."""

    calls: list[tuple[Any, ...]]
    refused: Problem | None = None
    """What the next tying or untying is refused with."""
    moved_since: tuple[Moved, ...] = ()

    def __init__(self) -> None:
        self.documents_there = list(DOCUMENTS)
        self.ties: dict[str, TieMaker] = {"invoice:900014": "trigger", "estimate:900012": "person"}
        self.preference = Preference()
        self.kept: dict[str, Draft] = {}

    async def refresh_documents(self) -> None:
        self.calls.append(("refresh_documents",))

    async def papers(self, listing_id: str, start: int, stop: int) -> PaperRows:  # type: ignore[override]
        self.calls.append(("papers", start, stop))
        query = json.decode(listing_id, type=PaperQuery)
        found = [each for each in self._matching(query) if query.status in ("", each.status)]
        return PaperRows(listing=self._listing(query), start=start, rows=tuple(found[start:stop]))

    async def documents(self, kind: DocumentKind | None, start: int, stop: int) -> list[Document]:
        self.calls.append(("documents", kind, start, stop))
        return [each for each in self.documents_there if kind in (None, each.kind)][start:stop]

    async def document(self, kind: DocumentKind, document_id: str) -> DocumentPage:
        found = self._paper(kind, document_id)
        by = self.ties.get(found.ref)
        tie = Tie(kind=kind, document_id=document_id, deal_id=found.deal_id, by=by, native=True) if by else None
        mine = next((each for each in DEALS if each.id == found.deal_id), None)
        return DocumentPage(document=replace(found, lines=LINES), tie=tie, deal=mine)

    async def deal_ledger(self, start: int, stop: int) -> list[LedgerEntry]:
        return [self._entry(each) for each in DEALS][start:stop]

    def _entry(self, each: Deal) -> LedgerEntry:
        mine = [paper for paper in self.documents_there if paper.deal_id == each.id]
        sent = [paper for paper in mine if paper.kind == "invoice" and paper.status not in ("draft", "void")]
        invoiced = sum((Decimal(paper.total) for paper in sent), Decimal(0))
        paid = invoiced - sum((Decimal(paper.balance) for paper in sent), Decimal(0))
        gap = None if each.amount is None else str(Decimal(each.amount) - invoiced)
        return LedgerEntry(deal=each, documents=tuple(mine), invoiced=str(invoiced), paid=str(paid), gap=gap)

    async def loose_documents(self, start: int, stop: int) -> list[LooseDocument]:
        loose = [each for each in self.documents_there if not each.deal_id and each.kind != "purchaseorder"]
        fit = Fit(deal_id="500002", deal_name="保守 2027", why=("customer", "amount", "name"))
        return [LooseDocument(document=each, fit=fit if each.total == "480000" else None) for each in loose][start:stop]

    async def document_deals(self, kind: DocumentKind, document_id: str) -> list[DealChoice]:
        found = self._paper(kind, document_id)
        if found.party_id != CUSTOMER:
            raise Problem("customer_not_linked", customer=found.party_name)
        return [
            DealChoice(
                deal=each, tied=each.id == found.deal_id,
                documents=sum(paper.deal_id == each.id for paper in self.documents_there),
            )
            for each in DEALS
        ]  # fmt: skip

    async def associate(self, kind: DocumentKind, document_id: str, deal_id: str) -> Tie:
        self.calls.append(("associate", kind, document_id, deal_id))
        self._refuse(kind, document_id)
        self._tie(kind, document_id, deal_id)
        return Tie(kind=kind, document_id=document_id, deal_id=deal_id, by="person")

    async def disassociate(self, kind: DocumentKind, document_id: str) -> None:
        self.calls.append(("disassociate", kind, document_id))
        self._refuse(kind, document_id)
        self._tie(kind, document_id, "")

    def _refuse(self, kind: DocumentKind, document_id: str) -> None:
        if self.ties.get(f"{kind}:{document_id}") == "trigger":
            raise Problem("tied_by_trigger", number=self._paper(kind, document_id).number)

    def _tie(self, kind: DocumentKind, document_id: str, deal_id: str) -> None:
        found = self._paper(kind, document_id)
        self.documents_there[self.documents_there.index(found)] = replace(found, deal_id=deal_id)
        if deal_id:
            self.ties[found.ref] = "person"
        else:
            self.ties.pop(found.ref, None)

    def _paper(self, kind: DocumentKind, document_id: str) -> Document:
        return next(each for each in self.documents_there if (each.kind, each.id) == (kind, document_id))

    async def mark_document(self, kind: DocumentKind, document_id: str, status: str) -> Document:
        self.calls.append(("mark_document", kind, document_id, status))
        if self.refused:
            raise self.refused
        found = self._paper(kind, document_id)
        marked = replace(found, status=status)
        self.documents_there[self.documents_there.index(found)] = marked
        return marked

    async def triggers(self) -> TriggerStatus:
        return TriggerStatus(preference=self.preference, stages=STAGES, deals=3, resting=2, waiting=1)

    async def switch_triggers(self, preference: Preference) -> Preference:
        self.calls.append(("switch_triggers", preference))
        if preference.kind == "invoice" and not preference.item_id:
            raise Problem("bad_request", what="invoices need an item")
        self.preference = replace(preference, revision=self.preference.revision + 1)
        return self.preference

    async def simulate_triggers(self, preference: Preference, limit: int) -> Simulation:
        self.calls.append(("simulate_triggers", preference, limit))
        made = SimulatedDocument(
            deal_id="500001", deal_name="基幹システム更新", kind="estimate", status="accepted", amount="1200000",
            currency="JPY", made_at="2026-10-02T00:00:00Z",
        )  # fmt: skip
        steps = tuple(
            SimulatedStep(
                deal_id="500001", deal_name="基幹システム更新", stage=STAGES[index].name, at=f"2026-10-0{index + 1}",
                verb=verb, why=why,  # type: ignore[arg-type]
            )
            for index, (verb, why) in enumerate((("none", "quiet"), ("create", "called"), ("accept", "called")))
        )  # fmt: skip
        total = Total(status="accepted", currency="JPY", count=1, amount="1200000")
        return Simulation(
            preference=preference, deals=3, from_history=2, from_seen=1, steps=steps, documents=(made,), totals=(total,)
        )

    async def drafts(self) -> list[Draft]:
        return list(self.kept.values())

    async def save_draft(self, draft: Draft) -> Draft:
        self.calls.append(("save_draft", draft))
        draft = replace(draft, id=draft.id or f"d{len(self.kept) + 1}")
        self.kept[draft.id] = draft
        return draft

    async def send_draft(self, draft_id: str) -> DocumentPage:
        self.calls.append(("send_draft", draft_id))
        draft = self.kept[draft_id]
        if self.refused:
            moved = self.moved_since if self.refused.code == "document_moved" else ()
            self.kept[draft_id] = replace(draft, reason="F16", problem=self.refused.detail.get("why", ""), moved=moved)
            raise self.refused
        del self.kept[draft_id]
        if draft.base is not None:
            found = self._paper(draft.new.kind, draft.document_id)
            changed = replace(found, reference=draft.new.reference, notes=draft.new.notes, date=draft.new.date)
            self.documents_there[self.documents_there.index(found)] = changed
            return await self.document(found.kind, found.id)
        total = totals(draft.new, TAXES, precision=0).total
        made = paper(
            draft.new.kind, 20, draft.then[-1] if draft.then else "draft", total, party_id=draft.new.party_id,
            deal_id=draft.new.deal_id,
        )  # fmt: skip
        self.documents_there.insert(0, made)
        return await self.document(made.kind, made.id)

    async def search_parties(self, kind: DocumentKind, text: str) -> list[Party]:
        self.calls.append(("search_parties", kind, text))
        fetched = any(call[0] == "fetch" for call in self.calls)
        found = Party(
            entity="Accounts", crm_id="480000000000777", name="Tidewater Trading",
            contacts=("Purchasing", "Accounting"), books_id="460000000026777" if fetched else "",
        )  # fmt: skip
        return [found] if text.strip().casefold() in found.name.casefold() else []

    async def document_taxes(self) -> list[Tax]:
        return list(TAXES)

    async def search_items(self, text: str) -> list[Item]:
        return [each for each in ITEMS if text.strip().casefold() in each.name.casefold()]

    async def draft_totals(self, draft: Draft) -> Totals:
        return totals(draft.new, TAXES, precision=0, currency="JPY")

    async def edit_document(self, kind: DocumentKind, document_id: str) -> Draft:
        found = replace(self._paper(kind, document_id), lines=LINES)
        if leave(found) == "closed":
            raise Problem("document_closed", number=found.number, status=found.status)
        return draft_of(found)

    async def settle_draft(self, draft_id: str, take: Take) -> Draft:
        self.calls.append(("settle_draft", draft_id, take))
        self.refused = None
        self.kept[draft_id] = replace(self.kept[draft_id], moved=())
        return self.kept[draft_id]

    async def drop_draft(self, draft_id: str) -> None:
        self.calls.append(("drop_draft", draft_id))
        del self.kept[draft_id]

    async def open_papers(self, query: PaperQuery) -> PaperListing:
        self.calls.append(("open_papers", query))
        return self._listing(query)

    def _matching(self, query: PaperQuery) -> list[Document]:
        words = fold_name(query.text).split()
        return [
            each
            for each in self.documents_there
            if query.kind in (None, each.kind)
            and query.party_id in ("", each.party_id)
            and not (query.loose and (each.deal_id or each.kind == "purchaseorder"))
            and all(
                word in fold_name(f"{each.number} {each.party_name} {each.reference} {each.status} {each.kind}")
                for word in words
            )
        ]

    def _listing(self, query: PaperQuery) -> PaperListing:
        found = self._matching(query)
        statuses = Counter(each.status for each in found)
        count = statuses[query.status] if query.status else len(found)
        kinds = Counter(each.kind for each in self.documents_there)
        return PaperListing(
            id=json.encode(query).decode(), count=count, generation=0, kinds=dict(kinds), statuses=dict(statuses)
        )

    async def customer_deals(self, customer_id: str) -> list[DealChoice]:
        return [DealChoice(deal=each) for each in DEALS]
