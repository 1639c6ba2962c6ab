"""The service in memory, for the screen's tests: believable records, and news that tests give out themselves."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from itertools import islice
from typing import Any

from core.model.catalogue import default_setup
from core.model.link import Link
from core.model.names import LinkState, ModuleName, Part, Shape, SideName
from core.model.plan import Action, Count, FieldChange, ValveTrip
from core.model.problems import Problem
from core.model.record import FieldMeta, Sample, View
from core.model.run import Failure, HistoryLine, Progress, Run
from core.model.schedule import Schedule
from core.model.setup import Check, ModuleSetup, OrganisationRef, Profile
from core.model.undo import UndoPlan, UndoScope, UndoStep
from core.model.whynot import WhyNot
from core.service import (
    Budget,
    ConnectRequest,
    Event,
    FailureGroup,
    FieldView,
    Joined,
    JoinRequest,
    KeyRequest,
    Listing,
    ListQuery,
    ModuleStatus,
    PlanSummary,
    RecordPage,
    Row,
    Rows,
    Service,
    Status,
    SyncRequest,
)
from core.service_records import ApplyRequest, FetchRequest, UndoRequest
from core.service_running import Timetable
from core.service_setup import DataCentreRef, KeyGuide, PlanFilter, PlanTally, PlanWindow, ViewSize
from tests.tui.fake_deciding import FakeDeciding
from tests.tui.fake_managing import FakeManaging
from tests.tui.fake_papers import FakePapers

STEMS = (
    "株式会社ザイルカー", "Zylker Manufacturing", "有限会社北浜印刷", "Harbour Freight Systems", "㈱みなと電機",
    "Cedar & Stone Ltd", "合同会社アオゾラ設計", "Northgate Foods", "東雲精密工業株式会社", "Alder Optics",
)  # fmt: skip
RAW = (
    '{"code":15,"message":"Please ensure that the company_name has less than 200 characters.",'
    '"error_info":["company_name"]}'
)


def _fields(rows: str) -> tuple[FieldMeta, ...]:
    """Fields from lines of name, label, kind and what else holds."""
    found = []
    for line in rows.strip().splitlines():
        name, label, kind, *more = [part.strip() for part in line.split("|")]
        flags = {word: True for word in more if not word.isdecimal()}
        length = next((int(word) for word in more if word.isdecimal()), None)
        found.append(FieldMeta(name=name, label=label, kind=kind, length=length, **flags))  # type: ignore[arg-type]
    return tuple(found)


CRM_FIELDS = _fields("""
    Account_Name | Account Name | text | 200 | required
    Phone | Phone | phone | 30
    Fax | Fax | phone | 30
    Website | Website | url | 450
    Billing_Street | Billing Street | multiline | 250
    Billing_City | Billing City | text | 30
    Billing_State | Billing State | text | 30
    Billing_Code | Billing Code | text | 30
    Billing_Country | Billing Country | text | 30
    Shipping_Street | Shipping Street | multiline | 250
    Shipping_City | Shipping City | text | 30
    Shipping_State | Shipping State | text | 30
    Shipping_Code | Shipping Code | text | 30
    Shipping_Country | Shipping Country | text | 30
    Description | Description | multiline | 32000
    Currency | Currency | picklist
    Sales_Region | Sales Region | text | 255 | custom
    Employees | Employees | integer
    Parent_Account | Parent Account | lookup
""")
BOOKS_FIELDS = _fields("""
    contact_name | Display name | text | 200 | required
    company_name | Company name | text | 200
    website | Website | url
    notes | Notes | multiline
    currency_code | Currency | currency_code
    billing_address.phone | Billing phone | phone | 50
    billing_address.fax | Billing fax | phone | 50
    billing_address.address | Billing street | multiline | 500
    billing_address.city | Billing city | text | 100
    billing_address.state | Billing state | text | 100
    billing_address.zip | Billing zip | text | 50
    billing_address.country | Billing country | text | 100
    shipping_address.address | Shipping street | multiline | 500
    shipping_address.city | Shipping city | text | 100
    shipping_address.state | Shipping state | text | 100
    shipping_address.zip | Shipping zip | text | 50
    shipping_address.country | Shipping country | text | 100
    cf_sales_region | Sales region | text | 100 | custom
    cf_headcount | Headcount | text | custom
    cf_score | Score | decimal | custom
    outstanding | Outstanding | decimal | read_only
