"""Pairs made and unmade by a person: ambiguous ones chosen, likely ones accepted, namesakes kept apart (F13)."""

import pytest

from core.model.problems import Problem
from core.model.run import Run
from core.model.undo import UndoScope
from tests.engine.memory import Killed
from tests.engine.test_persons import both, contact
from tests.engine.world import World


async def doubtful(**setup: object) -> tuple[World, str, list[str]]:
    """An account, and two customers of its name."""
    world = World(duplicates="overwrite", **setup)
    world.books.unique_names = False
    crm = world.crm.add("Aoba Foods", fields={"Phone": "1", "Billing_City": "Sendai"})
    books = [world.books.add("Aoba Foods", fields={"billing_address.city": city}) for city in ("Natori", "Iwanuma")]
    await world.sync()
    assert world.failure(crm).reason == "F13"
    return world, crm, books


async def choose(world: World, crm: str, books: str) -> Run:
    return await world.engine.execute_choose(world.engine.begin(world.module, "decision"), crm, books)


async def test_the_chosen_one_is_paired_and_merged_as_at_a_first_pairing() -> None:
    world, crm, (one, two) = await doubtful()
    run = await choose(world, crm, two)
    assert run.state == "done", run
    assert world.partner("crm", crm) == two
    assert world.books.records[two].fields["billing_address.phone"] == "1"
    assert world.books.records[two].fields["billing_address.city"] == "Sendai"
    assert "billing_address.phone" not in world.books.records[one].fields
    assert not world.store.failures()
    (line,) = world.store.history(run_id=run.id)
    assert (line.why, line.crm_id, line.books_id) == ("chosen", crm, two)
    assert line.lost == {"billing_address.city": "Iwanuma"}


async def test_those_who_waited_for_the_choice_are_looked_at_again() -> None:
    world, crm, (one, two) = await doubtful()
    await choose(world, crm, two)
    await world.sync()
    assert [each.name for each in world.crm.records.values()] == ["Aoba Foods", "Aoba Foods"]
    assert world.partner("books", one) != crm
    await world.settled()


async def test_the_key_is_stamped_on_what_was_chosen() -> None:
    world, crm, (_, two) = await doubtful()
    await choose(world, crm, two)
    assert [write.key for write in world.books.sent if write.id == two] == [crm]


async def test_two_records_of_different_names_can_be_paired() -> None:
    world = World(extent="fetch", duplicates="skip")
    crm, books = world.crm.add("株式会社青葉"), world.books.add("Aoba K.K.", fields={"billing_address.city": "Natori"})
    world.crm.view = lambda record: record.id != crm
    world.setup(view="v")
    await world.sync()
    assert not world.links()
    assert (await choose(world, crm, books)).state == "done"
    assert world.partner("crm", crm) == books
    assert world.books.records[books].fields["contact_name"] == "株式会社青葉"
    assert world.books.records[books].fields["billing_address.city"] == "Natori"


@pytest.mark.parametrize("taken", ["crm", "books"])
async def test_a_record_that_has_a_counterpart_is_not_paired_once_more(taken: str) -> None:
    world = World()
    one, two = world.crm.add("Aoba Foods"), world.crm.add("Minato Steel")
    await world.sync()
    books = world.partner("crm", two)
    free = world.books.add("Kita Print") if taken == "crm" else ""
    before = world.writes()
    run = await choose(world, one, books if taken == "books" else free)
    assert (run.state, run.problem) == ("failed", "already_linked")
    assert world.partner("crm", two) == books
    assert world.writes() == before


async def test_what_is_not_there_is_not_paired() -> None:
    world, crm, _ = await doubtful()
    run = await choose(world, crm, "b9999")
    assert (run.state, run.problem) == ("failed", "not_found")
    assert not world.links()


async def test_an_individual_is_not_paired_with_an_account() -> None:
    world = World()
    crm, books = world.crm.add("Sato Print"), world.books.add("Sato", kind="individual")
    world.books.refuse = lambda write: None
    world.crm.view = lambda record: False
    world.setup(view="v")
    await world.sync()
    run = await choose(world, crm, books)
    assert (run.state, run.problem) == ("failed", "not_a_pair")
    assert not world.links()


async def test_a_contact_is_paired_with_a_person_of_its_own_account_only() -> None:
    world = both()
    account, other = world.crm.add("Aoba Foods"), world.crm.add("Minato Steel")
    await world.sync()
    mine, theirs = world.partner("crm", account), world.partner("crm", other)
    hana = contact(world, "Hana Aoba", account)
    kana = world.books.add("Hanna Aoba", entity="persons", parent=mine)
    far = world.books.add("Hana Minato", entity="persons", parent=theirs)
    world.crm.view = lambda record: record.id != hana
    world.setup(contact_view="v")
    await world.sync()
    assert world.store.link_of("persons", "crm", hana) is None
    refused = await choose(world, hana, far)
    if world.store.link_of("persons", "books", far) is None:
        assert (refused.state, refused.problem) == ("failed", "not_a_pair")
    if world.store.link_of("persons", "books", kana) is None:
        assert (await choose(world, hana, kana)).state == "done"
        found = world.store.link_of("persons", "crm", hana)
        assert found is not None and found.books_id == kana


