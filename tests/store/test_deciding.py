"""What a person decides, against memory and again after a restart from journal and from checkpoint."""

from core.engine.ports import Commit
from core.model.deciding import Apart, Conflict, ConflictField
from core.store.profile import ProfileStore
from tests.store.builders import AT, books_id, crm_id, link
from tests.store.conftest import Again


def conflict(number: int, **over: str) -> Conflict:
    field = ConflictField(crm_field="Phone", books_field="phone", kind="phone", crm="03-1", books="03-2", crm_base="03")
    return Conflict(
        module="customers", part="main", key=link(number).key, name=f"架橋 {number}", crm_id=crm_id(number),
        books_id=books_id(number), fields=(field,), since=AT, **over,
    )  # fmt: skip


def apart(number: int, **over: str) -> Apart:
    values = {"module": "customers", "crm_id": crm_id(number), "books_id": books_id(number), "at": AT, **over}
    return Apart(**values)  # type: ignore[arg-type]


def test_a_conflict_is_found_by_its_link(store: ProfileStore, again: Again) -> None:
    store.commit(Commit(conflicts=[conflict(2), conflict(1)]))
    found = again()
    assert found.conflict(link(1).key) == conflict(1)
    assert found.conflict(link(3).key) is None


def test_conflicts_come_in_the_order_of_their_links(store: ProfileStore, again: Again) -> None:
    store.commit(Commit(conflicts=[conflict(2), conflict(1)]))
    assert again().conflicts() == [conflict(1), conflict(2)]


def test_a_settled_conflict_is_gone(store: ProfileStore, again: Again) -> None:
    store.commit(Commit(conflicts=[conflict(1), conflict(2)]))
    store.commit(Commit(drop_conflicts=[link(1).key]))
    assert again().conflicts() == [conflict(2)]


def test_a_conflict_settled_and_held_anew_in_one_commit_stands(store: ProfileStore, again: Again) -> None:
    store.commit(Commit(conflicts=[conflict(1)]))
    store.commit(Commit(drop_conflicts=[link(1).key], conflicts=[conflict(1, stamp="new")]))
    assert again().conflicts() == [conflict(1, stamp="new")]


def test_records_kept_apart_come_back_by_module(store: ProfileStore, again: Again) -> None:
    store.commit(Commit(apart=[apart(2), apart(1), apart(3, module="vendors")]))
    found = again()
    assert found.kept_apart("customers") == [apart(1), apart(2)]
    assert found.kept_apart("items") == []
    assert found.kept_apart() == [apart(1), apart(2), apart(3, module="vendors")]


def test_records_no_longer_kept_apart_are_gone(store: ProfileStore, again: Again) -> None:
    store.commit(Commit(apart=[apart(1), apart(2)]))
    store.commit(Commit(drop_apart=[apart(1).key]))
    assert again().kept_apart() == [apart(2)]


def test_records_kept_apart_anew_in_one_commit_stay_apart(store: ProfileStore, again: Again) -> None:
    store.commit(Commit(apart=[apart(1)]))
    store.commit(Commit(drop_apart=[apart(1).key], apart=[apart(1, name="架橋")]))
    assert again().kept_apart() == [apart(1, name="架橋")]
