"""The cost of a run is forecast before it starts, within a tenth (design.md §3, §5)."""

from collections.abc import Callable
from typing import Any

import pytest
from msgspec import structs

from core.engine.engine import Engine
from core.model.catalogue import default_setup
from core.model.names import SIDES, ModuleName, SideName
from core.model.run import Progress
from core.model.setup import ModuleSetup
from core.plan.cost import cost
from core.sandbox.testing import RunningSandbox
from tests.engine.memory import MemoryStore
from tests.engine.real import RealClock
from tests.engine.test_against_sandbox import sides
from tests.engine.test_modules_on_sandbox import shaped


class Watched:
    """An engine that remembers the calls with which its latest run began to execute."""

    def __init__(self, opened: Any, store: MemoryStore) -> None:
        self.began: dict[SideName, int] = {}
        self.engine = Engine(crm=opened["crm"], books=opened["books"], store=store, clock=RealClock(), emit=self._see)

    def _see(self, event: object) -> None:
        if isinstance(event, Progress) and event.phase == "execute" and not self.began:
            self.began = dict(event.api_calls)

    async def compare(self, module: ModuleName) -> None:
        """Plan, run, and see whether executing cost what was forecast."""
        forecast = cost(await self.engine.plan(module))
        self.began = {}
        run = await self.engine.execute(self.engine.begin(module, "manual"), confirm=True)
        assert run.state == "done"
        for side in SIDES:
            spent = run.api_calls[side] - self.began[side]
            assert abs(forecast[side] - spent) <= max(spent / 10, 2), (side, forecast[side], spent)


def edit(zoho: RunningSandbox, side: str, module: str, record_id: str, **fields: str) -> None:
    wanted = {"side": side, "module": module, "op": "change", "id": record_id, "fields": fields}
    zoho.control("POST", "edit", wanted)


@pytest.mark.parametrize(
    ("setup", "crm", "books", "field"),
    [
        (default_setup("customers"), "Accounts", "contacts", "notes"),
        (default_setup("items"), "Products", "items", "description"),
        (shaped("accounts_contacts_all"), "Accounts", "contacts", "notes"),
    ],
    ids=["accounts", "items", "all shapes"],
)
async def test_a_first_run_and_changes_of_either_side_cost_what_was_forecast(
    setup: ModuleSetup, crm: str, books: str, field: str
) -> None:
    with RunningSandbox(accounts=150, seed=5, planted=False, process=True) as zoho:
        store = MemoryStore()
        async with sides(zoho) as opened:
            watched = Watched(opened, store)
            await watched.engine.prepare(structs.replace(setup, duplicates="overwrite"))
            await watched.compare(setup.module)
            await watched.compare(setup.module)
            links = list(store.links(setup.module, "linked"))[:40]
            changes: list[Callable[[], None]] = [
                lambda: [edit(zoho, "crm", crm, each.crm_id, Description="1") for each in links] and None,
                lambda: [edit(zoho, "books", books, each.books_id, **{field: "2"}) for each in links] and None,
            ]
            for change in changes:
                change()
                await watched.compare(setup.module)
