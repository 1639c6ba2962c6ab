"""The service's methods about what a person decides."""

from abc import abstractmethod

import msgspec

from core.agent.ambiguous import Ambiguities
from core.agent.missing import MissingFields
from core.agent.opened import OpenProfile
from core.agent.setting_up import part_entity
from core.agent.suggesting import Suggestions
from core.engine.engine import Engine
from core.model.catalogue import default_setup
from core.model.deciding import (
    Ambiguity,
    Apart,
    Choice,
    Conflict,
    ConflictField,
    MissingField,
    SettleRequest,
    SuggestionPage,
    Undecided,
)
from core.model.names import MODULES, ModuleName, Part, Shape, SideName
from core.model.problems import Problem
from core.model.record import FieldMeta
from core.model.run import Run
from core.model.setup import FieldMap
from core.model.typed import misfit, typed
from core.model.value import Value
from core.plan.shapes import across
from core.service_deciding import DecidingService

COUNTED_EVERY = 1.0
"""Seconds between two counts while a run commits: watchers ask at each of its news."""
_SIDES: dict[SideName, str] = {"crm": "CRM", "books": "Books"}


class Deciding(DecidingService):
    """See ``DecidingService``. Everything waits until the state is loaded."""

    _ambiguities: Ambiguities | None = None
    _suggestions: Suggestions | None = None
    _counted: tuple[int, float, list[Undecided]] | None = None
    """Generation of the store, when it was counted, and what was."""

    @abstractmethod
    async def _ready(self) -> OpenProfile:
        """Return the profile, once the state is loaded."""

    @abstractmethod
    def _refuse_unconfigured(self, profile: OpenProfile, module: ModuleName) -> None:
        """Raise ``Problem`` for a module that cannot sync now."""

    async def undecided(self) -> list[Undecided]:
        """See ``DecidingService``."""
        profile = await self._ready()
        generation, now = profile.store.generation(), profile.clock.monotonic()
        fresh = self._counted is not None and profile.runner.busy and now - self._counted[1] < COUNTED_EVERY
        if self._counted is None or (self._counted[0] != generation and not fresh):
            self._counted = generation, now, self._count(profile)
        return [
            msgspec.structs.replace(each, suggestions=self._likely(profile).known(each.module))
            for each in self._counted[2]
        ]

    def _count(self, profile: OpenProfile) -> list[Undecided]:
        conflicts, ambiguous = profile.store.conflicts(), self._pairs(profile).all(None)
        return [
            Undecided(
                module=module,
                conflicts=sum(each.module == module for each in conflicts),
                ambiguities=sum(each.module in _told_as(module) for each in ambiguous),
            )
            for module in MODULES
            if profile.store.setup(module) is not None
        ]

    async def conflicts(self, module: ModuleName | None, start: int, stop: int) -> list[Conflict]:
        """See ``DecidingService``."""
        found = (await self._ready()).store.conflicts()
        return [each for each in found if module in (None, each.module)][max(start, 0) : max(stop, 0)]

    async def settle(self, request: SettleRequest) -> Run:
        """See ``DecidingService``."""
        profile = await self._ready()
        self._refuse_unconfigured(profile, request.module)
        found = profile.store.conflict(request.key)
        if found is None or found.module != request.module:
            raise Problem("not_found", what=f"conflict {request.key}")
        if not request.choices:
            raise Problem("bad_request", what="nothing is chosen")
        if request.stamp and request.stamp != found.stamp:
            raise Problem("moved_since", field=found.fields[0].crm_field, name=found.name, side="CRM / Books")
        choices = [await self._checked(profile, found, each) for each in request.choices]
        checked = msgspec.structs.replace(request, choices=tuple(choices))
        return await profile.runner.launch(
            lambda engine: engine.begin(request.module, "decision"),
            lambda engine, run: engine.execute_settle(run, checked),
        )

    async def ambiguities(self, module: ModuleName | None, start: int, stop: int) -> list[Ambiguity]:
        """See ``DecidingService``."""
        return await self._pairs(await self._ready()).window(module, start, stop)

    async def choose(self, module: ModuleName, crm_id: str, books_id: str) -> Run:
        """See ``DecidingService``."""
        profile = await self._ready()
        self._refuse_unconfigured(profile, module)

        async def work(engine: Engine, run: Run) -> Run:
            return await engine.execute_choose(run, crm_id, books_id)

        return await profile.runner.launch(lambda engine: engine.begin(module, "decision"), work)

    async def keep_apart(self, module: ModuleName, crm_id: str, books_id: str) -> None:
        """See ``DecidingService``."""
        profile = await self._ready()
        self._refuse_unconfigured(profile, module)
        async with profile.runner.reading():
            await profile.runner.engine().keep_apart(module, crm_id, books_id)
        profile.changed()

    async def kept_apart(self, module: ModuleName | None, start: int, stop: int) -> list[Apart]:
        """See ``DecidingService``."""
        return (await self._ready()).store.kept_apart(module)[max(start, 0) : max(stop, 0)]

    async def forget_apart(self, module: ModuleName, crm_id: str, books_id: str) -> None:
        """See ``DecidingService``."""
        profile = await self._ready()
        self._refuse_unconfigured(profile, module)
        async with profile.runner.reading():
            profile.runner.engine().forget_apart(module, crm_id, books_id)
        profile.changed()

    async def suggestions(self, module: ModuleName, start: int, stop: int) -> SuggestionPage:
        """See ``DecidingService``."""
        return await self._likely(await self._ready()).page(module, start, stop)

    async def plan_suggestions(self, plan_id: str, start: int, stop: int) -> SuggestionPage:
        """See ``DecidingService``."""
        profile = await self._ready()
        return await self._likely(profile).of_plan(plan_id, profile.runner.held_plan(plan_id), start, stop)

    async def missing_fields(self, module: ModuleName, shape: Shape, part: Part) -> list[MissingField]:
        """See ``DecidingService``."""
        return await self._missing(await self._ready()).list(module, shape, part)

    async def create_books_field(self, module: ModuleName, shape: Shape, part: Part, crm_field: str) -> FieldMeta:
        """See ``DecidingService``."""
        profile = await self._ready()
        return await self._missing(profile).create(module, shape, part, crm_field)

    async def _checked(self, profile: OpenProfile, conflict: Conflict, choice: Choice) -> Choice:
        """Return a choice whose typed value is canonical and fits both fields (``bad_value``)."""
        names = choice.crm_field, choice.books_field
        held = next((each for each in conflict.fields if (each.crm_field, each.books_field) == names), None)
        if held is None:
            raise Problem("not_found", what=f"held field {choice.crm_field}")
        if choice.take != "value":
            return choice
        value = _canonical(choice.value, held)
        row = self._row(profile, conflict, held)
        wanted: tuple[tuple[SideName, str, Value], ...] = (
            ("crm", held.crm_field, value), ("books", held.books_field, across(row, value, "books")),
        )  # fmt: skip
        for side, field, meant in wanted:
            meta = next((each for each in await self._fields_of(profile, conflict, side) if each.name == field), None)
            phrase = misfit(meant, meta, side) if meta is not None else ""
            if phrase:
                raise _bad(value, meta.label if meta is not None else field, side, phrase)
        return msgspec.structs.replace(choice, value=value)

    def _row(self, profile: OpenProfile, conflict: Conflict, held: ConflictField) -> FieldMap:
        setup = profile.store.setup(conflict.module) or default_setup(conflict.module)
        rows = (each for each in setup.mapping if each.part == conflict.part or setup.shape == "contacts")
        names = held.crm_field, held.books_field
        return next(
            (each for each in rows if (each.crm, each.books) == names),
            FieldMap(crm=held.crm_field, books=held.books_field, kind=held.kind),
        )

    async def _fields_of(self, profile: OpenProfile, conflict: Conflict, side: SideName) -> list[FieldMeta]:
        setup = profile.store.setup(conflict.module) or default_setup(conflict.module)
        crm, books = profile.connections.sides(profile.store.profile())
        reader = crm if side == "crm" else books
        return await reader.describe(part_entity(conflict.module, setup.shape, conflict.part, side))

    def _pairs(self, profile: OpenProfile) -> Ambiguities:
        if self._ambiguities is None:
            store = profile.store
            self._ambiguities = Ambiguities(store, lambda: profile.connections.sides(store.profile()))
        return self._ambiguities

    def _likely(self, profile: OpenProfile) -> Suggestions:
        if self._suggestions is None:
            self._suggestions = Suggestions(profile.store, profile.clock, profile.changed)
        return self._suggestions

    async def _end_searches(self) -> None:
        """End what is being looked for."""
        if self._suggestions is not None:
            await self._suggestions.close()

    def _missing(self, profile: OpenProfile) -> MissingFields:
        return MissingFields(profile.store, profile.connections.sides(profile.store.profile()))


def _told_as(module: ModuleName) -> tuple[ModuleName, ...]:
    return ("customers", "persons") if module == "customers" else (module,)


def _canonical(value: Value, held: ConflictField) -> Value:
    if not isinstance(value, str):
        return value
    try:
        return typed(value, held.kind)
    except ValueError as error:
        raise _bad(value, held.crm_field, "crm", str(error)) from None


def _bad(value: Value, field: str, side: SideName, phrase: str) -> Problem:
    told = ", ".join(value) if isinstance(value, tuple) else str(value) if value is not None else "-"
    return Problem("bad_value", value=told[:60], field=field, side=_SIDES[side], why=phrase)
