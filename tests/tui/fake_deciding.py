"""What waits for a person's decision, in memory, for the screen's tests."""

from dataclasses import dataclass, field
from typing import Any

from core.model.deciding import (
    Ambiguity,
    Apart,
    Conflict,
    MissingField,
    SettleRequest,
    Suggestion,
    SuggestionPage,
    Undecided,
)
from core.model.names import ModuleName, Part, Shape
from core.model.problems import Problem
from core.model.record import FieldMeta
from core.model.run import Run
from core.service_deciding import DecidingService


@dataclass
class Undone:
    """What there is to decide; tests fill it."""

    conflicts: list[Conflict] = field(default_factory=list)
    ambiguities: list[Ambiguity] = field(default_factory=list)
    suggestions: list[Suggestion] = field(default_factory=list)
    apart: list[Apart] = field(default_factory=list)
    missing: list[MissingField] = field(default_factory=list)


class FakeDeciding(DecidingService):
    """What the resolver, the pairs and the mapping table ask for. ``calls`` is the fake service's."""

    calls: list[tuple[Any, ...]]

    def __init__(self) -> None:
        self.deciding = Undone()
        self.refuse_decision: Problem | None = None
        """What the next decision is refused with."""

    async def undecided(self) -> list[Undecided]:
        held = self.deciding
        return [
            Undecided(
                module="customers",
                conflicts=len(held.conflicts),
                ambiguities=len(held.ambiguities),
                suggestions=len(held.suggestions),
            )
        ]

    async def conflicts(self, module: ModuleName | None, start: int, stop: int) -> list[Conflict]:
        return [each for each in self.deciding.conflicts if module in (None, each.module)][start:stop]

    async def settle(self, request: SettleRequest) -> Run:
        self._decided("settle", request)
        chosen = {(each.crm_field, each.books_field) for each in request.choices}
        left = []
        for each in self.deciding.conflicts:
            fields = tuple(f for f in each.fields if (f.crm_field, f.books_field) not in chosen)
            if each.key != request.key:
                left.append(each)
            elif fields:
                left.append(_with_fields(each, fields))
        self.deciding.conflicts = left
        return _run(request.module)

    async def ambiguities(self, module: ModuleName | None, start: int, stop: int) -> list[Ambiguity]:
        return [each for each in self.deciding.ambiguities if module in (None, each.module)][start:stop]

    async def choose(self, module: ModuleName, crm_id: str, books_id: str) -> Run:
        self._decided("choose", module, crm_id, books_id)
        self._drop(crm_id, books_id)
        held = self.deciding
        held.ambiguities = [each for each in held.ambiguities if each.id not in (crm_id, books_id)]
        return _run(module)

    async def keep_apart(self, module: ModuleName, crm_id: str, books_id: str) -> None:
        self._decided("keep_apart", module, crm_id, books_id)
        self._drop(crm_id, books_id)
        self.deciding.apart.append(Apart(module=module, crm_id=crm_id, books_id=books_id, at="2026-11-24T05:00:00Z"))

    async def kept_apart(self, module: ModuleName | None, start: int, stop: int) -> list[Apart]:
        return [each for each in self.deciding.apart if module in (None, each.module)][start:stop]

    async def forget_apart(self, module: ModuleName, crm_id: str, books_id: str) -> None:
        self._decided("forget_apart", module, crm_id, books_id)
        self.deciding.apart = [
            each for each in self.deciding.apart if (each.crm_id, each.books_id) != (crm_id, books_id)
        ]

    async def suggestions(self, module: ModuleName, start: int, stop: int) -> SuggestionPage:
        found = [each for each in self.deciding.suggestions if each.module == module]
        return SuggestionPage(count=len(found), suggestions=tuple(found[start:stop]))

    async def plan_suggestions(self, plan_id: str, start: int, stop: int) -> SuggestionPage:
        found = self.deciding.suggestions
        return SuggestionPage(count=len(found), suggestions=tuple(found[start:stop]))

    async def missing_fields(self, module: ModuleName, shape: Shape, part: Part) -> list[MissingField]:
        return list(self.deciding.missing)

    async def create_books_field(self, module: ModuleName, shape: Shape, part: Part, crm_field: str) -> FieldMeta:
        self._decided("create_books_field", module, shape, part, crm_field)
        for each in self.deciding.missing:
            if each.crm.name == crm_field:
                return FieldMeta(
                    name=f"cf_{crm_field.casefold()}", label=each.crm.label, kind=each.books_kind, custom=True
                )
        raise Problem("not_found", what=f"field {crm_field}")

    def _decided(self, *call: Any) -> None:
        self.calls.append(call)
        if self.refuse_decision is not None:
            refused, self.refuse_decision = self.refuse_decision, None
            raise refused

    def _drop(self, crm_id: str, books_id: str) -> None:
        self.deciding.suggestions = [
            each for each in self.deciding.suggestions if (each.crm_id, each.books_id) != (crm_id, books_id)
        ]


def _with_fields(conflict: Conflict, fields: tuple[Any, ...]) -> Conflict:
    return Conflict(
        module=conflict.module, part=conflict.part, key=conflict.key, name=conflict.name, crm_id=conflict.crm_id,
        books_id=conflict.books_id, fields=fields, since=conflict.since,
    )  # fmt: skip


def _run(module: ModuleName) -> Run:
    return Run(id="20261124-050000", module=module, cause="manual", started="2026-11-24T05:00:00Z")
