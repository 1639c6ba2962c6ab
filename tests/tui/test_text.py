import unicodedata

import pytest
from rich.cells import cell_len

from tui.text import clean, cut, fit, width, wrap

HOSTILE = {
    "escape": "\x1b[2J\x1b]0;title\x07",
    "csi": "\x9b2J",
    "nul": "a\x00b",
    "newline": "a\nb\r\nc\td",
    "bidi": "abc\u202edef\u2066ghi\u2069",
    "zero width": "a\u200bb\ufeffc\u200dd",
    "surrogate": "a\ud800b",
    "private": "a\ue000b",
    "unassigned": "a\u0378b",
    "tags": "a\U000e0041b",
    "family": "👨‍👩‍👧‍👦 x",
    "skin": "👍🏽",
    "flag": "🇯🇵 Tokyo",
    "keycap": "1️⃣",
    "zalgo": "Z" + "\u0301" * 5000 + "x",
    "hebrew": "שלום עולם",
    "arabic": "مرحبا بالعالم",
    "markup": "[bold red]x[/] [link=file:///etc/passwd]y[/link]",
    "long": "x" * 65536,
    "long wide": "株" * 65536,
    "ideographic variation": "葛\U000e0100城",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_nothing_that_a_terminal_obeys_gets_through(name: str) -> None:
    for character in clean(HOSTILE[name]):
        assert unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"), hex(ord(character))
    clean(HOSTILE[name]).encode("utf-8")


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("cells", [1, 2, 5, 20, 79])
def test_a_fitted_text_takes_exactly_its_cells(name: str, cells: int) -> None:
    assert cell_len(fit(HOSTILE[name], cells)) == cells


@pytest.mark.parametrize("name", HOSTILE)
def test_a_wrapped_text_never_exceeds_its_width(name: str) -> None:
    assert all(cell_len(line) <= 20 for line in wrap(HOSTILE[name], 20, most=50))


def test_what_was_neutralised_stays_visible() -> None:
    assert clean("a\x00\x1b[1mb") == "a\u2400\u241b[1mb"
    assert clean("a\u202eb") == "a<U+202E>b"


def test_markup_is_text() -> None:
    assert clean("[bold]x[/]") == "[bold]x[/]"


def test_flags_become_letters_and_families_their_members() -> None:
    assert clean("🇯🇵") == "JP"
    assert clean("👩‍👧") == "👩👧"


def test_piled_marks_are_limited() -> None:
    assert len(clean("e" + "\u0301" * 100)) == 3


def test_wide_characters_are_cut_between_cells() -> None:
    assert fit("株式会社ザイルカー", 10) == "株式会社.."
    assert fit("株式会社ザイルカー", 9) == "株式会.. "


def test_short_text_is_padded_on_the_asked_side() -> None:
    assert fit("ab", 4) == "ab  "
    assert fit("ab", 4, right=True) == "  ab"


def test_a_cut_text_says_so() -> None:
    assert cut("Zylker Manufacturing", 12) == "Zylker Man.."
    assert cut("Zylker", 12) == "Zylker"


def test_wrap_breaks_at_spaces() -> None:
    assert wrap("Shorten it on the source record.", 14) == ["Shorten it on", "the source", "record."]


def test_wrap_keeps_closing_marks_off_the_line_start() -> None:
    lines = wrap("短くしてください。次に", 16)
    assert lines == ["短くしてくださ", "い。次に"]


def test_wrap_keeps_the_indentation_of_raw_answers() -> None:
    assert wrap('{\n  "code": 15\n}', 40) == ["{", '  "code": 15', "}"]


def test_wrap_says_when_it_left_something_out() -> None:
    lines = wrap("word " * 100, 20, most=3)
    assert len(lines) == 3
    assert lines[-1].endswith("..")


def test_width_counts_cells() -> None:
    assert width("株a") == 3


def test_a_latin_word_within_japanese_is_not_broken() -> None:
    assert wrap("作成した文書はBooksに取り込まれます", 18) == ["作成した文書は", "Booksに取り込まれ", "ます"]
    assert wrap("x" * 30, 12) == ["x" * 12, "x" * 12, "x" * 6]
