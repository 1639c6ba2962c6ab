"""The engine on the real store: what it commits is found again by the next process."""

from pathlib import Path

from core.store.profile import ProfileStore
from tests.engine.world import World


async def test_a_profile_that_was_closed_and_opened_again_plans_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "profile"
    store = ProfileStore.open(folder)
    world = World(store=store, duplicates="overwrite")
    for at in range(30):
        world.crm.add(f"Branch {at}", fields={"Phone": f"03-{at}"})
    world.books.add("Branch 3", fields={"notes": "VIP"})
    world.books.add("Only in Books")
    world.crm.add("Twin")
    world.crm.add("Twin")
    first = await world.sync()
    told = world.failures()
    assert first.state == "done" and list(told.values()) == ["F12"]
    store.close()

    world.store = ProfileStore.open(folder)  # type: ignore[assignment]
    world.restart()
    try:
        assert world.failures() == told and world.store.count_links("customers", "linked") == 32
        await world.settled()
        world.crm.edit("c0001", Phone="1")
        run = await world.sync()
        assert world.count(run, "to_books") == {"updated": 1, "failed": 1}
        assert [line.name for line in world.store.history(run_id=run.id)] == ["Branch 0"]
    finally:
        world.store.close()  # type: ignore[attr-defined]
