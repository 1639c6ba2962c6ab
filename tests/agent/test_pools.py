"""Among whom likely pairs are looked for: records without a link, by part of the module, of one family."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from msgspec import structs

from core.agent.places import Place
from core.agent.pools import Pool, lone_of_plan, lone_of_store
from core.agent.state import ListedStore
from core.agent.suggesting import Suggestions
from core.engine.ports import Commit
from core.model.catalogue import default_mapping, default_setup
from core.model.deciding import Apart
from core.model.link import Link, Seen
from core.model.plan import Action, Plan
from core.model.run import Failure, Run
from core.model.setup import ModuleSetup
from tests.engine.fake import LocalClock

SETUP = structs.replace(
    default_setup("customers"), shape="accounts_contacts_all",
    mapping=default_mapping("customers", "accounts_contacts_all"),
)  # fmt: skip


@pytest.fixture
async def store(place: Place) -> AsyncIterator[ListedStore]:
    opened = ListedStore.load(place.folder, lambda _percent: None)
    opened.commit(Commit(setups=[SETUP]))
    yield opened
    opened.close()


def seen(side: Any, entity: str, number: int, name: str, **more: Any) -> Seen:
    return Seen(
        side=side, entity=entity, id=f"{side[0]}{number}", name=name, folded=name.casefold(), version="v", **more
    )


async def pool(store: ListedStore, part: str, setup: ModuleSetup = SETUP) -> Pool:
    return next(each for each in await lone_of_store(store, setup) if each.part == part)


def ids(found: Pool) -> tuple[set[str], set[str]]:
    return {each.id for each in found.crm}, {each.id for each in found.books}


async def test_linked_and_ambiguous_records_are_left_out(store: ListedStore) -> None:
    rows = [seen("crm", "Accounts", at, f"Aoba {at}") for at in range(4)]
    rows += [seen("books", "customers", at, f"Aoba {at}", kind="business") for at in range(4)]
    held = Failure(
        module="customers",
        direction="to_books",
        crm_id="c1",
        reason="F13",
        message="",
        held=True,
        candidates=("b1", "b2"),
    )
    store.commit(Commit(seen=rows, links=[Link(module="customers", crm_id="c0", books_id="b0")], failures=[held]))
    assert ids(await pool(store, "main")) == ({"c2", "c3"}, {"b3"})


async def test_each_part_has_the_records_that_it_would_take(store: ListedStore) -> None:
    rows = [
        seen("crm", "Accounts", 1, "Aoba"), seen("crm", "Contacts", 2, "Hana Aoba", parent="c1"),
        seen("crm", "Contacts", 3, "Kana Kita"), seen("books", "customers", 1, "Aoba", kind="business"),
        seen("books", "customers", 3, "Kana Kita", kind="individual"), seen("books", "persons", 2, "Hana", parent="b1"),
    ]  # fmt: skip
    store.commit(Commit(seen=rows))
    assert ids(await pool(store, "main")) == ({"c1"}, {"b1"})
    assert ids(await pool(store, "unassociated")) == ({"c3"}, {"b3"})
    assert ids(await pool(store, "persons")) == ({"c2"}, {"b2"})


async def test_contact_persons_are_of_one_family_when_their_accounts_are_linked(store: ListedStore) -> None:
    rows = [
        seen("crm", "Contacts", 2, "Hana Aoba", parent="c1"), seen("crm", "Contacts", 3, "Hana Aoba", parent="c9"),
        seen("books", "persons", 2, "Hana  Aoba", parent="b1"), seen("books", "persons", 3, "Hana Aoba", parent="b8"),
    ]  # fmt: skip
    store.commit(Commit(seen=rows, links=[Link(module="customers", crm_id="c1", books_id="b1")]))
    found = Suggestions(store, LocalClock(), lambda: None)
    page = await found.page("customers", 0, 10)
    assert [(each.part, each.crm_id, each.books_id) for each in page.suggestions] == [("persons", "c2", "b2")]
    await found.close()


async def test_what_is_out_of_the_view_is_not_suggested(store: ListedStore) -> None:
    rows = [seen("crm", "Accounts", 1, "Aoba", in_view=False), seen("crm", "Accounts", 2, "Kita")]
    store.commit(Commit(seen=rows))
    assert ids(await pool(store, "main", structs.replace(SETUP, view="7")))[0] == {"c2"}
    assert ids(await pool(store, "main"))[0] == {"c1", "c2"}


def lone(side: str, number: int, name: str, verb: Any = "create", why: Any = "new") -> Action:
    crm = side == "crm"
    return Action(
        verb=verb, why=why, module="customers", target=("books" if crm else "crm") if verb == "create" else None,
        crm_id=f"c{number}" if crm else None, books_id=None if crm else f"b{number}", name=name,
    )  # fmt: skip


async def test_of_a_plan_only_what_would_be_created_is_told(store: ListedStore) -> None:
    store.commit(Commit(seen=[seen("books", "customers", 9, "Kita Print KK", kind="business")]))
    actions = (
        lone("crm", 1, "Aoba Foods Ltd"), lone("books", 1, "AOBA FOODS", "skip", "one_way"),
        lone("crm", 2, "Minato", "skip", "out_of_view"), lone("books", 2, "MINATO", "skip", "one_way"),
        lone("crm", 3, "Kita Print"), lone("crm", 4, "Nishi", "skip", "shape"),
    )  # fmt: skip
    (found,) = await lone_of_plan(store, SETUP, Plan(module="customers", actions=actions))
    assert ids(found) == ({"c1", "c2", "c3"}, {"b1", "b2", "b9"})
    suggestions = Suggestions(store, LocalClock(), lambda: None)
    page = await suggestions.of_plan("p", Plan(module="customers", actions=actions), 0, 10)
    assert {(each.crm_id, each.books_id) for each in page.suggestions} == {("c1", "b1"), ("c3", "b9")}
    await suggestions.close()


async def test_suggestions_are_kept_until_a_sync_has_ended_and_follow_what_is_decided(store: ListedStore) -> None:
    rows = [seen("crm", "Accounts", at, f"Branch {at} Ltd") for at in (1, 2, 3)]
    rows += [seen("books", "customers", at, f"BRANCH {at}", kind="business") for at in (1, 2, 3)]
    store.commit(Commit(seen=rows))
    told: list[int] = []
    found = Suggestions(store, LocalClock(), lambda: told.append(1))
    assert found.known("customers") is None
    assert (await found.page("customers", 0, 10)).count == found.known("customers") == 3
    assert told == [1]
    store.commit(Commit(apart=[Apart(module="customers", crm_id="c1", books_id="b1")]))
    store.commit(Commit(links=[Link(module="customers", crm_id="c2", books_id="b2")]))
    assert [each.crm_id for each in (await found.page("customers", 0, 10)).suggestions] == ["c3"]
    assert told == [1], "nothing was looked for anew"
    store.commit(Commit(runs=[Run(id="1", module="customers", cause="decision", started="", state="done")]))
    assert found.known("customers") == 1
    store.commit(Commit(runs=[Run(id="2", module="customers", cause="manual", started="", state="done")]))
    assert found.known("customers") is None
    assert (await found.page("customers", 0, 10)).count == 1
    assert told == [1, 1]
    await found.close()


async def test_a_module_without_settings_has_none(store: ListedStore) -> None:
    found = Suggestions(store, LocalClock(), lambda: None)
    assert (await found.page("items", 0, 10)).count == 0
    await found.close()
