"""Themes: switched live and remembered; readable; without colour nothing is lost."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.color import Color

from core.model.text import Lang
from tests.tui.driving import shown
from tests.tui.gallery import PLACES, at
from tests.tui.ptys import Pty, dev
from tui import theme
from tui.locale import STRINGS
from tui.settings import read, remember

F6 = b"\x1b[17~"
SGR = re.compile(rb"\x1b\[([\d;]*)m")
GROUNDS = {"dark": ("#000000", "#1e1e1e", "#282c34"), "light": ("#ffffff", "#fafafa", "#fdf6e3")}
"""Backgrounds of terminals: black and two usual dark ones; white and two usual light ones."""


@pytest.fixture(autouse=True)
def _the_terminals_own_again() -> Iterator[None]:
    yield
    theme.use("terminal", {})


def luminance(colour: str) -> float:
    """Relative luminance by WCAG 2."""
    parts = [part / 255 for part in Color.parse(colour).get_truecolor()]
    red, green, blue = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio by WCAG 2, 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("name", ["dark", "light"])
def test_every_colour_is_readable_on_its_ground(name: str) -> None:
    for role, style in theme.THEMES[name].items():
        for ground in GROUNDS[name]:
            if style.color is not None:
                assert contrast(style.color.name, ground) >= 4.5, f"{role} on {ground}"


@pytest.mark.parametrize("name", ["dark", "light"])
def test_these_themes_take_no_colour_of_the_palette(name: str) -> None:
    # The palette's own colours are whatever the terminal has: no ratio can be told of them.
    for role, style in theme.THEMES[name].items():
        assert style.color is None or style.color.is_default or style.color.name.startswith("#"), role


def test_a_status_is_a_word_a_sign_and_a_style() -> None:
    signs = {role: theme.SYMBOLS[role] for role in set(theme.STATES.values())}
    assert len(set(signs.values())) == len(signs)
    assert all(sign.strip() for sign in signs.values())
    for state in theme.STATES:
        for say in STRINGS.values():
            assert getattr(say, f"state_{state}", "") or getattr(say, f"check_{state}", ""), state


async def test_f6_switches_at_once_and_says_what_to() -> None:
    async with shown() as screen:
        for name in ("dark", "light", "none", "terminal"):
            await screen.press("f6")
            await screen.sees(f"Theme: {getattr(screen.app.say, f'theme_{name}')}")
            assert theme.used() == name
            styles = {segment.style for strip in screen.app.screen._compositor.render_strips() for segment in strip}
            colours = {style.color.name for style in styles if style and style.color and not style.color.is_default}
            if name == "none":
                assert not colours
            elif name != "terminal":
                assert colours <= {style.color.name for style in theme.THEMES[name].values() if style.color}


async def test_the_palette_finds_it(lang: Lang) -> None:
    async with shown(lang=lang) as screen:
        await screen.press("ctrl+p", *"theme", "enter")
        await screen.sees(screen.app.say.theme_dark)


@pytest.mark.parametrize("name", ["attention-waiting", "resolver", "overview", "progress-running"])
async def test_without_colour_the_text_is_the_same(name: str) -> None:
    place = next(each for each in PLACES if each.id == name)
    async with at(place) as screen:
        coloured = screen.text
    theme.use("none", {})
    async with at(place) as screen:
        assert screen.text == coloured


def test_it_is_remembered_and_the_rest_of_the_file_stays(tmp_path: Path) -> None:
    path = tmp_path / "screen.toml"
    path.write_text('# mine\ntheme = "dark"\n\n[keys]\n# no other\nsync = "B"\n', encoding="utf-8")
    remember(tmp_path, "light")
    assert path.read_text(encoding="utf-8") == 'theme = "light"\n# mine\n\n[keys]\n# no other\nsync = "B"\n'
    found = read(tmp_path, STRINGS["en"])
    assert (found.theme, found.keys) == ("light", {"sync": ("B",)})


def test_a_first_theme_makes_the_file(tmp_path: Path) -> None:
    remember(tmp_path / "new", "dark")
    assert read(tmp_path / "new", STRINGS["en"]).theme == "dark"


def colours(raw: bytes) -> list[bytes]:
    """The colour codes among the SGR sequences, but for those that take a colour away."""
    codes = [code for found in SGR.findall(raw) for code in found.split(b";") if code]
    return [code for code in codes if 30 <= int(code) <= 48 or 90 <= int(code) <= 107 if int(code) not in (39,)]


@pytest.mark.e2e
def test_a_real_terminal_is_switched_and_the_choice_is_kept(tmp_path: Path) -> None:
    with dev("--home", str(tmp_path)) as terminal:
        terminal.until("Attention(7)")
        terminal.press(F6)
        terminal.until("Theme: dark")
        assert b"38;2;" in terminal.raw
    assert read(tmp_path, STRINGS["en"]).theme == "dark"


@pytest.mark.e2e
def test_no_color_sends_no_colour_in_any_theme(tmp_path: Path) -> None:
    with dev("--home", str(tmp_path), env={"NO_COLOR": "1"}) as terminal:
        terminal.until("Attention(7)")
        terminal.press(F6)
        terminal.until("NO_COLOR is set")
        terminal.press(b"8")
        terminal.until("F16")
        terminal.press(b"2/zy")
        terminal.until("zy")
        terminal.quiet()
        assert colours(bytes(terminal.raw)) == []
        assert "+ Linked" in terminal.text()
    assert not (tmp_path / "screen.toml").exists()


@pytest.mark.e2e
def test_a_theme_that_does_not_exist_is_refused_before_the_screen_opens(tmp_path: Path) -> None:
    (tmp_path / "screen.toml").write_text('theme = "pink"\n', encoding="utf-8")
    with Pty([sys.executable, "-m", "tui.main", "--home", str(tmp_path)]) as terminal:
        assert terminal.ended() == 2
        assert "there is no theme pink" in terminal.text().replace("\n", " ")
