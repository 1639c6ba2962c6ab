"""The CRM organisation: its modules, users, currencies, views and records."""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from core.sandbox.crm.catalogue import MODULES, Field, Module
from core.sandbox.crm.folded import Folded, named_in
from core.sandbox.crm.history import StageHistory
from core.sandbox.crm.inventory import INVENTORY
from core.sandbox.crm.viewsets import View, standard_views
from core.sandbox.shown import Shown
from core.sandbox.sources import Empty, Row, Source
from core.sandbox.table import By, Position, Table
from core.sandbox.world.ids import CRM_PREFIX, META, USERS, Counter, crm_id

Listener = Callable[[str, str, Row | None, Row | None], None]
OPERATIONS = {"READ": "view", "CREATE": "create", "UPDATE": "edit", "DELETE": "delete"}
"""What a scope's last word allows, in the words of profiles."""
KEYS = ("id", "Created_Time", "Modified_Time")


@dataclass(frozen=True, slots=True)
class User:
    """Somebody with a seat."""

    id: str
    first_name: str
    last_name: str
    email: str
    profile: str
    status: str = "active"

    @property
    def full_name(self) -> str:
        """As records show an owner."""
        return f"{self.first_name} {self.last_name}"


@dataclass(frozen=True, slots=True)
class Deleted:
    """A record in the bin, or deleted for good. `moment` is epoch seconds."""

    id: str
    name: str
    moment: int
    by: str
    created_by: str
    row: Row | None = None
    """What would be restored; None once it is gone for good."""
    rows: dict[str, list[Row]] = field(default_factory=dict)
    """Its subform rows, by their module."""
    purged: bool = False


@dataclass(frozen=True, slots=True)
class PageToken:
    """What a page token is bound to (zoho-crm-api §5.1), and where the next page begins."""

    bound: tuple[Any, ...]
    by: By
    after: Position
    expires: float
    page: int
    seen: int


@dataclass(slots=True)
class Membership:
    """Who is in a view."""

    day: int
    predicate: Callable[[Row], bool]
    ids: list[str]

    def follow(self, record_id: str, new: Row | None) -> None:
        """A record was written or removed."""
        at = bisect_left(self.ids, record_id)
        inside = at < len(self.ids) and self.ids[at] == record_id
        belongs = new is not None and self.predicate(new)
        if belongs and not inside:
            self.ids.insert(at, record_id)
        elif inside and not belongs:
            del self.ids[at]


class Records:
    """One module's records with what is looked up in them: values of fields, members of views."""

    def __init__(self, module: Module, source: Source) -> None:
        self.module = module
        self.table = Table(source, id_key=KEYS[0], created_key=KEYS[1], modified_key=KEYS[2])
        self.table.watchers.append(self._follow)
        self.deleted: list[Deleted] = []
        self.fields: dict[str, Field] = {}
        self._values: dict[str, dict[str, set[str]]] = {}
        self._members: dict[str, Membership] = {}
        self.optional: Field | None = None
        """A field that a switch took away, to be brought back."""
        self.shown = Shown()
        self.folded = Folded(source)

    def add_field(self, made: Field) -> None:
        """A field more."""
        self.fields[made.api_name] = made
        self.shown.clear()

    def drop_fields(self, *names: str) -> None:
        """Some fields less; what records hold in them is no longer shown."""
        self.fields = {name: each for name, each in self.fields.items() if name not in names}
        self.shown.clear()

    def holders(self, api_name: str, value: object) -> list[str]:
        """Ids of the records with a value in a field, ascending. Only the first question costs a walk."""
        located = None if self.fields[api_name].custom else self.table.locate(api_name, value)
        index = self._values.get(api_name)
        if index is None:
            index = self._values[api_name] = {}
            # No generated record has a value in a custom field, so that only what was written need be read.
            # The same goes for fields whose generated records can be located.
            few = self.fields[api_name].custom or located is not None
            for row in self.table.written() if few else self.table.sketches((api_name,)):
                if row.get(api_name) is not None:
                    index.setdefault(self._fold(api_name, row[api_name]), set()).add(row["id"])
        return sorted({*index.get(self._fold(api_name, value), ()), *(located or ())})

    def forget_indexes(self) -> None:
        """After a restore: build them anew when next asked."""
        self._values.clear()
        self._members.clear()
        self.shown.clear()

    def members(self, view: View, predicate: Callable[[Row], bool], day: int) -> list[str]:
        """Ids in a view, ascending. The first question of a day costs a walk; writes keep the answer right."""
        held = self._members.get(view.id)
        if held is None or held.day != day:
            names = tuple(named_in(view.criteria)) if view.criteria is not None else ()
            ids = [row["id"] for row in self.table.sketches(names) if predicate(row)]
            held = self._members[view.id] = Membership(day, predicate, ids)
        return held.ids

    def _follow(self, record_id: str, old: Row | None, new: Row | None) -> None:
        for api_name, index in self._values.items():
            before = None if old is None else old.get(api_name)
            after = None if new is None else new.get(api_name)
            if before == after:
                continue
            if before is not None:
                # A record that its source located was never in the index.
                index.get(self._fold(api_name, before), set()).discard(record_id)
            if after is not None:
                index.setdefault(self._fold(api_name, after), set()).add(record_id)
        for held in self._members.values():
            held.follow(record_id, new)

    def _fold(self, api_name: str, value: object) -> str:
        return str(value) if self.fields[api_name].case_sensitive else str(value).casefold()


