"""Writes that no server can have acted on: when the whole must stop, they are known to have come to nothing."""

from collections.abc import AsyncIterator, Iterable

from core.model.problems import Problem
from core.model.record import Outcome, Unsent, Write
from core.zoho.caller import Answer, Call, Caller


class Pending:
    """The writes of one go that were not sent yet, or whose sending was turned away as a whole."""

    def __init__(self, writes: Iterable[Write]) -> None:
        self._refs = {each.ref: None for each in writes}

    async def send(self, caller: Caller, call: Call, writes: Iterable[Write]) -> Answer:
        """Send the call that carries ``writes``. Raises as ``Caller.call``; a ``Problem`` says that it was not acted
        on.
        """
        refs = [each.ref for each in writes]
        for ref in refs:
            self._refs.pop(ref, None)
        try:
            return await caller.call(call)
        except Problem:
            self._refs.update(dict.fromkeys(refs))
            raise

    async def told(self, outcomes: AsyncIterator[Outcome]) -> AsyncIterator[Outcome]:
        """Yield the outcomes; where a ``Problem`` ends them, first say which writes were not sent."""
        try:
            async for outcome in outcomes:
                self._refs.pop(outcome.ref, None)
                yield outcome
        except Problem:
            for ref in list(self._refs):
                yield Unsent(ref=ref)
            raise
