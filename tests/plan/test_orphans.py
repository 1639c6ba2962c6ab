"""Into which record a vanished one may have been merged: those of nearly the same name (F30)."""

import pytest

from core.model.catalogue import default_setup
from core.model.record import Record
from core.plan.facts import Facts
from core.plan.orphans import orphaned, survivors


def record(side: str, record_id: str, name: str) -> Record:
    return Record(side=side, entity="", id=record_id, name=name, version="1", fields={})  # type: ignore[arg-type]


def facts(*names: str, orphans: tuple[str, ...] = ("b1",)) -> Facts:
    crm = {f"c{at}": record("crm", f"c{at}", name) for at, name in enumerate(names)}
    return Facts(setup=default_setup("customers"), crm=crm, orphans=frozenset(orphans))


@pytest.mark.parametrize(
    ("name", "others", "found"),
    [
        ("青葉システム (旧)", ("青葉システム株式会社", "港製鋼"), ("c0",)),
        ("Old Aoba Foods", ("Aoba Foods Ltd", "Minato"), ("c0",)),
        ("Aoba Foods", ("Aoba Foods Kobe", "Aoba Foods Inc."), ("c0", "c1")),
        ("Aoba Foods", ("Aoyama Foods",), ()),
        ("ABC", ("ABC Trading",), ()),
        ("ABCD", ("ABCD Trading",), ("c0",)),
    ],
)
def test_a_survivor_begins_or_ends_as_the_vanished_one_does(
    name: str, others: tuple[str, ...], found: tuple[str, ...]
) -> None:
    assert survivors(facts(*others), record("books", "b1", name)) == found


def test_only_a_record_of_books_is_an_orphan() -> None:
    known = facts(orphans=("1",))
    assert orphaned(known, record("books", "1", "A"))
    assert not orphaned(known, record("crm", "1", "A"))
    assert not orphaned(known, record("books", "2", "A"))
