"""Every method of the engine's ``Store``, against memory and again after a restart from journal and from checkpoint."""

import pytest

from core.engine.ports import Commit, Store
from core.model.setup import FieldMap, ModuleSetup, OrganisationRef, Profile
from core.store.profile import ProfileStore
from tests.store.builders import AT, books_id, crm_id, failure, intent, line, link, run, seen
from tests.store.conftest import Again


def test_it_is_the_engines_store(store: ProfileStore) -> None:
    port: Store = store
    assert port.profile() is None


def test_profile_comes_back(store: ProfileStore, again: Again) -> None:
    side = OrganisationRef(
        side="crm", organization_id="1", name="架橋", email="a@b.example", accounts_url="u", api_url="v"
    )
    profile = Profile(name="default", crm=side, limits={"books": {"per_day": 1000}}, paused=True)
    store.commit(Commit(profile=profile))
    assert again().profile() == profile


def test_setup_comes_back_by_module(store: ProfileStore, again: Again) -> None:
    setup = ModuleSetup(module="customers", view="12", mapping=(FieldMap(crm="Phone", books="phone", kind="phone"),))
    store.commit(Commit(setups=[setup, ModuleSetup(module="items")]))
    found = again()
    assert found.setup("customers") == setup
    assert found.setup("vendors") is None


@pytest.mark.parametrize("side", ["crm", "books"])
def test_link_is_found_by_either_record(store: ProfileStore, again: Again, side: str) -> None:
    store.commit(Commit(links=[link(1), link(2), link(3, module="vendors")]))
    number = crm_id(2) if side == "crm" else books_id(2)
    assert again().link_of("customers", side, number) == link(2)  # type: ignore[arg-type]


def test_link_of_another_module_is_not_found(store: ProfileStore, again: Again) -> None:
    store.commit(Commit(links=[link(1)]))
    assert again().link_of("vendors", "crm", crm_id(1)) is None


def test_links_come_in_the_order_of_their_keys(store: ProfileStore, again: Again) -> None:
    store.commit(Commit(links=[link(n) for n in (3, 1, 2)] + [link(9, module="items")]))
    assert [found.crm_id for found in again().links("customers")] == [crm_id(1), crm_id(2), crm_id(3)]


def test_links_of_one_state_follow_a_change_of_state(store: ProfileStore, again: Again) -> None:
    store.commit(Commit(links=[link(1), link(2)]))
    assert len(list(store.links("customers", "linked"))) == 2
    store.commit(Commit(links=[link(2, state="crm_gone")]))
    found = again()
    assert [one.crm_id for one in found.links("customers", "crm_gone")] == [crm_id(2)]
    assert [one.crm_id for one in found.links("customers", "linked")] == [crm_id(1)]
    assert (found.count_links("customers"), found.count_links("customers", "linked")) == (2, 1)


def test_a_dropped_link_is_gone_from_every_index(store: ProfileStore, again: Again) -> None:
    store.commit(Commit(links=[link(1)]))
    store.commit(Commit(drop_links=[link(1).key]))
    found = again()
    assert found.link_of("customers", "crm", crm_id(1)) is None
    assert found.link_of("customers", "books", books_id(1)) is None
    assert list(found.links("customers")) == []
    assert found.count_links("customers", "linked") == 0


def test_a_half_link_can_become_whole_in_one_commit(store: ProfileStore, again: Again) -> None:
    half = link(1, books_id="", state="ambiguous")
    store.commit(Commit(links=[half]))
    store.commit(Commit(links=[link(1)], drop_links=[half.key]))
    assert again().link_of("customers", "crm", crm_id(1)) == link(1)


def test_the_whole_link_is_found_before_a_half_one(store: ProfileStore, again: Again) -> None:
    store.commit(Commit(links=[link(1, books_id="", state="ignored"), link(1)]))
    assert again().link_of("customers", "crm", crm_id(1)) == link(1)


def test_half_links_do_not_share_the_empty_id(store: ProfileStore, again: Again) -> None:
    store.commit(Commit(links=[link(1, books_id="", state="ignored"), link(2, books_id="", state="ignored")]))
    assert again().link_of("customers", "books", "") is None


def test_a_key_both_dropped_and_written_is_written(store: ProfileStore, again: Again) -> None:
    store.commit(Commit(links=[link(1)], drop_links=[link(1).key], seen=[seen(1)], drop_seen=[seen(1).key]))
    found = again()
    assert found.link_of("customers", "crm", crm_id(1)) == link(1)
    assert found.seen("crm", "Accounts", crm_id(1)) == seen(1)


def test_links_may_go_while_they_are_read(store: ProfileStore) -> None:
    store.commit(Commit(links=[link(n) for n in range(3)]))
    rows = store.links("customers")
    first = next(rows)
    store.commit(Commit(drop_links=[link(1).key], links=[link(5)]))
    assert [first.crm_id, *(row.crm_id for row in rows)] == [crm_id(0), crm_id(2)]


