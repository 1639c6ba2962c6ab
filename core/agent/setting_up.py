"""The service's methods that the setup and the preview look at: fields, views, samples, a plan's actions."""

from abc import abstractmethod
from collections import Counter
from collections.abc import Iterator

import msgspec

from core.agent.opened import OpenProfile
from core.model.catalogue import entity
from core.model.names import Direction, ModuleName, Part, Shape, SideName, toward
from core.model.plan import Action, Plan, Verb
from core.model.record import FieldMeta, Record, Sample, View
from core.plan.normalise import fold_name
from core.service_setup import (
    DataCentreRef,
    KeyGuide,
    PlanFilter,
    PlanTally,
    PlanWindow,
    SetupService,
    ViewSize,
)
from core.zoho.connect import ZohoSide
from core.zoho.datacentres import DATA_CENTRES
from core.zoho.scopes import ASKED

WIDEST = 1_000
"""Actions in one window at most."""
COUNTED = 1_000
"""Records of a view that are counted where CRM does not tell how many there are; each two hundred cost a call."""
SAMPLED: dict[SideName, int] = {"crm": 20, "books": 3}
"""Records looked at for samples: CRM reads a hundred in one call, Books one."""


class SettingUp(SetupService):
    """See ``SetupService``. Everything waits until the state is loaded."""

    _looked: tuple[tuple[str, PlanFilter], list[Action], tuple[PlanTally, ...]] | None = None

    @abstractmethod
    async def _ready(self) -> OpenProfile:
        """Return the profile, once the state is loaded."""

    async def plan_window(self, plan_id: str, wanted: PlanFilter, start: int, stop: int) -> PlanWindow:
        """See ``SetupService``."""
        plan = (await self._ready()).runner.held_plan(plan_id)
        if self._looked is None or self._looked[0] != (plan_id, wanted):
            # Whoever reads one window reads the next one too: a plan may hold 100,000 actions.
            found = [each for each in plan.actions if _matches(each, wanted)]
            self._looked = (plan_id, wanted), found, tallies(plan)
        _, found, counted = self._looked
        start = max(start, 0)
        shown = found[start : max(start, min(stop, start + WIDEST))]
        bare = tuple(msgspec.structs.replace(each, crm_base=None, books_base=None) for each in shown)
        return PlanWindow(count=len(found), tallies=counted, actions=bare)

    async def shape_views(self, module: ModuleName, shape: Shape, part: Part) -> list[View]:
        """See ``SetupService``."""
        return await (await self._side("crm")).views(part_entity(module, shape, part, "crm"))

    async def shape_fields(self, module: ModuleName, shape: Shape, part: Part, side: SideName) -> list[FieldMeta]:
        """See ``SetupService``."""
        return await (await self._side(side)).describe(part_entity(module, shape, part, side))

    async def view_size(self, module: ModuleName, shape: Shape, part: Part, view: str) -> ViewSize:
        """See ``SetupService``."""
        crm, name, count = await self._side("crm"), part_entity(module, shape, part, "crm"), 0
        if (told := await crm.count(name, view)) is not None:
            return ViewSize(count=told)
        async for ids in crm.members(name, view):
            count += len(ids)
            if count >= COUNTED:
                return ViewSize(count=count, more=True)
        return ViewSize(count=count)

    async def samples(
        self, module: ModuleName, shape: Shape, part: Part, side: SideName, fields: tuple[str, ...]
    ) -> list[Sample]:
        """See ``SetupService``."""
        profile, reader = await self._ready(), await self._side(side)
        name = part_entity(module, shape, part, side)
        known = (each.id for each in profile.store.seen_all(side, name))
        ids = [id_ for _, id_ in zip(range(SAMPLED[side]), known, strict=False)]
        records = await reader.read(name, fields, ids) if ids else await reader.sample(name, fields, SAMPLED[side])
        return list(_samples(records, fields))

    async def key_guide(self, side: SideName) -> KeyGuide:
        """See ``SetupService``."""
        centres = (
            DataCentreRef(
                location=each.location, name=each.name, accounts_url=each.accounts_url, console_url=each.console_url
            )
            for each in DATA_CENTRES
        )
        return KeyGuide(service=side, scopes=",".join(ASKED[side]), centres=tuple(centres))

    async def _side(self, name: SideName) -> ZohoSide:
        profile = await self._ready()
        crm, books = profile.connections.sides(profile.store.profile())
        return crm if name == "crm" else books


def part_entity(module: ModuleName, shape: Shape, part: Part, side: SideName) -> str:
    """Return what a part of a module is on a side (B27, B28)."""
    if part == "persons":
        return entity("persons", shape, side)
    return entity(module, "contacts" if part == "unassociated" else shape, side)


def tallies(plan: Plan) -> tuple[PlanTally, ...]:
    """Return a plan's actions counted by direction and verb, the most first."""
    counted: Counter[tuple[Direction | None, Verb]] = Counter((_direction(each), each.verb) for each in plan.actions)
    return tuple(
        PlanTally(direction=direction, verb=verb, count=count) for (direction, verb), count in counted.most_common()
    )


def _direction(action: Action) -> Direction | None:
    return toward(action.target) if action.target else None


def _matches(action: Action, wanted: PlanFilter) -> bool:
    if wanted.verbs and action.verb not in wanted.verbs:
        return False
    if wanted.direction is not None and _direction(action) != wanted.direction:
        return False
    if not wanted.text:
        return True
    name = fold_name(action.name)
    return all(part in name for part in fold_name(wanted.text).split())


def _samples(records: list[Record], fields: tuple[str, ...]) -> Iterator[Sample]:
    """Yield the first value there is of each field; most of them come from one record."""
    for field in fields:
        value = next((each.fields[field] for each in records if each.fields.get(field) is not None), None)
        if value is not None:
            yield Sample(field, value)
