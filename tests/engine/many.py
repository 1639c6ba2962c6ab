"""A hundred thousand customers on both sides, synced under one pair of policies in a process of its own.

Prints one JSON line: what was counted, how the plan was browsed, and the most memory that the process held.
"""

import asyncio
import json
import resource
import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from msgspec import structs

from core.agent.setting_up import SettingUp
from core.model.plan import Plan
from core.model.run import Run
from core.service_setup import PlanFilter
from core.store.profile import ProfileStore
from tests.engine.world import World

EDITED = 10
"""One linked pair in so many is edited on both sides."""


class Browser(SettingUp):
    """The service's windows over one plan."""

    def __init__(self, plan: Plan) -> None:
        self._profile: Any = SimpleNamespace(runner=SimpleNamespace(held_plan=lambda _id: plan))

    async def _ready(self) -> Any:
        return self._profile

    async def _side(self, name: Any) -> Any:
        raise AssertionError("nobody is asked")


def held() -> int:
    """Return the most memory that this process has held, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1_024


def made(count: int, folder: Path, duplicates: str, conflict: str) -> World:
    """Half of each side has a namesake on the other one, with another phone; the rest are alone."""
    world = World(store=ProfileStore.open(folder), duplicates=duplicates, conflict=conflict)
    world.books.unique_names = False
    for at in range(count):
        world.crm.add(f"Branch {at:06d}", fields={"Phone": f"03-{at}", "Website": f"{at}.example.jp"})
        name = f"Branch {at:06d}" if at % 2 == 0 else f"Harbour {at:06d}"
        world.books.add(name, fields={"billing_address.phone": f"06-{at}", "notes": "x" * 100})
    return world


async def browsed(plan: Plan) -> dict[str, Any]:
    """Walk through all of a plan window by window, and look for one name."""
    browser, shown, count = Browser(plan), 0, len(plan.actions)
    for start in range(0, count, 1_000):
        window = await browser.plan_window("1", PlanFilter(), start, start + 1_000)
        assert window.count == count and all(each.crm_base is None for each in window.actions)
        shown += len(window.actions)
    named = await browser.plan_window("1", PlanFilter(text="branch 000001"), 0, 10)
    return {
        "actions": count, "shown": shown, "named": [each.name for each in named.actions],
        "tallies": {f"{each.direction or 'local'} {each.verb}": each.count for each in window.tallies},
    }  # fmt: skip


def counted(run: Run) -> dict[str, dict[str, int]]:
    told = {way: structs.asdict(count) for way, count in run.counts.items()}
    return {way: {name: number for name, number in count.items() if number} for way, count in told.items()}


async def story(count: int, duplicates: str, conflict: str) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="kk-") as folder:
        world = made(count, Path(folder) / "profile", duplicates, conflict)
        empty = held()
        told: dict[str, Any] = {"plan": await browsed(await world.engine.plan("customers"))}
        told["planned"] = held() - empty
        told["first"] = counted(await world.sync(confirm=True))
        links = list(world.store.links("customers", "linked"))[::EDITED]
        for link in links:
            world.books.edit(link.books_id, website="books.example.jp", notes="told on the phone")
            world.crm.edit(link.crm_id, Website="crm.example.jp")
        told["edited"] = len(links)
        told["second"] = counted(await world.sync(confirm=True))
        told["websites"] = sorted({str(world.crm.records[each.crm_id].fields["Website"]) for each in links})
        told["third"] = counted(await world.sync(confirm=True))
        told["synced"] = held() - empty
        told["links"] = world.store.count_links("customers", "linked")
        told["failures"] = len(world.store.failures())
        world.store.close()  # type: ignore[attr-defined]
        return told


if __name__ == "__main__":
    print(json.dumps(asyncio.run(story(int(sys.argv[1]), sys.argv[2], sys.argv[3]))))