def test_seen_rows_by_id_and_by_exact_name(store: ProfileStore, again: Again) -> None:
    rows = [seen(1, name="架橋"), seen(2, name="架橋"), seen(3, name="かけはし"), seen(4, name="架橋", side="books")]
    store.commit(Commit(seen=rows))
    found = again()
    assert found.seen("crm", "Accounts", crm_id(3)) == rows[2]
    assert found.seen("crm", "Contacts", crm_id(3)) is None
    assert found.seen_named("crm", "Accounts", "架橋") == rows[:2]
    assert found.seen_named("crm", "Accounts", "架") == []


def test_a_renamed_row_leaves_its_old_name(store: ProfileStore, again: Again) -> None:
    store.commit(Commit(seen=[seen(1, name="old"), seen(2, name="old"), seen(3, name="old")]))
    store.commit(Commit(seen=[seen(1, name="new")], drop_seen=[seen(3).key]))
    found = again()
    assert [row.id for row in found.seen_named("crm", "Accounts", "old")] == [crm_id(2)]
    assert [row.id for row in found.seen_named("crm", "Accounts", "new")] == [crm_id(1)]


def test_seen_rows_of_one_side_and_entity(store: ProfileStore, again: Again) -> None:
    store.commit(Commit(seen=[seen(1), seen(2), seen(3, entity="Contacts"), seen(4, side="books")]))
    found = again()
    assert {row.id for row in found.seen_all("crm", "Accounts")} == {crm_id(1), crm_id(2)}
    assert found.count_seen("crm", "Accounts") == 2
    assert found.count_seen("crm", "Vendors") == 0


def test_cursor_comes_back(store: ProfileStore, again: Again) -> None:
    store.commit(Commit(cursors={"customers:crm": AT}))
    found = again()
    assert found.cursor("customers:crm") == AT
    assert found.cursor("customers:books") is None


def test_intents_stay_until_they_are_done(store: ProfileStore, again: Again) -> None:
    store.commit(Commit(intents=[intent("b"), intent("a")]))
    store.commit(Commit(done_intents=["b"]))
    assert again().intents() == [intent("a")]


def test_an_intent_opened_and_closed_at_once_is_closed(store: ProfileStore, again: Again) -> None:
    store.commit(Commit(intents=[intent("a")], done_intents=["a"]))
    assert again().intents() == []


def test_failures_by_key_and_by_module(store: ProfileStore, again: Again) -> None:
    rows = [failure(2), failure(1), failure(3, module="vendors")]
    store.commit(Commit(failures=rows))
    found = again()
    assert found.failure(rows[0].key) == rows[0]
    assert found.failure("customers:to_books:none") is None
    assert found.failures("customers") == [rows[1], rows[0]]
    assert found.failures() == [rows[1], rows[0], rows[2]]


def test_a_cleared_failure_is_gone(store: ProfileStore, again: Again) -> None:
    store.commit(Commit(failures=[failure(1), failure(2)]))
    store.commit(Commit(clear_failures=[failure(1).key]))
    assert again().failures() == [failure(2)]


def test_runs_newest_first(store: ProfileStore, again: Again) -> None:
    store.commit(Commit(runs=[run("r1")]))
    store.commit(Commit(runs=[run("r2")]))
    store.commit(Commit(runs=[run("r1", state="done", finished=AT), run("r3")]))
    found = again()
    assert [one.id for one in found.runs(2)] == ["r3", "r2"]
    assert [one.id for one in found.runs(99)] == ["r3", "r2", "r1"]
    assert found.run("r1") == run("r1", state="done", finished=AT)
    assert found.run("r4") is None


def test_history_of_a_run_and_of_a_record(store: ProfileStore, again: Again) -> None:
    rows = [line(1), line(2), line(3, run_id="r2", crm_id=crm_id(1))]
    store.commit(Commit(history=rows))
    found = again()
    assert list(found.history(run_id="r1")) == rows[:2]
    assert list(found.history(record_id=crm_id(1))) == [rows[0], rows[2]]
    assert list(found.history(record_id=books_id(2))) == [rows[1]]
    assert list(found.history(run_id="r2", record_id=crm_id(1))) == [rows[2]]
    assert list(found.history(record_id="1")) == []


def test_history_of_nothing_is_refused(store: ProfileStore) -> None:
    with pytest.raises(ValueError, match="history of what"):
        store.history()


def test_history_without_an_instant_is_refused_before_anything_is_written(store: ProfileStore) -> None:
    with pytest.raises(ValueError, match="not an instant"):
        store.commit(Commit(links=[link(1)], history=[line(1, at="../../x")]))
    assert store.count_links("customers") == 0


def test_generation_grows_with_every_commit(store: ProfileStore, again: Again) -> None:
    before = store.generation()
    store.commit(Commit(links=[link(1)]))
    store.commit(Commit(links=[link(1)]))
    assert again().generation() == before + 2


def test_an_empty_commit_writes_nothing(store: ProfileStore, again: Again) -> None:
    store.commit(Commit())
    assert again().generation() == 0
