"""The engine on the real store: what it commits is found again by the next process."""

from pathlib import Path

from core.model.undo import UndoScope
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


async def test_contacts_persons_and_an_undo_outlive_a_restart(tmp_path: Path) -> None:
    world = World(store=ProfileStore.open(tmp_path / "profile"), shape="accounts_contacts_all")
    account = world.crm.add("Aoba Foods")
    inside = world.crm.add("Hana Sato", entity="Contacts", parent=account, fields={"Phone": "1"})
    alone = world.crm.add("Ken Mori", entity="Contacts")
    await world.sync()
    world.crm.edit(inside, Phone="2")
    run = await world.sync()
    world.store.close()  # type: ignore[attr-defined]
    world.store = ProfileStore.open(tmp_path / "profile")  # type: ignore[assignment]
    world.restart()
    person = world.store.link_of("persons", "crm", inside)
    individual = world.store.link_of("customers", "crm", alone)
    assert person is not None and individual is not None and individual.crm_entity == "Contacts"
    scope = UndoScope(run_id=run.id)
    undone = await world.engine.execute_undo(world.engine.begin_undo(scope), scope)
    assert undone.state == "done"
    assert world.books.records[person.books_id].fields["phone"] == "1"
    await world.settled()
    world.store.close()  # type: ignore[attr-defined]
