"""The merge of one pair, as a pure function."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from core.model.catalogue import default_setup
from core.model.names import ConflictPolicy, SideName, other
from core.model.setup import FieldMap, ModuleSetup
from core.model.value import Fields, Value
from core.plan.merge import Decision, Pair, Rules, merge

VALUES = (None, "x", "y", "z")
values = st.sampled_from(VALUES)


def rules(*rows: FieldMap, winner: ConflictPolicy = "crm", extent: str = "both", overwrite: str = "") -> Rules:
    setup = structs.replace(default_setup("customers"), mapping=rows, extent=extent)
    return Rules(setup=setup, winner=winner, overwrite=overwrite or None)  # type: ignore[arg-type]


def decide(
    a: Value, b: Value, base_a: Value = "x", base_b: Value = "x", *, winner: ConflictPolicy = "crm",
    extent: str = "both", **row: object,
) -> tuple[SideName | None, Value]:  # fmt: skip
    one = FieldMap(crm="A", books="B", **row)  # type: ignore[arg-type]
    pair = Pair(crm={"A": a}, books={"B": b}, crm_base={"A": base_a}, books_base={"B": base_b})
    (found,) = merge(pair, rules(one, winner=winner, extent=extent))
    return found.target, found.value(other(found.target)) if found.target else None


NOTHING = (None, None)


def test_only_the_changed_side_is_written_to_the_other() -> None:
    assert decide("y", "x") == ("books", "y")
    assert decide("x", "y") == ("crm", "y")
    assert decide("x", "x") == NOTHING


def test_both_changed_to_the_same_converge() -> None:
    assert decide("y", "y") == NOTHING


@pytest.mark.parametrize(("policy", "target", "value"), [("crm", "books", "y"), ("books", "crm", "z")])
def test_both_changed_differently_go_by_the_policy(policy: ConflictPolicy, target: str, value: str) -> None:
    assert decide("y", "z", winner=policy) == (target, value)


def test_ask_writes_nothing() -> None:
    assert decide("y", "z", winner="ask") == NOTHING


def test_a_standing_difference_is_left_alone() -> None:
    assert decide("x", "X!", "x", "X!") == NOTHING, "the server of one side bent what it was given"


def test_blank_does_not_overwrite_filled_unless_the_row_says_so() -> None:
    assert decide(None, "x") == NOTHING
    assert decide(None, "x", blank_overwrites=True) == ("books", None)


def test_a_blank_yields_to_a_change_of_the_other_side() -> None:
    assert decide(None, "z") == ("crm", "z")
    assert decide(None, "z", blank_overwrites=True) == ("books", None)


def test_one_way_rows_and_a_one_way_extent_hold_back_the_other_way() -> None:
    assert decide("x", "y", direction="to_books") == NOTHING
    assert decide("x", "y", extent="fetch") == NOTHING
    assert decide("y", "x", direction="to_crm") == NOTHING
    assert decide("y", "z", winner="books", extent="fetch") == ("books", "y"), "only one way is open: its source wins"


def test_create_only_fields_are_never_updated() -> None:
    assert decide("y", "x", create_only=True) == NOTHING


def test_first_pairing_fills_blanks_and_settles_differences_by_the_policy() -> None:
    row = FieldMap(crm="A", books="B")

    def first(a: Value, b: Value, **more: object) -> tuple[SideName | None, bool]:
        (found,) = merge(Pair(crm={"A": a}, books={"B": b}), rules(row, **more))  # type: ignore[arg-type]
        return found.target, found.conflict

    assert first(None, "z") == ("crm", False)
    assert first("y", None) == ("books", False)
    assert first("y", "z") == ("books", True)
    assert first("y", "z", winner="books") == ("crm", True)
    assert first("y", "z", overwrite="books") == ("crm", True)
    assert first(None, "z", overwrite="crm") == (None, False), "Overwrite sends nothing back, and blanks nothing"
    assert first("y", None, overwrite="crm") == ("books", False)


def test_two_rows_of_one_field_settle_in_one_run() -> None:
    rows = FieldMap(crm="Name", books="one", direction="to_books"), FieldMap(crm="Name", books="two")
    pair = Pair(
        crm={"Name": "x"}, books={"one": "x", "two": "y"}, crm_base={"Name": "x"}, books_base={"one": "x", "two": "x"}
    )
    assert [(each.row.books, each.target) for each in merge(pair, rules(*rows))] == [("one", "books"), ("two", "crm")]


rows = st.builds(
    FieldMap, crm=st.sampled_from(("A1", "A2")), books=st.sampled_from(("B1", "B2")),
    direction=st.sampled_from(("both", "to_books", "to_crm")),
    blank_overwrites=st.booleans(), create_only=st.booleans(),
)  # fmt: skip
pairs = st.builds(
    Pair,
    crm=st.dictionaries(st.sampled_from(("A1", "A2")), values),
    books=st.dictionaries(st.sampled_from(("B1", "B2")), values),
    crm_base=st.dictionaries(st.sampled_from(("A1", "A2")), values),
    books_base=st.dictionaries(st.sampled_from(("B1", "B2")), values),
)


def _mirrored(setup: ModuleSetup) -> ModuleSetup:
    turned: dict[str, str] = {"both": "both", "to_books": "to_crm", "to_crm": "to_books"}
    mapping = tuple(
        structs.replace(row, crm=row.books, books=row.crm, direction=turned[row.direction]) for row in setup.mapping
    )
    return structs.replace(setup, mapping=mapping)


@settings(deadline=None, derandomize=True)
@given(
    pairs,
    st.lists(rows, max_size=4, unique_by=lambda row: (row.crm, row.books)),
    st.sampled_from(("crm", "books", "ask")),
)
def test_I14_swapping_sides_and_policy_mirrors_the_result(
    pair: Pair, mapping: list[FieldMap], winner: ConflictPolicy
) -> None:
    one = rules(*mapping, winner=winner)
    turned: dict[ConflictPolicy, ConflictPolicy] = {"crm": "books", "books": "crm", "ask": "ask"}
    two = Rules(setup=_mirrored(one.setup), winner=turned[winner])
    mirrored = Pair(crm=pair.books, books=pair.crm, crm_base=pair.books_base, books_base=pair.crm_base)

    def told(found: list[Decision], mirror: bool) -> list[object]:
        return [
            (
                (each.target and other(each.target)) if mirror else each.target,
                *((each.books, each.crm) if mirror else (each.crm, each.books)),
                each.conflict, each.held, each.blocked,
            )
            for each in found
        ]  # fmt: skip

    assert told(merge(pair, one), False) == told(merge(mirrored, two), True)


@settings(deadline=None, derandomize=True)
@given(pairs, st.lists(rows, max_size=4, unique_by=lambda row: row.crm), st.sampled_from(("crm", "books")))
def test_I1_what_a_merge_made_equal_needs_no_second_merge(
    pair: Pair, mapping: list[FieldMap], winner: ConflictPolicy
) -> None:
    mapping = [row for at, row in enumerate(mapping) if row.books not in {each.books for each in mapping[:at]}]
    made = rules(*mapping, winner=winner)
    crm: Fields = {row.crm: pair.crm.get(row.crm) for row in mapping}
    books: Fields = {row.books: pair.books.get(row.books) for row in mapping}
    for each in merge(pair, made):
        if each.target == "crm":
            crm[each.row.crm] = each.books
        elif each.target == "books":
            books[each.row.books] = each.crm
    again = merge(Pair(crm=crm, books=books, crm_base=crm, books_base=books), made)
    assert not [each for each in again if each.target or each.held]
