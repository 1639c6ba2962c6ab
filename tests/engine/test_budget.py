"""When the day's calls run out: the most urgent first, a clean stop, and the rest another day (design.md §5)."""

from tests.engine.world import World


async def test_what_is_wrong_is_put_right_before_what_is_new_and_what_failed_comes_last() -> None:
    world = World(duplicates="overwrite")
    linked = [world.crm.add(f"Linked {at}") for at in range(3)]
    world.books.add("Refused", entity="vendors")
    refused = world.crm.add("Refused")
    await world.sync()
    assert world.failures() == {refused: "F12"}
    for each in linked:
        world.crm.edit(each, Phone="1")
    world.crm.add("Another", record_id="a-new-one")
    paired = world.crm.add("Pair", record_id="b-pair", fields={"Phone": "1"})
    world.books.add("Pair", fields={"billing_address.phone": "2"})
    order: list[str] = []
    world.books.on_write = lambda write: order.append(write.name)
    await world.sync(retry=("*",))
    assert order == ["Linked 0", "Linked 1", "Linked 2", "Another", "Pair", "Refused"]
    assert world.partner("crm", paired)


async def test_a_used_up_day_stops_the_run_cleanly_and_the_next_one_goes_on() -> None:
    world = World()
    for at in range(7):
        world.crm.add(f"Branch {at}")
    world.books.problem_after = 4
    stopped = await world.sync()
    assert (stopped.state, stopped.problem) == ("stopped", "daily_quota")
    assert stopped.counts["to_books"].created == 4 and len(world.links()) == 4
    assert not world.store.failures(), "a day that is over is nobody's failure"
    assert not world.store.intents(), "what was not sent need not be looked up"
    world.books.problem_after = None
    goes_on = await world.sync()
    assert goes_on.counts["to_books"].created == 3
    names = [each.name for each in world.books.records.values()]
    assert sorted(names) == [f"Branch {at}" for at in range(7)]
    await world.settled()
