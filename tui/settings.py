"""The screen's own settings: ``screen.toml`` in the home folder, with a theme and other keys for actions.

::

    theme = "light"

    [keys]
    sync = "S"
    preview = ["v", "f7"]
"""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct

if TYPE_CHECKING:
    from tui.locale.en import English

FILE = "screen.toml"
THEME_LINE = re.compile(r"""\s*["']?theme["']?\s*=""")
NAMED = frozenset({
    "enter", "escape", "space", "tab", "up", "down", "left", "right", "home", "end", "pageup", "pagedown", "backspace",
    "insert", "delete", *(f"f{number}" for number in range(1, 13)),
    *(f"ctrl+{letter}" for letter in "abcdefghijklmnopqrstuvwxyz"),
})  # fmt: skip
CANNOT = {"ctrl+m": "enter", "ctrl+i": "tab", "ctrl+h": "backspace", "ctrl+j": "enter"}
"""What a terminal sends as another key."""
SIGNS = {
    "/": "slash", "?": "question_mark", "+": "plus", "-": "minus", ">": "greater_than_sign", "<": "less_than_sign",
    ".": "full_stop", ",": "comma", ";": "semicolon", ":": "colon", "!": "exclamation_mark", "*": "asterisk",
    "=": "equals_sign", "#": "number_sign", "@": "at", "&": "ampersand", "_": "underscore",
}  # fmt: skip
"""Signs as they are typed, and the names that Textual has for them."""


class Settings(Struct, frozen=True, kw_only=True):
    """What the file says. ``keys``: Textual's key names by action."""

    theme: str = ""
    keys: dict[str, tuple[str, ...]] = {}


class Wrong(Exception):
    """The file cannot be used; the text says where and why, in the user's language."""


def read(folder: Path, say: "English") -> Settings:
    """Return the settings of a home folder; no file: none. Raises ``Wrong``."""
    path = folder / FILE
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Settings()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Wrong(say.settings_unreadable.format(path=path, why=error)) from None
    for name in found:
        if name not in ("theme", "keys"):
            raise Wrong(say.settings_unknown.format(path=path, name=name))
    return Settings(theme=_theme(found, path, say), keys=_keys(found.get("keys", {}), path, say))


def remember(folder: Path, theme: str) -> None:
    """Keep a theme for the next start; the rest of the file, comments too, stays as it is. OSError where it cannot."""
    path = folder / FILE
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        lines = []
    table = next((index for index, line in enumerate(lines) if line.lstrip().startswith("[")), len(lines))
    kept = [line for line in lines[:table] if not THEME_LINE.match(line)]
    folder.mkdir(parents=True, exist_ok=True)
    written = path.with_suffix(".new")
    written.write_text("\n".join([f'theme = "{theme}"', *kept, *lines[table:]]) + "\n", encoding="utf-8")
    written.replace(path)


def _theme(found: Mapping[str, Any], path: Path, say: "English") -> str:
    from tui.theme import THEMES  # noqa: PLC0415

    theme = found.get("theme", "")
    if theme and theme not in THEMES:
        raise Wrong(say.settings_theme.format(path=path, name=theme, names=", ".join(THEMES)))
    return str(theme)


def _keys(found: Any, path: Path, say: "English") -> dict[str, tuple[str, ...]]:
    from tui.actions import ACTIONS, BY_ID  # noqa: PLC0415

    if not isinstance(found, dict):
        raise Wrong(say.settings_keys.format(path=path))
    wanted: dict[str, tuple[str, ...]] = {}
    for name, keys in found.items():
        if name not in BY_ID:
            raise Wrong(say.settings_action.format(path=path, name=name))
        given = [keys] if isinstance(keys, str) else keys
        if not isinstance(given, list) or not given:
            raise Wrong(say.settings_key.format(path=path, action=name, key=keys))
        wanted[name] = tuple(_key(name, key, path, say) for key in given)
    for action in ACTIONS:
        for other in ACTIONS:
            if action.id == other.id or not _meet(action, other):
                continue
            both = set(wanted.get(action.id, action.keys)) & set(wanted.get(other.id, other.keys))
            if both and (action.id in wanted or other.id in wanted):
                key = SHOWN.get(min(both), min(both))
                raise Wrong(say.settings_twice.format(path=path, key=key, one=action.id, other=other.id))
    return wanted


def _meet(one: Any, other: Any) -> bool:
    """Return whether two actions can be on one screen."""
    everywhere = "*" in one.screens or "*" in other.screens or one.moves or other.moves
    return everywhere or bool(one.screens & other.screens)


SHOWN = {name: sign for sign, name in SIGNS.items()}


def _key(action: str, key: Any, path: Path, say: "English") -> str:
    if isinstance(key, str):
        if key in CANNOT:
            raise Wrong(say.settings_same.format(path=path, action=action, key=key, other=CANNOT[key]))
        if key in SIGNS or key in SIGNS.values():
            return SIGNS.get(key, key)
        if key.lower() in NAMED:
            return key.lower()
        if len(key) == 1 and key.isascii() and key.isalnum():
            return key
    raise Wrong(say.settings_key.format(path=path, action=action, key=key))
