"""Records with several candidates, with what tells the candidates apart (F13)."""

from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterable

from core.agent.setting_up import part_entity
from core.engine.ports import Side, Store
from core.engine.settings import configured
from core.model.catalogue import default_setup, implied_crm_entity
from core.model.deciding import Ambiguity, Candidate, DetailCode
from core.model.names import ModuleName, Part, SideName, other
from core.model.problems import Problem
from core.model.record import Record
from core.model.run import Failure
from core.model.setup import ModuleSetup
from core.plan import evidence

KEPT = 2_000
"""Records of which the details are remembered, as long as the catalogue knows no other version."""
MOST_READ: dict[SideName, int] = {"crm": 200, "books": 60}
"""Records that are read for one window; the rest are told by their names. Each takes a call in Books."""
Sides = Callable[[], tuple[Side, Side]]
_Asked = tuple[SideName, str, str]
"""Side, entity and id."""


class Ambiguities:
    """Tells of the store's ambiguous records; ``sides`` opens both sides, or raises a Problem."""

    def __init__(self, store: Store, sides: Sides) -> None:
        self._store, self._sides = store, sides
        self._read: OrderedDict[tuple[SideName, str, str, str], Record | None] = OrderedDict()

    def all(self, module: ModuleName | None) -> list[Failure]:
        """Return what is held because several records could be meant, in the order of their keys."""
        return [
            each
            for each in self._store.failures()
            if each.reason == "F13" and each.held and each.candidates and module in (None, configured(each.module))
        ]

    async def window(self, module: ModuleName | None, start: int, stop: int) -> list[Ambiguity]:
        """Return some of them with details, read where they are not known. Without a connection there are none."""
        found = self.all(module)[max(start, 0) : max(stop, 0)]
        rows = [(each, self._part(each)) for each in found]
        records = await self._records(dict.fromkeys(asked for each, part in rows for asked in self._asked(each, part)))
        return [self._told(each, part, records) for each, part in rows]

    def _setup(self, module: ModuleName) -> ModuleSetup:
        return self._store.setup(configured(module)) or default_setup(configured(module))

    def _part(self, failure: Failure) -> Part:
        if failure.module == "persons":
            return "persons"
        setup = self._setup(failure.module)
        mark = failure.crm_entity or implied_crm_entity(failure.module)
        split = setup.shape in ("accounts_contacts", "accounts_contacts_all")
        return "unassociated" if split and mark == "Contacts" else "main"

    def _entity(self, failure: Failure, part: Part, side: SideName) -> str:
        if side == "crm" and failure.crm_entity:
            return failure.crm_entity
        return part_entity(configured(failure.module), self._setup(failure.module).shape, part, side)

    def _asked(self, failure: Failure, part: Part) -> list[_Asked]:
        source: SideName = "crm" if failure.direction == "to_books" else "books"
        theirs = other(source)
        mine = (source, self._entity(failure, part, source), failure.record)
        return [mine, *((theirs, self._entity(failure, part, theirs), each) for each in failure.candidates)]

    def _version(self, side: SideName, entity: str, record_id: str) -> str:
        seen = self._store.seen(side, entity, record_id)
        return seen.version if seen is not None else ""

    async def _records(self, asked: Iterable[_Asked]) -> dict[_Asked, Record]:
        wanted: dict[tuple[SideName, str], list[str]] = defaultdict(list)
        found: dict[_Asked, Record] = {}
        left: dict[SideName, int] = dict(MOST_READ)
        for side, entity, record_id in asked:
            known = self._read.get((side, entity, record_id, self._version(side, entity, record_id)))
            if known is not None:
                found[side, entity, record_id] = known
            elif left[side] > 0:
                left[side] -= 1
                wanted[side, entity].append(record_id)
        try:
            crm, books = self._sides()
            for (side, entity), ids in wanted.items():
                reader = crm if side == "crm" else books
                for record in await reader.read(entity, evidence.paths(entity), ids):
                    found[side, entity, record.id] = record
                    self._read[side, entity, record.id, self._version(side, entity, record.id)] = record
        except Problem:
            # What cannot be read now is told by its name: that there is something to decide holds all the same.
            pass
        while len(self._read) > KEPT:
            self._read.popitem(last=False)
        return found

    def _told(self, failure: Failure, part: Part, records: dict[_Asked, Record]) -> Ambiguity:
        mine, *theirs = self._asked(failure, part)
        own = records.get(mine)
        return Ambiguity(
            module=configured(failure.module), part=part, side=mine[0], id=mine[2], name=failure.name,
            candidates=tuple(self._candidate(failure.module, each, records.get(each)) for each in theirs),
            since=failure.first_at, details=self._details(own) if own is not None else (),
        )  # fmt: skip

    def _candidate(self, module: ModuleName, asked: _Asked, record: Record | None) -> Candidate:
        side, entity, record_id = asked
        seen = self._store.seen(side, entity, record_id)
        link = self._store.link_of(module, side, record_id)
        told: list[tuple[DetailCode, str]] = []
        if link is not None and link.state != "ambiguous":
            told.append(("linked", link.name or link.id_on(other(side))))
        name = (seen.name if seen is not None else "") or (record.name if record is not None else "")
        details = (*told, *(self._details(record) if record is not None else ()))
        return Candidate(side=side, id=record_id, name=name, details=details, known=record is not None)

    def _details(self, record: Record) -> tuple[tuple[DetailCode, str], ...]:
        more: list[tuple[DetailCode, str]] = [("created", record.created), ("owner", record.owner)]
        if record.receivable not in ("", "0"):
            more.append(("receivable", record.receivable))
        if not record.active:
            more.append(("inactive", "yes"))
        return (*evidence.details(record), *((code, text) for code, text in more if text))
