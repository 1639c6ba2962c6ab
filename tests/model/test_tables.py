import re

import pytest

from core.model.catalogue import books_length, default_setup, entity, name_field
from core.model.problems import PROBLEMS, Problem
from core.model.reasons import REASONS, reason
from core.model.text import Text

TEXTS: list[tuple[str, Text]] = [
    *((f"{key} title", each.title) for key, each in REASONS.items()),
    *((f"{key} remedy", each.remedy) for key, each in REASONS.items()),
    *((f"{key} message", each.message) for key, each in PROBLEMS.items()),
    *((f"{key} remedy", each.remedy) for key, each in PROBLEMS.items()),
]


def places(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


def test_every_reason_of_the_reference_is_there_once() -> None:
    assert list(REASONS) == [f"F{number}" for number in range(1, 44)]


@pytest.mark.parametrize(("where", "text"), TEXTS, ids=[where for where, _ in TEXTS])
def test_both_languages_say_something_and_fill_the_same_places(where: str, text: Text) -> None:
    assert text.en.strip() and text.ja.strip()
    assert places(text.en) == places(text.ja)
    assert text.en != text.ja


def test_an_unknown_reason_is_shown_by_its_id() -> None:
    assert "F99" in reason("F99").title.say("en")


def test_a_place_without_a_value_stays_visible() -> None:
    assert "{side}" in Problem("credential_refused", why="x").message("en")


def test_the_name_is_mapped_by_default() -> None:
    setup = default_setup("customers")
    pairs = {(each.crm, each.books) for each in setup.mapping if each.direction == "both"}
    crm, books = entity("customers", setup.shape, "crm"), entity("customers", setup.shape, "books")
    assert (name_field(crm), name_field(books)) in pairs


def test_no_two_default_rows_write_one_books_field() -> None:
    paths = [each.books for each in default_setup("customers").mapping]
    assert len(paths) == len(set(paths))


@pytest.mark.parametrize(("path", "length"), [("contact_name", 200), ("billing_address.city", 100), ("notes", None)])
def test_lengths_are_found_by_the_last_part_of_a_path(path: str, length: int | None) -> None:
    assert books_length(path) == length
