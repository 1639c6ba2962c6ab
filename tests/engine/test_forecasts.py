"""What a plan is forecast to cost, against the requests that the sandbox then logged: within a tenth (design.md §5).

A batch that turns out to be empty once its records are read is a call and its read-back: so many are let pass.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from msgspec import structs

from core.model.catalogue import default_mapping, default_setup
from core.model.names import SIDES
from core.model.run import Progress
from core.model.setup import ModuleSetup
from core.plan.cost import cost
from core.sandbox.testing import RunningSandbox
from tests.engine.wire import Wire, started


def shaped(shape: str) -> ModuleSetup:
    mapping = default_mapping("customers", shape)  # type: ignore[arg-type]
    return structs.replace(default_setup("customers"), shape=shape, mapping=mapping)  # type: ignore[arg-type]


WORLDS: dict[str, tuple[ModuleSetup, str, str, str]] = {
    "accounts": (default_setup("customers"), "Accounts", "contacts", "notes"),
    "contacts": (shaped("contacts"), "Contacts", "contacts", "notes"),
    "accounts and contacts": (shaped("accounts_contacts"), "Accounts", "contacts", "notes"),
    "all contacts": (shaped("accounts_contacts_all"), "Accounts", "contacts", "notes"),
    "vendors": (default_setup("vendors"), "Vendors", "contacts", "notes"),
    "items": (default_setup("items"), "Products", "items", "description"),
}
"""Setup, the CRM module and the Books module in which records are edited, and the field there."""


class Compared(Wire):
    """Counts what a run sends from where it begins to execute, as the server logged it."""

    def compare(self, what: str) -> dict[str, int]:
        forecast = cost(self.run(self.engine.plan(self.module)))
        began: list[int] = []
        self.events.clear()
        self.engine = self._engine()
        take = self.events.append

        def seen(event: object) -> None:
            take(event)
            if isinstance(event, Progress) and event.phase == "execute" and not began:
                began.append(self.asked())

        self.engine._emit = seen
        assert self.sync().state == "done"
        sent = self.zoho.requests(began[0])
        spent = {side: sum(each["side"] == side for each in sent) for side in SIDES}
        for side in SIDES:
            assert abs(forecast[side] - spent[side]) <= max(spent[side] / 10, 2), (what, side, forecast, spent)
        return spent


@pytest.fixture(
    scope="module",
    params=[
        pytest.param((40, 3, True), id="small and planted"),
        pytest.param((150, 5, False), id="larger", marks=pytest.mark.long),
        pytest.param((400, 9, True), id="large and planted", marks=pytest.mark.long),
    ],
)
def zoho(request: Any) -> Iterator[RunningSandbox]:
    accounts, seed, planted = request.param
    with started(accounts=accounts, seed=seed, planted=planted) as made:
        yield made


@pytest.mark.parametrize("duplicates", ["overwrite", "skip"])
@pytest.mark.parametrize("name", sorted(WORLDS))
def test_a_first_run_no_change_and_changes_cost_what_was_forecast(
    zoho: RunningSandbox, name: str, duplicates: str
) -> None:
    setup, crm, books, field = WORLDS[name]
    wire = Compared(zoho, structs.replace(setup, duplicates=duplicates))  # type: ignore[arg-type]
    try:
        first = wire.compare("the first run")
        assert sum(first.values()) > 0
        wire.compare("what came back")
        assert wire.compare("no change") == {"crm": 0, "books": 0}
        links = [each for each in wire.store.links(wire.module, "linked") if not each.crm_entity or crm == "Contacts"]
        for link in links[:30]:
            wire.edit("crm", "change", link.crm_id, module=crm, Description=f"seen {link.crm_id}")
        wire.compare("changes in CRM")
        for link in links[:30]:
            wire.edit("books", "change", link.books_id, module=books, **{field: f"told {link.books_id}"})
        wire.compare("changes in Books")
        for at, link in enumerate(links[:40]):
            wire.edit("crm", "change", link.crm_id, module=crm, Description=f"again {at}")
            if at % 2:
                wire.edit("books", "change", link.books_id, module=books, **{field: f"also {at}"})
        wire.compare("changes on both sides")
    finally:
        wire.close()