@dataclass(slots=True)
class CrmOrg:
    """Everything behind `/crm`."""

    edition: str
    users: tuple[User, ...]
    records: dict[str, Records]
    views: dict[str, list[View]]
    currencies: list[dict[str, Any]]
    company: str
    org_id: str
    ids: Counter
    meta_ids: Counter
    page_tokens: dict[str, PageToken] = field(default_factory=dict)
    tokens_made: int = 0
    denied: dict[str, set[str]] = field(default_factory=dict)
    """What the connected user may not do, by module: some of `OPERATIONS`' values."""
    links: dict[tuple[str, str], dict[str, dict[str, Any]]] = field(default_factory=dict)
    """Links made by hand: (module of the linked, id) -> linked id -> what the link says."""
    jobs: dict[str, Any] = field(default_factory=dict)
    bulk_tokens: dict[str, tuple[int, str]] = field(default_factory=dict)
    downloads: deque[int] = field(default_factory=deque)
    channels: dict[str, Any] = field(default_factory=dict)
    listeners: list[Listener] = field(default_factory=list)
    """Called with (module, id, old row, new row) after each write."""
    history: StageHistory = field(init=False)

    def adopt(self, records: Records) -> None:
        """Take a module in: its writes are told to the listeners."""
        name = records.module.api_name
        self.records[name] = records

        def follow(record_id: str, old: Row | None, new: Row | None) -> None:
            for listener in self.listeners:
                listener(name, record_id, old, new)

        records.table.watchers.append(follow)

    @property
    def me(self) -> User:
        """Whose token it is: the administrator."""
        return self.users[0]

    def user(self, user_id: str) -> User | None:
        """By id."""
        return next((user for user in self.users if user.id == user_id), None)


def make_org(
    edition: str, sources: dict[str, Source], users: tuple[User, ...], currencies: list[dict[str, Any]]
) -> CrmOrg:
    """An organisation with the catalogue's modules; those without a source start empty."""
    meta = Counter(CRM_PREFIX)
    meta.next = META
    org = CrmOrg(edition, users, {}, {}, currencies, "架け橋商会", "705512043", Counter(CRM_PREFIX), meta)
    for module in (*MODULES, *INVENTORY):
        records = Records(module, sources.get(module.api_name) or Empty())
        for each in module.fields:
            records.add_field(replace(each, id=meta.take()))
        org.adopt(records)
        org.views[module.api_name] = standard_views(module, meta, users[0].id)
    org.history = StageHistory(org.records["Deals"].table)
    return org


def make_users(domain: str) -> tuple[User, ...]:
    """Three seats; the first is the administrator who connected."""
    return (
        User(crm_id(USERS + 1), "結衣", "橋爪", f"admin@{domain}", "Administrator"),
        User(crm_id(USERS + 2), "Owen", "Marsh", f"sales@{domain}", "Standard"),
        User(crm_id(USERS + 3), "蓮", "久保", f"kubo@{domain}", "Standard"),
    )
