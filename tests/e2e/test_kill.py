"""The agent is killed at random moments of a first sync; nothing is made twice and nothing is missing (I7, I8)."""

import random

import pytest

from core.sandbox.testing import RunningSandbox
from tests.e2e.oracle import World
from tests.e2e.place import Place
from tests.e2e.terminal import until

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]


def sync_through_kills(place: Place, *, accounts: int, seed: int, kills: int) -> None:
    dice = random.Random(seed)
    with RunningSandbox(accounts=accounts, seed=seed, process=True) as zoho:
        world = World(zoho)
        place.connect(zoho)
        for _ in range(kills):
            pid, seen = place.agent_pid(), len(zoho.requests())
            place.ask("sync", "customers", "--no-wait", codes=(0, 8))
            wanted = seen + dice.randrange(1, max(2, 2 * accounts // kills))
            until(lambda: len(zoho.requests()) >= wanted or idle(place, pid), 60, lambda: "the sync does not move")  # noqa: B023
            place.kill_agent(pid)
        place.ask("sync", "customers")
        assert world.complaints(place.ask("failures"), place.ask("links")) == []
        place.close()


def idle(place: Place, pid: int) -> bool:
    return place.ask("status")["running"] is None


def test_a_few_kills(place: Place) -> None:
    sync_through_kills(place, accounts=120, seed=3, kills=4)


@pytest.mark.long
@pytest.mark.timeout(1_500)
@pytest.mark.parametrize("seed", [7, 8, 9])
def test_a_hundred_and_eighty_kills(place: Place, seed: int) -> None:
    sync_through_kills(place, accounts=2_000, seed=seed, kills=60)
