"""The agent is killed at random while triggers and transactions run: nothing is made twice, nothing is missing."""

from __future__ import annotations

import random
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.sandbox.testing import RunningSandbox
from tests.e2e.place import KAKEHASHI, Place
from tests.e2e.terminal import until

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]

QUOTE, WON, LOST = "Proposal/Price Quote", "Closed Won", "Closed Lost"
ENDS = {QUOTE: "draft", WON: "accepted", LOST: "declined"}


@pytest.fixture
def place() -> Iterator[Place]:
    with tempfile.TemporaryDirectory(prefix="kk-") as folder:
        made = Place(Path(folder) / "home")
        yield made
        made.close()


class Ground:
    """A profile whose customers are synced, and deals that people move."""

    def __init__(self, place: Place, zoho: RunningSandbox, seed: int) -> None:
        self.place, self.zoho, self.dice = place, zoho, random.Random(seed)
        place.connect(zoho)
        place.ask("sync", "customers", codes=(0, 9))
        self.accounts = [each["crm_id"] for each in place.ask("links", "--state", "linked")]

    def edit(self, op: str, record_id: str = "", **fields: Any) -> str:
        wanted = {"side": "crm", "module": "Deals", "op": op, "id": record_id, "fields": fields}
        return str(self.zoho.control("POST", "edit", wanted)["id"])

    def deals(self, count: int) -> dict[str, str]:
        return {
            self.edit("create", Deal_Name=f"案件 {at}", Amount=1000 + at, Stage=QUOTE,
                      Account_Name=self.accounts[at % len(self.accounts)]): QUOTE
            for at in range(count)
        }  # fmt: skip

    def killed(self, *words: str, after: int) -> None:
        """Run a command and kill the agent after a random number of requests, at most ``after``."""
        pid, seen = self.place.agent_pid(), len(self.zoho.requests())
        wanted = seen + self.dice.randrange(1, after)
        running = subprocess.Popen(
            [KAKEHASHI, *words], env=self.place.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        until(lambda: running.poll() is not None or len(self.zoho.requests()) >= wanted, 60, lambda: "nothing moves")
        self.place.kill_agent(pid)
        running.wait(60)

    def papers(self, entity: str = "estimate") -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.zoho.control("GET", f"truth/books/documents/{entity}")["records"]
        return found


def through_kills(place: Place, *, deals: int, kills: int, seed: int) -> None:
    with RunningSandbox(accounts=12, seed=seed, process=True, planted=False) as zoho:
        ground = Ground(place, zoho, seed)
        place.ask("triggers", "estimate", "--create-at", QUOTE, "--accept-at", WON)
        stages = ground.deals(deals)
        for each in range(kills):
            ground.killed("triggers", "run", after=6 * deals // kills + 12)
            if each == kills // 2:
                place.ask("triggers", "run")
                for deal in stages:
                    stages[deal] = ground.dice.choice(list(ENDS))
                    ground.edit("change", deal, Stage=stages[deal])
        place.ask("triggers", "run")
        made = {each["zcrm_potential_id"]: each["status"] for each in ground.papers()}
        assert len(ground.papers()) == len(made) == deals
        assert made == {deal: ENDS[stage] for deal, stage in stages.items()}
        shown_through_kills(ground, kills)
        place.close()


def shown_through_kills(ground: Ground, kills: int) -> None:
    """The same documents appear in CRM once each, however often the agent dies over it."""
    ground.place.ask("transactions", "on", "--confirm")
    for _ in range(kills):
        ground.killed("transactions", "run", after=len(ground.papers()))
    ground.place.ask("transactions", "run")
    quotes = ground.zoho.control("GET", "truth/crm/Quotes")["records"]
    assert len(quotes) == len(ground.papers())
    assert {each["Kakehashi_Books_ID"] for each in quotes} == {each["estimate_id"] for each in ground.papers()}
    assert all(len(each["Quoted_Items"]) == 1 and each["Grand_Total"] >= 1000 for each in quotes)


def test_a_few_kills(place: Place) -> None:
    through_kills(place, deals=16, kills=2, seed=5)


@pytest.mark.long
def test_many_kills(place: Place) -> None:
    through_kills(place, deals=300, kills=25, seed=9)
