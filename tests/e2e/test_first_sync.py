"""A user connects a sandbox, syncs customers, and syncs again."""

from typing import Any

import pytest

from core.sandbox.testing import RunningSandbox
from tests.e2e.oracle import World
from tests.e2e.place import Place

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]


def sync_and_judge(place: Place, accounts: int, seed: int) -> None:
    with RunningSandbox(accounts=accounts, seed=seed, process=True) as zoho:
        world = World(zoho)
        place.connect(zoho)
        first = place.ask("sync", "customers")
        failures, links = place.ask("failures"), place.ask("links")
        assert world.complaints(failures, links) == []
        assert_counts_add_up(world, first)

        since = len(zoho.requests())
        second = place.ask("sync", "customers")
        assert [each["path"] for each in zoho.writes(since)] == []
        for direction in ("to_books", "to_crm"):
            counts = second["counts"][direction]
            assert counts["created"] + counts["updated"] + counts["linked"] == 0, counts
        place.close()


def assert_counts_add_up(world: World, run: dict[str, Any]) -> None:
    assert sum(run["counts"]["to_books"].values()) == len(world.accounts_before)
    customers = len(world.before)
    assert sum(run["counts"]["to_crm"].values()) == customers
    assert run["state"] == "done"


def test_a_first_sync_makes_everything_equal_and_the_second_writes_nothing(place: Place) -> None:
    sync_and_judge(place, accounts=300, seed=11)


@pytest.mark.long
def test_two_thousand_accounts(place: Place) -> None:
    sync_and_judge(place, accounts=2_000, seed=7)
