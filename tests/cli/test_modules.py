"""Every module and every shape of customers by commands alone: set up, planned, synced."""

from typing import Any

import pytest

from core.sandbox.testing import RunningSandbox
from tests.cli.conftest import Commands


@pytest.fixture(scope="module")
def world() -> Any:
    with RunningSandbox(accounts=None, kind="tiny", process=True) as made:
        yield made


@pytest.mark.parametrize("module", ["vendors", "items"])
def test_vendors_and_items_are_set_up_and_synced(kakehashi: Commands, world: RunningSandbox, module: str) -> None:
    kakehashi.connect(world)
    assert kakehashi("sync", module).code == 3
    stored = kakehashi("setup", module, "--extent", "both", "--json")
    assert stored.code == 0, stored.err
    assert kakehashi("plan", module, "--json").json["actions"] > 0
    run = kakehashi("sync", module, "--json")
    assert (run.code, run.json["state"]) == (0, "done"), run.err
    assert kakehashi("links", module, "--json").json
    again = kakehashi("plan", module, "--json").json["counts"]
    assert {each["created"] + each["updated"] for each in again.values()} == {0}
    assert {each["schedule"]["module"] for each in kakehashi("schedule", "--json").json} == {"customers", module}


@pytest.mark.parametrize("shape", ["contacts", "accounts_contacts", "accounts_contacts_all"])
def test_every_shape_can_be_chosen_and_starts_from_its_mapping(
    kakehashi: Commands, world: RunningSandbox, shape: str
) -> None:
    kakehashi.connect(world)
    before = kakehashi("setup", "customers", "--json").json["mapping"]
    stored = kakehashi("setup", "customers", "--shape", shape, "--name-order", "family_first", "--json")
    assert stored.code == 0, stored.err
    assert (stored.json["shape"], stored.json["name_order"]) == (shape, "family_first")
    assert stored.json["mapping"] != before
    assert kakehashi("plan", "--json").code == 0
    assert kakehashi("setup", "customers").code == 0


def test_what_has_no_shape(kakehashi: Commands, world: RunningSandbox) -> None:
    kakehashi.connect(world)
    assert kakehashi("setup", "vendors", "--shape", "contacts").code == 2
    assert kakehashi("setup", "customers", "--contact-view", "no such view").code == 3
