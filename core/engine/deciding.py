"""The engine's part about what a person decides: held fields settled, records paired, records kept apart."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable

from core.engine import choosing
from core.engine.context import Context
from core.engine.ports import Clock
from core.engine.recover import recover
from core.engine.run import carry_out, consider
from core.engine.settling import held, settle_conflict
from core.model.deciding import SettleRequest
from core.model.names import ModuleName
from core.model.run import Run, RunState
from core.model.setup import ModuleSetup
from core.plan.shapes import parts


class Deciding(ABC):
    """See the module's docstring. Runs are begun with ``Engine.begin``, with the cause ``decision``."""

    _turn: asyncio.Lock
    _clock: Clock

    async def execute_settle(self, run: Run, request: SettleRequest) -> Run:
        """Write what a person chose for held fields, and return the run as it ended (F40).

        Nothing is written when one of those fields is no longer as it was shown: the run then carries ``moved_since``.
        """

        async def settle(context: Context) -> RunState:
            contexts = [context.part(part) for part in parts(context.setup)]
            for part in contexts:
                await recover(part)
            await settle_conflict(*held(contexts, request), request.choices)
            return "done"

        async with self._turn:
            return await self._carry_through(run, settle)

    async def execute_choose(self, run: Run, crm_id: str, books_id: str) -> Run:
        """Make two records a pair and merge them as at a first pairing; return the run as it ended.

        The run carries ``already_linked`` (I10), ``not_found`` or ``not_a_pair``, and has then written nothing.
        """

        async def pair(context: Context) -> RunState:
            contexts = [context.part(part) for part in parts(context.setup)]
            for part in contexts:
                await recover(part)
            chosen = await choosing.choose(contexts, crm_id, books_id)
            await carry_out(await consider(context, (), (("crm", crm_id), ("books", books_id))), confirm=True)
            choosing.done(chosen, crm_id, books_id)
            return "done"

        async with self._turn:
            return await self._carry_through(run, pair)

    async def keep_apart(self, module: ModuleName, crm_id: str, books_id: str) -> None:
        """Remember that two records are not the same. Raises Problem: ``not_found``, ``already_linked``."""
        await choosing.keep_apart(self._contexts(module), crm_id, books_id)

    def forget_apart(self, module: ModuleName, crm_id: str, books_id: str) -> None:
        """Take ``keep_apart`` back. Raises Problem: ``not_found``."""
        choosing.forget_apart(self._contexts(module), crm_id, books_id)

    def _contexts(self, module: ModuleName) -> list[Context]:
        setup = self._setup(module)
        run = Run(id="", module=setup.module, cause="decision", started=self._clock.now())
        context = self._make_context(setup, run, emit=_nobody)
        return [context.part(each) for each in parts(setup)]

    @abstractmethod
    async def _carry_through(self, run: Run, work: Callable[[Context], Awaitable[RunState]]) -> Run: ...

    @abstractmethod
    def _make_context(self, setup: ModuleSetup, run: Run, *, emit: Callable[[object], None]) -> Context: ...

    @abstractmethod
    def _setup(self, module: ModuleName) -> ModuleSetup: ...


def _nobody(_event: object) -> None:
    """Take an event and do nothing with it."""
