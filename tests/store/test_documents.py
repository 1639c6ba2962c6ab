"""What TinyDB sees of a table: a mapping that decodes as it is read, and one that takes changes aside."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.store.documents import Documents, Draft
from core.store.profile import ProfileStore
from tests.store.conftest import Opener

RAW = {"a": b'{"n":1}', "b": b'{"n":2}'}


def draft() -> Draft:
    return Draft(RAW, str)


def test_a_table_reads_as_a_mapping() -> None:
    table = Documents(RAW)
    assert dict(table) == {"a": {"n": 1}, "b": {"n": 2}}
    assert len(table) == 2
    assert "a" in table and "c" not in table


@given(st.lists(st.tuples(st.sampled_from(["set", "del", "clear", "pop"]), st.sampled_from("abcd"), st.integers(0, 3))))
def test_a_draft_behaves_like_a_dict_of_its_documents(steps: list[tuple[str, str, int]]) -> None:
    made, model = draft(), {"a": {"n": 1}, "b": {"n": 2}}
    for what, key, number in steps:
        if what == "set":
            made[key] = model[key] = {"n": number}
        elif what == "del" and key in model:
            del made[key], model[key]
        elif what == "pop":
            assert made.pop(key, None) == model.pop(key, None)
        elif what == "clear":
            made.clear()
            model.clear()
        assert (dict(made), len(made), set(made)) == (model, len(model), set(model))
        assert [key in made for key in "abcd"] == [key in model for key in "abcd"]
    changes = made.changes()
    after = {**RAW, **changes}
    assert {key: msgspec.json.decode(value) for key, value in after.items() if value is not None} == model
    assert all(RAW.get(key) != value for key, value in changes.items()), "only what differs"


@pytest.mark.parametrize("key", ["b", "never"])
def test_what_a_draft_does_not_hold_is_named(key: str) -> None:
    made = draft()
    del made["b"]
    with pytest.raises(KeyError, match=key):
        made[key]
    with pytest.raises(KeyError, match=key):
        del made[key]


def test_a_document_changed_in_place_is_a_change() -> None:
    made = draft()
    made["a"]["n"] = 9
    assert made["b"] == {"n": 2}
    assert made.changes() == {"a": b'{"n":9}'}


def test_the_id_class_is_given_each_id() -> None:
    made = Draft(RAW, lambda name: f"<{name}>")
    made["c"] = {"n": 3}
    assert list(made) == ["<a>", "<b>", "<c>"]


def test_writing_all_tables_replaces_them(store: ProfileStore, opened: Opener) -> None:
    storage = store.db.storage
    storage.write({"one": {"a": {"n": 1}, "b": {"n": 2}}, "two": {"c": {"n": 3}}, "empty": {}})
    storage.write({"one": {"a": {"n": 1}, "b": {"n": 5}, "d": {"n": 4}}, "empty": {}})
    for each in (store, opened()):
        found = each.db.storage.read()
        assert found is not None
        assert {name: dict(found[name]) for name in ("one", "empty")} == {
            "one": {"a": {"n": 1}, "b": {"n": 5}, "d": {"n": 4}},
            "empty": {},
        }
        assert "two" not in found


def test_writing_what_is_there_commits_nothing(store: ProfileStore) -> None:
    storage = store.db.storage
    storage.write({"one": {"a": {"n": 1}}})
    before = store.generation()
    storage.write({name: dict(table) for name, table in (storage.read() or {}).items()})
    assert store.generation() == before


def test_writing_without_a_document_drops_it(store: ProfileStore) -> None:
    storage = store.db.storage
    storage.write({"one": {"a": {"n": 1}, "b": {"n": 2}}})
    storage.write({"one": {"b": {"n": 2}}})
    found = storage.read()
    assert found is not None and dict(found["one"]) == {"b": {"n": 2}}
