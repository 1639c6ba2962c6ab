import re
import unicodedata
from pathlib import Path
from string import Formatter

import pytest

from core.model.problems import PROBLEMS
from core.model.reasons import REASONS
from core.service import Health
from tui.locale import STRINGS, guess, word
from tui.locale.en import English
from tui.locale.ja import Japanese


def words(*tables: type) -> list[str]:
    return [name for table in tables for name in vars(table) if not name.startswith("__")]


ENGLISH = English.__mro__[:-1]
JAPANESE = tuple(table for table in Japanese.__mro__[:-1] if table not in ENGLISH)
KEYS = words(*ENGLISH)


def places(text: str) -> list[str]:
    return sorted(name for _, name, _, _ in Formatter().parse(text) if name is not None)


def test_japanese_has_every_string_and_no_other() -> None:
    assert sorted(words(*JAPANESE)) == sorted(KEYS)
    assert len(KEYS) == len(set(KEYS))


def test_both_languages_have_the_same_places() -> None:
    for name in KEYS:
        assert places(getattr(English, name)) == places(getattr(Japanese, name)), name


def test_no_string_has_a_character_of_ambiguous_width() -> None:
    for name in KEYS:
        for text in (getattr(English, name), getattr(Japanese, name)):
            assert not [letter for letter in text if unicodedata.east_asian_width(letter) == "A"], text


def test_english_is_english() -> None:
    for name in KEYS:
        # The language key names the other language, in that language.
        assert getattr(English, name).isascii() or name in ("do_language", "tip_language"), name


def test_no_string_is_unused() -> None:
    source = "".join(path.read_text() for path in Path("tui").rglob("*.py") if "locale" not in path.parts)
    looked_up = ("do_", "tip_", "mode_", "module_", "side_", "state_", "phase_", "cause_", "verb_", "why_", "count_")
    looked_up += (
        "due_",
        "field_",
        "filter_",
        "kind_",
        "sort_",
        "wait_",
        "valve_",
        "no_",
        "to_",
        "extent_",
        "step_",
        "shape_",
        "tells_",
    )
    looked_up += (
        "duplicates_",
        "conflict_",
        "order_",
        "part_",
        "way_",
        "type_",
        "note_",
        "ask_",
        "form_",
        "undo_",
        "elsewhere_",
        "waiting_",
        "take_",
        "theme_",
        "field_hindered_",
    )
    unused = [name for name in KEYS if not name.startswith(looked_up) and f"say.{name}" not in source]
    assert not unused


def test_zohos_own_labels_are_used() -> None:
    # integration-behaviour B31, B32, B81, B83, B88, B21
    japanese = Japanese
    assert japanese.extent_fetch == "CRMから取得"
    assert japanese.extent_both == "双方向同期"
    assert japanese.do_sync == "即時同期"
    assert japanese.do_configure == "今すぐ設定"
    assert japanese.filter_crm == "CRMの顧客"
    assert japanese.record_failures == "同期の失敗"


@pytest.mark.parametrize(
    ("environ", "lang"),
    [
        ({"LC_ALL": "ja_JP.UTF-8", "LANG": "en_US.UTF-8"}, "ja"),
        ({"LC_ALL": "", "LC_MESSAGES": "en_GB.UTF-8", "LANG": "ja_JP.UTF-8"}, "en"),
        ({"LANG": "ja_JP.eucJP"}, "ja"),
        ({}, "en"),
    ],
)
def test_the_locale_chooses_the_language(environ: dict[str, str], lang: str) -> None:
    assert guess(environ) == lang


def test_every_health_has_a_word() -> None:
    for name in Health.__args__:
        assert word(STRINGS["en"], "state", name) != name


def test_reasons_and_problems_fit_a_narrow_terminal() -> None:
    from tui.text import wrap

    for texts in [(each.title, each.remedy) for each in REASONS.values()]:
        for text in texts:
            assert all(len(wrap(text.say(lang), 76)) <= 3 for lang in ("en", "ja"))
    for problem in PROBLEMS.values():
        assert re.sub(r"\{\w+\}", "", problem.message.ja) != problem.message.en