@pytest.mark.parametrize("commit", range(6))
async def test_a_kill_at_any_commit_of_a_choice_ends_as_chosen_or_asks_again(commit: int) -> None:
    world, crm, (_, two) = await doubtful()
    world.store.die_at = world.store.commits + commit
    try:
        await choose(world, crm, two)
        world.restart()
    except Killed:
        world.restart()
        await world.sync()
        if world.store.link_of("customers", "crm", crm) is None:
            assert world.failure(crm).reason == "F13"
            await choose(world, crm, two)
    assert world.partner("crm", crm) == two
    assert world.books.records[two].fields["billing_address.phone"] == "1"
    await world.sync()
    await world.settled()


async def test_a_choice_can_be_undone() -> None:
    world, crm, (_, two) = await doubtful()
    run = await choose(world, crm, two)
    scope = UndoScope(run_id=run.id)
    assert (await world.engine.execute_undo(world.engine.begin_undo(scope), scope)).state == "done"
    link = world.store.link_of("customers", "crm", crm)
    assert link is not None and link.state == "ignored"
    assert world.books.records[two].fields.get("billing_address.phone") is None
    assert world.books.records[two].fields["billing_address.city"] == "Iwanuma"


async def test_records_kept_apart_leave_the_other_candidate() -> None:
    world, crm, (one, two) = await doubtful()
    await world.engine.keep_apart("customers", crm, one)
    await world.sync()
    assert world.partner("crm", crm) == two
    assert {each.key for each in world.store.kept_apart("customers")} == {f"customers:{crm}:{one}"}


async def test_records_kept_apart_are_never_paired_by_their_name() -> None:
    world = World(duplicates="skip")
    world.books.unique_names = False
    crm, books = world.crm.add("Aoba Foods"), world.books.add("Aoba Foods")
    await world.sync()
    assert not world.links()
    await world.engine.keep_apart("customers", crm, books)
    world.setup(duplicates="overwrite")
    await world.sync()
    assert world.partner("crm", crm) != books
    assert world.partner("books", books) != crm
    await world.settled()


async def test_three_of_whom_two_are_kept_apart_are_still_asked_about() -> None:
    world = World(duplicates="overwrite")
    world.books.unique_names = False
    crm = [world.crm.add("Aoba Foods") for _ in range(2)]
    books = [world.books.add("Aoba Foods") for _ in range(2)]
    await world.sync()
    await world.engine.keep_apart("customers", crm[0], books[0])
    await world.sync()
    assert world.failure(crm[0]).candidates == (books[1],)
    assert world.failure(crm[1]).candidates == tuple(books)
    await world.engine.keep_apart("customers", crm[1], books[1])
    await world.sync()
    assert (world.partner("crm", crm[0]), world.partner("crm", crm[1])) == (books[1], books[0])
    assert not world.store.failures()
    await world.settled()


async def test_apart_can_be_taken_back() -> None:
    world = World(duplicates="overwrite", extent="fetch")
    world.books.unique_names = False
    crm, books = world.crm.add("Aoba Foods"), world.books.add("Aoba Foods")
    world.crm.view = lambda record: False
    world.setup(view="v")
    await world.sync()
    await world.engine.keep_apart("customers", crm, books)
    await world.sync()
    world.engine.forget_apart("customers", crm, books)
    world.crm.view = None
    world.setup(view=None)
    await world.sync()
    assert world.partner("crm", crm) == books


async def test_choosing_two_that_were_kept_apart_takes_that_back() -> None:
    world, crm, (one, _) = await doubtful()
    await world.engine.keep_apart("customers", crm, one)
    assert (await choose(world, crm, one)).state == "done"
    assert world.partner("crm", crm) == one
    assert not world.store.kept_apart()


async def test_linked_records_are_not_kept_apart() -> None:
    world = World()
    crm = world.crm.add("Aoba Foods")
    await world.sync()
    with pytest.raises(Problem) as refused:
        await world.engine.keep_apart("customers", crm, world.partner("crm", crm))
    assert refused.value.code == "already_linked"


async def test_what_is_not_there_is_not_kept_apart() -> None:
    world, crm, _ = await doubtful()
    with pytest.raises(Problem) as refused:
        await world.engine.keep_apart("customers", crm, "b9999")
    assert refused.value.code == "not_found"
    assert not world.store.kept_apart()


async def test_records_can_be_kept_apart_before_the_first_sync() -> None:
    world = World(duplicates="overwrite")
    world.books.unique_names = False
    crm, books = world.crm.add("Aoba Foods"), world.books.add("Aoba Foods")
    await world.engine.keep_apart("customers", crm, books)
    assert [each.name for each in world.store.kept_apart()] == ["Aoba Foods"]
    await world.sync()
    assert world.partner("crm", crm) != books
    await world.settled()


async def test_a_record_that_a_killed_run_made_is_not_kept_apart_from_what_it_was_made_of() -> None:
    world = World()
    crm = world.crm.add("Aoba Foods")
    world.store.die_at = world.store.commits + 3
    with pytest.raises(Killed):
        await world.engine.execute(world.engine.begin("customers", "manual"))
    (books,) = world.books.records
    world.restart()
    with pytest.raises(Problem) as refused:
        await world.engine.keep_apart("customers", crm, books)
    assert refused.value.code == "already_linked"
    await world.sync()
    assert world.partner("crm", crm) == books
