"""A clock that tests move, sample values made from types, and a service that answers with them."""

import asyncio
import types
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, Union, get_args, get_origin

import msgspec

from core.agent.wire import OPERATIONS
from core.service import Event


class Hands:
    """A clock whose hands the test moves."""

    def __init__(self) -> None:
        self.time = 1_000.0
        self._wall = datetime(2026, 1, 1, tzinfo=UTC)
        self._sleepers: list[tuple[float, asyncio.Future[None]]] = []
        self._asked = asyncio.Event()

    def now(self) -> str:
        return (self._wall + timedelta(seconds=int(self.time))).strftime("%Y-%m-%dT%H:%M:%SZ")

    def monotonic(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._sleepers.append((self.time + seconds, done))
        self._asked.set()
        await done

    def set(self, seconds: float) -> None:
        """Move the wall clock alone, as a suspended machine or somebody's hand does: timers do not notice."""
        self._wall += timedelta(seconds=seconds)

    async def someone_sleeps(self) -> None:
        """Wait until somebody waits for this clock."""
        while not [done for _, done in self._sleepers if not done.done()]:
            self._asked.clear()
            await self._asked.wait()

    async def advance(self, seconds: float) -> None:
        """Move on, and let those who are woken run."""
        self.time += seconds
        for until, done in self._sleepers:
            if until <= self.time and not done.done():
                done.set_result(None)
        self._sleepers = [(until, done) for until, done in self._sleepers if not done.done()]
        for _ in range(20):
            await asyncio.sleep(0)


def sample(kind: Any) -> Any:
    """A value of a type, with something in every place that can hold something."""
    origin, inner = get_origin(kind), get_args(kind)
    if origin is Literal:
        return inner[-1]
    if origin in (Union, types.UnionType):
        return sample(next(each for each in inner if each is not type(None)))
    if origin is tuple:
        return tuple(sample(each) for each in inner if each is not Ellipsis)
    if origin is list:
        return [sample(inner[0])]
    if origin is frozenset:
        return frozenset({sample(inner[0])})
    if origin in (dict, Mapping):
        return {sample(inner[0]): sample(inner[1])}
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return kind(**{each.name: sample(each.type) for each in msgspec.structs.fields(kind)})
    plain = {str: '値 "quoted" \n', int: 7, float: 0.5, bool: True, object: "any", type(None): None, Any: "any"}
    return plain[kind]


class SampleService:
    """Answers every method of the service with a sample, and notes what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.raises: Exception | None = None
        self.watchers = 0
        self.hold = asyncio.Event()
        for each in OPERATIONS.values():
            if not each.streams:
                setattr(self, each.name, self._answer(each))

    def _answer(self, operation: Any) -> Any:
        async def answer(**arguments: Any) -> Any:
            self.asked.append((operation.name, arguments))
            if self.raises is not None:
                raise self.raises
            return sample(operation.result)

        return answer

    async def events(self) -> AsyncIterator[Event]:
        self.watchers += 1
        try:
            yield Event(kind="hello")
            yield sample(Event)
            await self.hold.wait()
            yield Event(kind="closing")
        finally:
            self.watchers -= 1
