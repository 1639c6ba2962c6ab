"""Themes, other keys, and jumping."""

import subprocess
import sys
from pathlib import Path

import pytest
from rich.style import Style

from core.model.text import Lang
from tests.tui.driving import shown
from tui.actions import BY_ID
from tui.locale import STRINGS
from tui.screens.jump import PLACES
from tui.settings import Settings, Wrong, read
from tui.theme import STYLES, SYMBOLS, TERMINAL, THEMES, role_of, use

SAY = STRINGS["en"]


def given(folder: Path, text: str) -> Settings:
    (folder / "screen.toml").write_text(text, encoding="utf-8")
    return read(folder, SAY)


def test_no_file_is_no_setting(tmp_path: Path) -> None:
    assert read(tmp_path, SAY) == Settings()


def test_theme_and_keys_are_taken(tmp_path: Path) -> None:
    found = given(tmp_path, 'theme = "light"\n[keys]\nsync = "S"\npreview = ["!", "f7"]\n')
    assert found == Settings(theme="light", keys={"sync": ("S",), "preview": ("exclamation_mark", "f7")})


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("theme = ", "cannot be read"),
        ('colour = "x"', "there is no setting colour"),
        ('theme = "pink"', "there is no theme pink; there are terminal, dark, light, none"),
        ("keys = 3", "[keys] must be a table"),
        ('[keys]\nfly = "x"', "[keys] names no action fly"),
        ('[keys]\nsync = "hyper+x"', "[keys] sync: hyper+x is no key"),
        ('[keys]\nsync = "ctrl+m"', "a terminal sends ctrl+m as enter"),
        ('[keys]\nsync = "v"', "[keys] v would mean both sync and preview"),
        ("[keys]\nsync = []", "[keys] sync"),
    ],
)
def test_what_is_wrong_is_told_precisely(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(Wrong) as caught:
        given(tmp_path, text)
    assert told in str(caught.value)
    assert "screen.toml" in str(caught.value)


def test_other_keys_are_bound_shown_and_listed() -> None:
    # In a process of its own: screens make their bindings from the table when they are imported.
    program = """
from tui.actions import BY_ID, bindings, key_list, remap
from tui.locale import STRINGS
remap({"sync": ("f7",), "mode_history": ("h",)})
from tui.screens.overview import Overview
from tui.actions import MODE_KEYS
keys = {binding.key: binding.action for binding in Overview.BINDINGS}
assert keys["f7"] == "do('sync')" and "s" not in keys, keys
assert MODE_KEYS["history"] == "h"
assert "`F7` | Sync now" in key_list(STRINGS["en"]), key_list(STRINGS["en"])
"""
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)


def test_every_theme_styles_every_role_and_none_has_no_colour() -> None:
    assert all(set(styles) == set(STYLES) for styles in THEMES.values())
    assert not [style for style in THEMES["none"].values() if style.color or style.bgcolor]
    try:
        use("dark")
        assert STYLES["bad"] != TERMINAL["bad"]
    finally:
        use("terminal")
    assert STYLES == TERMINAL


def test_a_status_is_never_told_by_colour_alone() -> None:
    for state in ("ok", "running", "paused", "failed", "unavailable"):
        assert SYMBOLS[role_of(state)].strip()
    assert len(set(SYMBOLS.values())) == len(SYMBOLS)


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_colours_are_readable_on_their_background(theme: str) -> None:
    def light(style: Style) -> float:
        assert style.color is not None and style.color.triplet is not None
        parts = [part / 255 for part in style.color.triplet]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    ground = 0.0 if theme == "dark" else 1.0
    for role, style in THEMES[theme].items():
        if style.color is not None:
            bright, dark = max(light(style), ground), min(light(style), ground)
            assert (bright + 0.05) / (dark + 0.05) >= 4.5, role


async def test_any_place_is_two_keys_away(lang: Lang) -> None:
    async with shown(lang=lang) as screen:
        await screen.press("J")
        await screen.sees(STRINGS[lang].jump_title, STRINGS[lang].mode_history)
        await screen.press("h")
        await screen.until(lambda: screen.app.current_mode == "history")
        await screen.press("J", "escape")
        await screen.sees_not(STRINGS[lang].jump_title)


def test_every_letter_of_the_jump_is_an_action_of_its_own() -> None:
    assert len({letter for letter, _, _ in PLACES}) == len(PLACES)
    assert {action for _, action, _ in PLACES} <= set(BY_ID)