""")
SAMPLES: dict[str, Any] = {
    "Account_Name": "株式会社ザイルカー", "contact_name": "株式会社ザイルカー", "Phone": "03-5555-0100",
    "billing_address.phone": "03-5555-0100", "Sales_Region": "Kanto", "Website": "https://zylker.example",
}  # fmt: skip


def organisation(side: SideName, name: str) -> OrganisationRef:
    return OrganisationRef(
        side=side,
        organization_id="10234695" if side == "books" else "60001234",
        name=name,
        email="sync@zylker.example",
        accounts_url="https://accounts.zoho.jp",
        api_url="https://www.zohoapis.jp",
        currency="JPY",
        edition="Professional",
        location="jp",
    )


def row(index: int) -> Row:
    """Record ``index`` of any number of records, always the same."""
    stem = STEMS[index % len(STEMS)]
    state: Any = "crm_only" if index % 17 == 0 else "books_only" if index % 19 == 0 else "linked"
    return Row(
        key=f"r{index}",
        name=stem if index < len(STEMS) else f"{stem} {index:,}",
        kind="individual" if index % 7 == 3 else "business",
        state=state,
        crm_id="" if state == "books_only" else str(480000000000000 + index),
        books_id="" if state == "crm_only" else str(460000000026000 + index),
        owner=f"Sales {index % 4 + 1}",
        receivable=f"JPY {index * 1700 % 990000:,}" if index % 3 else "",
        synced_at="2026-11-24T03:04:05Z" if state == "linked" else "",
        active=index % 23 != 5,
        failed="F16" if index % 41 == 7 else "",
    )


def failures(count: int = 7) -> list[Failure]:
    """The planted failures: most of one reason, two of another."""
    out = []
    for index in range(count):
        long = index < count - 2
        out.append(
            Failure(
                module="customers",
                direction="to_books",
                crm_id=str(480000000000000 + index * 41 + 7),
                name=row(index * 41 + 7).name,
                reason="F16" if long else "F12",
                message="Please ensure that the company_name has less than 200 characters."
                if long
                else "The contact already exists. Please specify a different name.",
                raw=RAW if long else '{"code":3062,"message":"The contact already exists."}',
                code="15" if long else "3062",
                field="company_name" if long else "contact_name",
                attempts=2,
                first_at="2026-11-24T03:04:05Z",
                last_at=f"2026-11-24T03:04:{10 + index:02}Z",
                run_id="20261124-030400",
            )
        )
    return out


def run(state: Any = "done", **changes: Any) -> Run:
    given: dict[str, Any] = {
        "id": "20261124-030400",
        "module": "customers",
        "cause": "manual",
        "started": "2026-11-24T03:04:00Z",
        "finished": "" if state == "running" else "2026-11-24T03:04:42Z",
        "state": state,
        "counts": {
            "to_books": Count(created=180, updated=3, linked=6, skipped=2, failed=7),
            "to_crm": Count(created=4, updated=1),
        },
        "api_calls": {"crm": 23, "books": 188},
    }
    return Run(**given | changes)


def plan(created: int) -> list[Action]:
    """A plan: creates, an update that overrules, a hold, and what stays as it is."""
    common: dict[str, Any] = {"module": "customers", "crm_id": "480000000000001"}
    new = [
        Action(
            verb="create", why="new", module="customers", target="books", crm_id=str(480000000000000 + index),
            books_id=None, name=row(index).name, changes=(FieldChange("contact_name", None, row(index).name),),
        )
        for index in range(created)
    ]  # fmt: skip
    update = Action(
        verb="update", why="changed", target="books", books_id="460000000026001", name="Zylker Manufacturing",
        changes=(FieldChange("billing_address.phone", "03-5555-0100", "03-5555-0199", lost="03-5555-0111"),), **common,
    )  # fmt: skip
    hold = Action(
        verb="hold", why="ambiguous", target="books", books_id=None, name="Cedar & Stone Ltd", reason="F13",
        candidates=("460000000026005", "460000000026006"), **common,
    )  # fmt: skip
    same = Action(verb="base", why="echo", target=None, books_id="460000000026009", name="Alder Optics", **common)
    return [update, hold, *new, same]


class FakeService(FakeManaging, FakePapers, FakeDeciding, Service):
    """A profile of ``count`` customers. Tests read ``calls`` and give out news with ``tell``."""

    def __init__(self, count: int = 200, *, failed: int = 7) -> None:
        FakeManaging.__init__(self)
        FakePapers.__init__(self)
        FakeDeciding.__init__(self)
        self.count = count
        self.calls: list[tuple[Any, ...]] = []
        self.generation = 1
        self.health: Any = "attention" if failed else "ok"
        self.paused = False
        self.first = 0
        """Lower it to put records before the others."""
        self.all_failures = failures(failed) if failed else []
        self.last_run: Run | None = run()
        self.running: Progress | None = None
        self.module_state: Any = "on"
        self.day_limit: int | None = 1000
        self.queues: list[asyncio.Queue[Event | None]] = []
        self.rows_by_key: dict[str, Row] = {}
        self.names: dict[int, str] = {}
        self.profile_named = ("Zylker KK", "Zylker CRM")
        self.closed = 0
        self.timetables = [
            Timetable(
                schedule=Schedule(module="customers"), next_run="2026-11-24T04:41:00Z", minutes=120,
                cost={"crm": 3, "books": 40},
            )
        ]  # fmt: skip
        self.joined = True
        self.stops = self.vault_locked = False
        self.setups: dict[Any, ModuleSetup] = {"customers": default_setup("customers")}
        self.plan_made = plan(180)
        self.valve: tuple[ValveTrip, ...] = ()

    # news

    def tell(self, event: Event) -> None:
        for queue in self.queues:
            queue.put_nowait(event)

    def moved(self) -> None:
        self.generation += 1
        self.tell(Event(kind="changed", generation=self.generation))

    def drop(self) -> None:
        """End every event stream, as an agent does that goes."""
        for queue in self.queues:
            queue.put_nowait(None)

    def progress_to(self, done: int, total: int = 200, failed: int = 0) -> None:
        self.running = Progress(
            run_id="20261124-050000",
            module="customers",
            phase="execute",
            done={"crm_pulled": 200, "books_pulled": 12, "to_books": done, "failed": failed},
            total={"crm_pulled": 200, "to_books": total, "to_crm": 4},
            api_calls={"crm": 3, "books": done},
            rate=38.0,
        )
        self.tell(Event(kind="progress", progress=self.running, generation=self.generation))

    def finish(self, state: Any = "done", **changes: Any) -> None:
        self.running = None
        self.last_run = run(
            state, id="20261124-050000", started="2026-11-24T05:00:00Z", finished="2026-11-24T05:00:42Z", **changes
        )
        self.generation += 1
        self.tell(Event(kind="run", run=self.last_run, generation=self.generation))

    async def events(self) -> AsyncIterator[Event]:
        queue: asyncio.Queue[Event | None] = asyncio.Queue()
        self.queues.append(queue)
        try:
            yield Event(kind="hello", generation=self.generation)
            while (event := await queue.get()) is not None:
                yield event
        finally:
            self.queues.remove(queue)

    async def close(self) -> None:
        self.closed += 1

    # asking

    async def status(self) -> Status:
        books, crm = self.profile_named
        return Status(
            version="0.1.0",
            pid=4242,
            health="paused" if self.paused else self.health,
            profile=Profile(
                name="acme-jp",
                crm=organisation("crm", crm),
                books=organisation("books", books),
                paused=self.paused,
                disabled=self.disabled,
                later=self.later,
                alerts=self.kept_alerts,
            )
            if self.joined
            else None,
            profile_name="acme-jp",
            modules=(
                ModuleStatus(
                    module="customers",
                    state=self.module_state,
                    setup=self.setups.get("customers"),
                    last_run=self.last_run,
                    links=self.count - 12,
                    failures=len(self.all_failures),
                ),
                *(
                    ModuleStatus(
                        module=name,
                        state="on" if name in self.setups else "not_configured",
                        setup=self.setups.get(name),
                    )
                    for name in ("vendors", "items")
                ),
                ModuleStatus(module="documents", state="unavailable"),
            ),
            budgets=(
                Budget(side="crm", used_today=23, day_limit=None),
                Budget(side="books", used_today=188, day_limit=self.day_limit, resets_at="2026-11-24T15:00:00Z"),
            ),
            attention=len(self.all_failures),
            last_success="2026-11-24T03:04:42Z",
            next_run="2026-11-24T04:41:00Z",
            running=self.running,
            vault="loopback",
        )

    def _row(self, index: int) -> Row:
        found = row(index)
        if index in self.names:
            from msgspec.structs import replace

            found = replace(found, name=self.names[index])
        self.rows_by_key[found.key] = found
        return found

    def _matches(self, query: ListQuery, index: int) -> bool:
        found = self._row(index)
        wanted = {
            "all": True,
            "crm": bool(found.crm_id),
            "not_in_crm": found.state == "books_only",
            "not_in_books": found.state == "crm_only",
            "individual": found.kind == "individual",
            "business": found.kind == "business",
            "inactive": not found.active,
            "failures": bool(found.failed),
        }[query.filter]
        return wanted and all(word in found.name.casefold() for word in query.text.casefold().split())

    def _indexes(self, query: ListQuery) -> Any:
        if query.filter == "all" and not query.text:
            indexes = range(self.first, self.count)
            return indexes[::-1] if query.descending else indexes
        found = [index for index in range(self.count) if self._matches(query, index)]
        return found[::-1] if query.descending else found

    async def open_list(self, query: ListQuery) -> Listing:
        self.calls.append(("open_list", query))
        self.lists: dict[str, Any] = getattr(self, "lists", {})
        name = f"{query}-{self.generation}"
        self.lists[name] = self._indexes(query)
        return Listing(id=name, count=len(self.lists[name]), generation=self.generation)

    async def rows(self, listing_id: str, start: int, stop: int) -> Rows:
        self.calls.append(("rows", start, stop))
        indexes = self.lists[listing_id]
        return Rows(
            listing=Listing(id=listing_id, count=len(indexes), generation=self.generation),
            start=start,
            rows=tuple(self._row(index) for index in islice(indexes, start, stop)),
        )

    async def record(self, module: ModuleName, key: str, live: bool) -> RecordPage:
        self.calls.append(("record", key, live))
        found = self.rows_by_key[key]
        name = found.name
        return RecordPage(
            row=found,
            fields=(
                FieldView(
                    crm_field="Account_Name", books_field="contact_name", crm_base=name, crm=name, books_base=name,
                    books=name,
                ),
                FieldView(
                    crm_field="Phone", books_field="billing_address.phone", crm_base="03-5555-0100",
                    crm="03-5555-0199" if live else "03-5555-0100", books_base="+81 3-5555-0100", books="03-5555-0100",
                ),
                FieldView(crm_field="Website", books_field="website", crm="https://zylker.example", books=None),
            ),
            history=(
                HistoryLine(
                    id="h1", run_id="20261124-030400", at="2026-11-24T03:04:12Z", module="customers", verb="create",
                    why="new", direction="to_books", name=name, after={"contact_name": name, "website": "z.example"},
                ),
            ),
            failures=tuple(each for each in self.all_failures if each.crm_id == found.crm_id and found.failed),
            live=live,
        )  # fmt: skip

    async def failures(self, module: ModuleName | None, reason: str | None) -> list[Failure]:
        return [each for each in self.all_failures if reason in (None, each.reason)]

    async def failure_groups(self) -> list[FailureGroup]:
        groups: dict[str, list[Failure]] = {}
        for each in self.all_failures:
            groups.setdefault(each.reason, []).append(each)
        return [
            FailureGroup(
                reason=reason, direction="to_books", module="customers", count=len(found), held=0,
                sample=tuple(each.name for each in found[:3]),
            )
            for reason, found in groups.items()
        ]  # fmt: skip

    async def progress(self) -> Progress | None:
        return self.running

    async def runs(self, limit: int) -> list[Run]:
        older = run(
            "interrupted", id="20261123-221500", started="2026-11-23T13:15:00Z", finished="2026-11-23T13:18:20Z"
        )
        return [each for each in (self.last_run, older) if each][:limit]

    async def run(self, run_id: str) -> Run:
        return run(id=run_id)

    async def history(self, run_id: str, start: int, stop: int) -> list[HistoryLine]:
        return [
            HistoryLine(
                id=f"h{index}", run_id=run_id, at="2026-11-24T03:04:12Z", module="customers", verb="create", why="new",
                direction="to_books", name=row(index).name, after={"contact_name": row(index).name},
            )
            for index in range(start, min(stop, 180))
        ]  # fmt: skip

    async def links(self, module: ModuleName, state: LinkState | None, start: int, stop: int) -> list[Link]:
        return []

    async def preflight(self) -> list[Check]:
        self.calls.append(("preflight",))
        return [
            Check(id="edition", state="ok", detail={"side": "CRM", "edition": "Professional"}),
            Check(id="base_currencies", state="ok", detail={"crm": "JPY", "books": "JPY"}),
            Check(id="native_integration", state="warning", detail={"side": "Books", "linked": "6"}),
        ]

    async def views(self, module: ModuleName) -> list[View]:
        return []

    async def shape_views(self, module: ModuleName, shape: Shape, part: Part) -> list[View]:
        self.calls.append(("shape_views", module, shape, part))
        name = "Contacts" if part == "persons" else "Accounts"
        return [View("v1", f"All {name}", True), View("v2", f"My {name}", True), View("v3", "関東の取引先", False)]

    async def view_size(self, module: ModuleName, shape: Shape, part: Part, view: str) -> ViewSize:
        return ViewSize(count={"v1": 1000, "v2": 41}.get(view, 12), more=view == "v1")

    async def shape_fields(self, module: ModuleName, shape: Shape, part: Part, side: SideName) -> list[FieldMeta]:
        self.calls.append(("shape_fields", module, shape, part, side))
        return list(CRM_FIELDS if side == "crm" else BOOKS_FIELDS)

    async def samples(
        self, module: ModuleName, shape: Shape, part: Part, side: SideName, fields: tuple[str, ...]
    ) -> list[Sample]:
        self.calls.append(("samples", side, fields))
        return [Sample(name, SAMPLES[name]) for name in fields if name in SAMPLES]

    async def describe(self, module: ModuleName, side: SideName) -> list[FieldMeta]:
        return []

    # doing

    async def sync(self, request: SyncRequest) -> Run:
        self.calls.append(("sync", request))
        self.last_run = run("running", id="20261124-050000", started="2026-11-24T05:00:00Z", counts={}, api_calls={})
        self.running = Progress(run_id="20261124-050000", module="customers", phase="pull")
        self.tell(Event(kind="run", run=self.last_run, generation=self.generation))
        return self.last_run

    async def cancel(self) -> None:
        self.calls.append(("cancel",))
        self.finish("interrupted")

    async def pause(self) -> None:
        self.calls.append(("pause",))
        self.paused = True

    async def resume(self) -> None:
        self.calls.append(("resume",))
        self.paused = False
        self.first = 0
        """Lower it to put records before the others."""

    async def shutdown(self) -> None:
        self.calls.append(("shutdown",))

    async def unlock(self, passphrase: str) -> None:
        self.calls.append(("unlock", passphrase))
        self.vault_locked = False
        if self.health == "locked":
            self.health = "ok"

    async def configure(self, setup: ModuleSetup) -> ModuleSetup:
        self.calls.append(("configure", setup))
        self.setups[setup.module] = setup
        return setup

    async def default_setup(self, module: ModuleName) -> ModuleSetup:
        return self.setups.get(module) or default_setup(module)

    async def plan(self, module: ModuleName) -> PlanSummary:
        self.calls.append(("plan", module))
        return PlanSummary(
            id="p1", module=module, made_at="2026-11-24T03:20:00Z", actions=len(self.plan_made), valve=self.valve,
            counts={"to_books": Count(created=180, updated=1, held=1), "to_crm": Count()},
            forecast={"crm": 4, "books": 182},
        )  # fmt: skip

    async def plan_actions(self, plan_id: str, start: int, stop: int) -> list[Action]:
        return self.plan_made[start:stop]

    async def plan_window(self, plan_id: str, wanted: PlanFilter, start: int, stop: int) -> PlanWindow:
        self.calls.append(("plan_window", wanted, start, stop))
        found = [
            each for each in self.plan_made
            if (not wanted.verbs or each.verb in wanted.verbs)
            and (wanted.direction is None or (each.target == "books") == (wanted.direction == "to_books"))
            and wanted.text.casefold() in each.name.casefold()
        ]  # fmt: skip
        counted = Counter(("to_books" if each.target else None, each.verb) for each in self.plan_made)
        tallies = (PlanTally(direction=way, verb=verb, count=count) for (way, verb), count in counted.most_common())  # type: ignore[arg-type]
        return PlanWindow(count=len(found), tallies=tuple(tallies), actions=tuple(found[start:stop]))

    async def make_key(self, request: KeyRequest) -> str:
        self.calls.append(("make_key", request))
        return f"zsc1.{request.service}.made"

    async def key_guide(self, side: SideName) -> KeyGuide:
        centres = [
            DataCentreRef(
                location=name, name=label, accounts_url=f"https://accounts.zoho.{tld}",
                console_url=f"https://api-console.zoho.{tld}",
            )
            for name, label, tld in (("jp", "Japan", "jp"), ("us", "United States", "com"))
        ]  # fmt: skip
        return KeyGuide(service=side, scopes="ZohoCRM.modules.ALL,ZohoCRM.settings.ALL", centres=tuple(centres))

    def _joined(self, request: JoinRequest) -> Joined:
        if request.crm.key.startswith("locked") and not request.crm.key_passphrase:
            raise Problem("key_passphrase")
        if not request.crm.key.startswith(("zsc1", "locked")):
            raise Problem("damaged_key")
        checks = [Check(id="edition", state="ok", detail={"side": "CRM", "edition": "Professional"})]
        if self.stops:
            checks.append(Check(id="edition", state="stop", detail={"side": "CRM", "edition": "Free"}))
        books, crm = self.profile_named
        return Joined(
            done=not self.stops, crm=organisation("crm", crm), books=organisation("books", books), checks=tuple(checks)
        )

    async def examine(self, request: JoinRequest) -> Joined:
        self.calls.append(("examine", request))
        return self._joined(request)

    async def join(self, request: JoinRequest) -> Joined:
        self.calls.append(("join", request))
        if self.vault_locked:
            raise Problem("vault_locked")
        self.health, self.joined = "not_configured", True
        return self._joined(request)

    # records

    def _begin(self) -> Run:
        self.last_run = run("running", id="20261124-050000", started="2026-11-24T05:00:00Z", counts={}, api_calls={})
        self.running = Progress(run_id="20261124-050000", module="customers", phase="pull")
        self.tell(Event(kind="run", run=self.last_run, generation=self.generation))
        return self.last_run

    async def fetch(self, request: FetchRequest) -> Run:
        self.calls.append(("fetch", request))
        return self._begin()

    async def apply(self, request: ApplyRequest) -> Run:
        self.calls.append(("apply", request))
        return self._begin()

    async def why_not(self, module: ModuleName, side: SideName, record_id: str) -> list[WhyNot]:
        self.calls.append(("why_not", module, side, record_id))
        return [WhyNot(code="out_of_view", reason="F32")]

    async def release(self, module: ModuleName, record_id: str) -> None:
        self.calls.append(("release", record_id))

    async def undo_plan(self, scope: UndoScope) -> UndoPlan:
        self.calls.append(("undo_plan", scope))
        steps = (
            UndoStep(
                module="customers", verb="restore", side="books", crm_id="1", books_id="2", name="Zylker Manufacturing",
                changes=(FieldChange("website", "https://new.example", "https://old.example"),), kept=("notes",),
            ),
            UndoStep(module="customers", verb="ignore", crm_id="3", books_id="4", name="Alder Optics", made="4"),
            UndoStep(module="customers", verb="nothing", why="gone", crm_id="5", books_id="6", name="Northgate Foods"),
        )  # fmt: skip
        return UndoPlan(scope=scope, steps=steps)

    async def undo(self, request: UndoRequest) -> Run:
        self.calls.append(("undo", request))
        return self._begin()


__all__ = ["ConnectRequest", "FakeService", "failures", "row", "run"]
