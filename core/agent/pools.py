"""The records that likely pairs are looked for among: those without a link, of the catalogue or of a plan."""

from collections.abc import Iterator

from msgspec import Struct

from core.agent.rowtable import SLICE, breathe
from core.agent.setting_up import part_entity
from core.agent.state import ListedStore
from core.engine.settings import configured
from core.model.deciding import Suggestion
from core.model.link import Seen
from core.model.names import SIDES, ModuleName, Part, SideName, other
from core.model.plan import Action, Plan
from core.model.setup import ModuleSetup
from core.plan.evidence import hints
from core.plan.likely import Lone, Looked
from core.plan.shapes import parts, takes_part

_PERSONAL: tuple[ModuleName, ...] = ("customers", "persons")
"""Modules among which a CRM contact stands in one link at most."""


class Pool(Struct, frozen=True, kw_only=True):
    """Records of one part of a module. ``wanted``: only pairs with one of these records are told; None: all."""

    module: ModuleName
    part: Part
    crm: list[Lone]
    books: list[Lone]
    apart: frozenset[tuple[str, str]]
    wanted: frozenset[tuple[SideName, str]] | None = None

    def told(self, looked: Looked) -> Iterator[Suggestion]:
        """Yield what was found among them as the service tells it."""
        crm = {each.id: each.name for each in self.crm}
        books = {each.id: each.name for each in self.books}
        for each in looked.found:
            ids: tuple[tuple[SideName, str], ...] = (("crm", each.crm_id), ("books", each.books_id))
            if self.wanted is None or any(one in self.wanted for one in ids):
                yield Suggestion(
                    module=self.module, part=self.part, crm_id=each.crm_id, crm_name=crm[each.crm_id],
                    books_id=each.books_id, books_name=books[each.books_id], score=each.score, why=each.why,
                )  # fmt: skip


async def lone_of_store(store: ListedStore, setup: ModuleSetup) -> list[Pool]:
    """Return the catalogue's records without a link, by part, a slice at a time. What is held as ambiguous (F13) is
    told elsewhere, and left out.
    """
    taken = await _taken(store, setup.module)
    apart = frozenset((each.crm_id, each.books_id) for each in store.kept_apart(setup.module))
    found = []
    for each in parts(setup):
        part = _part(setup, each)
        lone: dict[SideName, list[Lone]] = {}
        for side in SIDES:
            rows = await _rows(store, side, part_entity(setup.module, setup.shape, part, side), taken)
            lone[side] = [
                Lone(row.id, row.name, row.hints, _family(store, each, row))
                for row in rows
                if row.name
                and (row.in_view or each.view is None)
                and takes_part(each, row)
                and not (part == "unassociated" and row.parent)
            ]
        found.append(Pool(module=setup.module, part=part, crm=lone["crm"], books=lone["books"], apart=apart))
    return found


async def lone_of_plan(store: ListedStore, setup: ModuleSetup, plan: Plan) -> list[Pool]:
    """Return the records without counterpart of a plan, and those of the catalogue; told is what would be created."""
    lone: dict[SideName, dict[str, Lone]] = {side: {} for side in SIDES}
    wanted: set[tuple[SideName, str]] = set()
    for count, action in enumerate(plan.actions, 1):
        if count % SLICE == 0:
            await breathe()
        side = _lone_side(action)
        if side is None or action.module == "persons":
            continue
        record_id = (action.crm_id if side == "crm" else action.books_id) or ""
        fields = (action.crm_base if side == "crm" else action.books_base) or {}
        entity = part_entity(setup.module, setup.shape, "main", side)
        lone[side][record_id] = Lone(record_id, action.name, hints(entity, fields))
        if action.verb == "create":
            wanted.add((side, record_id))
    known = await lone_of_store(store, setup)
    for side in SIDES:
        for pool in known:
            if pool.part == "main":
                lone[side] = {each.id: each for each in (pool.crm if side == "crm" else pool.books)} | lone[side]
    apart = frozenset((each.crm_id, each.books_id) for each in store.kept_apart(setup.module))
    return [
        Pool(
            module=setup.module, part="main", crm=list(lone["crm"].values()), books=list(lone["books"].values()),
            apart=apart, wanted=frozenset(wanted),
        )
    ]  # fmt: skip


def _lone_side(action: Action) -> SideName | None:
    """Return whose record an action is about when it is one without a counterpart that could have one."""
    if action.verb not in ("create", "skip") or action.why in ("shape", "crm_gone", "books_gone", "unnamed", "ignored"):
        return None
    if action.verb == "create" and action.target is not None:
        return other(action.target)
    if bool(action.crm_id) == bool(action.books_id):
        return None
    return "crm" if action.crm_id else "books"


async def _taken(store: ListedStore, module: ModuleName) -> set[tuple[SideName, str]]:
    """Return the records that stand in a link, or in an ambiguity."""
    taken: set[tuple[SideName, str]] = set()
    for each in _PERSONAL if module == "customers" else (module,):
        for count, pair in enumerate(store.pairs(each), 1):
            taken |= {("crm", pair.crm_id), ("books", pair.books_id)}
            if count % SLICE == 0:
                await breathe()
    for failure in store.failures():
        if failure.reason == "F13" and failure.held and configured(failure.module) == module:
            source: SideName = "crm" if failure.direction == "to_books" else "books"
            taken.add((source, failure.record))
            taken |= {(other(source), each) for each in failure.candidates}
    return taken


async def _rows(store: ListedStore, side: SideName, entity: str, taken: set[tuple[SideName, str]]) -> list[Seen]:
    found = []
    for count, record_id in enumerate(list(store.seen_ids(side, entity)), 1):
        if (side, record_id) not in taken and (row := store.seen(side, entity, record_id)) is not None:
            found.append(row)
        if count % SLICE == 0:
            await breathe()
    return found


def _part(setup: ModuleSetup, part: ModuleSetup) -> Part:
    if part.module == "persons":
        return "persons"
    return "unassociated" if part != setup and part.shape == "contacts" else "main"


def _family(store: ListedStore, setup: ModuleSetup, row: Seen) -> str:
    """Return what is equal for contacts and contact persons of linked parents, and for nothing else."""
    if setup.module != "persons":
        return ""
    link = store.link_of("customers", row.side, row.parent) if row.parent else None
    return link.key if link is not None else f"{row.side}:{row.parent}"
