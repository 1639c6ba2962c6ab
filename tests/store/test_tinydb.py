"""It is still TinyDB: checkpoints open with the stock class, and the stock interface works on the journal."""

from pathlib import Path

import msgspec
import pytest
from tinydb import Query, TinyDB, where
from tinydb.table import Document

from core.engine.ports import Commit
from core.store.profile import ProfileStore
from tests.store.builders import AT, crm_id, line, link, seen
from tests.store.conftest import Opener


def test_tinydb_opens_the_checkpoint(store: ProfileStore, folder: Path) -> None:
    store.commit(Commit(links=[link(1), link(2)], cursors={"customers:crm": AT}))
    store.close()
    with TinyDB(folder / "state.json", access_mode="r") as stock:
        found = stock.table("links").storage.read()
        assert found is not None
        assert set(found["links"]) == {link(1).key, link(2).key}
        assert found["links"][link(2).key]["name"] == link(2).name
        assert stock.tables() == {"links", "cursors", "meta"}


def test_tinydb_opens_a_month_of_history(store: ProfileStore, folder: Path) -> None:
    store.commit(Commit(history=[line(1)]))
    store.close()
    with TinyDB(folder / "history" / "2024-05.json", access_mode="r") as stock:
        found = stock.storage.read()
    assert found is not None
    assert found["history"]["h1"]["before"] == {"contact_name": "前"}


def test_queries_find_what_the_store_committed(store: ProfileStore) -> None:
    store.commit(Commit(links=[link(1), link(2, state="ignored")], seen=[seen(3)]))
    links = store.db.table("links")
    (found,) = links.search(Query().state == "ignored")
    assert str(found.doc_id) == link(2).key
    assert links.get(doc_id=link(1).key)["crm_id"] == crm_id(1)  # type: ignore[call-overload]
    assert links.contains(where("name") == link(1).name)
    assert len(store.db.table("seen")) == 1


def test_an_update_by_query_is_durable_and_moves_the_indexes(store: ProfileStore, opened: Opener) -> None:
    store.commit(Commit(links=[link(1), link(2)]))
    store.db.table("links").update({"state": "crm_gone"}, where("crm_id") == crm_id(2))
    for one in (store, opened()):
        assert one.count_links("customers", "crm_gone") == 1
        assert one.link_of("customers", "crm", crm_id(2)) == link(2, state="crm_gone")


def test_put_insert_and_remove_are_durable(store: ProfileStore, opened: Opener) -> None:
    cursors = store.db.table("cursors")
    cursors.put("customers:crm", {"value": AT})
    cursors.insert(Document({"value": "x"}, "customers:books"))  # type: ignore[arg-type]
    cursors.put("vendors:crm", {"value": "y"})
    cursors.remove(doc_ids=["vendors:crm"])  # type: ignore[list-item]
    again = opened()
    assert (again.cursor("customers:crm"), again.cursor("customers:books")) == (AT, "x")
    assert again.cursor("vendors:crm") is None


def test_a_document_without_an_id_is_refused(store: ProfileStore) -> None:
    with pytest.raises(ValueError, match="needs its id"):
        store.db.table("cursors").insert({"value": "x"})


def test_a_document_that_no_index_can_place_is_refused_before_anything_is_written(store: ProfileStore) -> None:
    generation = store.generation()
    with pytest.raises(msgspec.ValidationError):
        store.db.table("links").put("customers:1:2", {"name": "x"})
    assert store.generation() == generation
    assert len(store.db.table("links")) == 0


def test_a_document_handed_out_is_the_callers_own(store: ProfileStore) -> None:
    store.commit(Commit(links=[link(1)]))
    links = store.db.table("links")
    links.all()[0]["crm_base"]["Phone"] = "spoiled"
    assert store.link_of("customers", "crm", crm_id(1)) == link(1)


def test_an_update_that_raises_changes_nothing(store: ProfileStore) -> None:
    store.commit(Commit(links=[link(1), link(2)]))

    def spoil(document: object) -> None:
        assert isinstance(document, dict)
        document["name"] = "spoiled"
        if document["crm_id"] == crm_id(2):
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError):
        store.db.table("links").update(spoil)
    assert list(store.links("customers")) == [link(1), link(2)]


def test_an_update_that_changes_nothing_writes_nothing(store: ProfileStore) -> None:
    store.commit(Commit(links=[link(1)]))
    store.db.table("links").update({"state": "linked"})
    assert store.generation() == 1


def test_tables_can_be_truncated_and_dropped(store: ProfileStore, opened: Opener) -> None:
    store.commit(Commit(links=[link(1)], seen=[seen(1)], cursors={"customers:crm": AT}))
    store.db.table("seen").truncate()
    store.db.drop_table("links")
    for one in (store, opened()):
        assert one.count_seen("crm", "Accounts") == one.count_links("customers") == 0
        assert one.link_of("customers", "crm", crm_id(1)) is None
        assert one.db.tables() == {"seen", "cursors"}


def test_query_caches_are_off(store: ProfileStore) -> None:
    store.commit(Commit(links=[link(1)]))
    links = store.db.table("links")
    links.search(where("state") == "linked")
    assert len(links._query_cache) == 0
