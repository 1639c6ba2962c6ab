"""What a person has to decide, and has decided, comes back after a restart from journal and from checkpoint."""

import pytest
from msgspec import structs

from core.engine.ports import Commit
from core.model.deciding import Apart, Conflict, ConflictField
from core.model.names import ModuleName
from core.store.profile import ProfileStore
from tests.store.builders import AT, books_id, crm_id, link
from tests.store.conftest import Again


def held(number: int) -> Conflict:
    field = ConflictField(
        crm_field="Tags", books_field="cf_tags", kind="multiselect", crm_base=("a",), crm=("a", "b"), books_base="a",
        books=None,
    )  # fmt: skip
    return Conflict(
        module="customers", part="main", key=link(number).key, name="架橋", crm_id=crm_id(number),
        books_id=books_id(number), fields=(field,), since=AT, stamp="1",
    )  # fmt: skip


def apart(number: int, module: ModuleName = "customers") -> Apart:
    return Apart(module=module, crm_id=crm_id(number), books_id=books_id(number + 1), name="架橋", at=AT)


def test_conflicts_come_back_in_the_order_of_their_keys(store: ProfileStore, again: Again) -> None:
    store.commit(Commit(conflicts=[held(2), held(1)]))
    found = again()
    assert found.conflicts() == [held(1), held(2)]
    assert found.conflict(held(2).key) == held(2)
    assert found.conflict("customers:0:0") is None


def test_a_conflict_is_replaced_and_dropped(store: ProfileStore, again: Again) -> None:
    store.commit(Commit(conflicts=[held(1), held(2)]))
    store.commit(Commit(conflicts=[structs.replace(held(1), stamp="2")], drop_conflicts=[held(2).key]))
    assert [each.stamp for each in again().conflicts()] == ["2"]


def test_a_conflict_dropped_and_filed_in_one_commit_is_filed(store: ProfileStore, again: Again) -> None:
    store.commit(Commit(conflicts=[held(1)], drop_conflicts=[held(1).key]))
    assert again().conflicts() == [held(1)]


@pytest.mark.parametrize(("module", "count"), [(None, 3), ("customers", 2), ("vendors", 1), ("items", 0)])
def test_what_is_kept_apart_comes_back_by_module(
    store: ProfileStore, again: Again, module: ModuleName | None, count: int
) -> None:
    store.commit(Commit(apart=[apart(2), apart(1), apart(3, "vendors")]))
    found = again().kept_apart(module)
    assert len(found) == count
    assert [each.key for each in found] == sorted(each.key for each in found)


def test_what_may_be_paired_again_is_forgotten(store: ProfileStore, again: Again) -> None:
    store.commit(Commit(apart=[apart(1), apart(2)]))
    store.commit(Commit(drop_apart=[apart(1).key]))
    assert again().kept_apart() == [apart(2)]
