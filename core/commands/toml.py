"""Writing TOML: as much of it as settings need. ``tomllib`` reads it back to the same value."""

import json
import re
from collections.abc import Iterator, Mapping

Plain = str | int | float | bool
_BARE = re.compile(r"[A-Za-z0-9_-]+")


def to_toml(value: Mapping[str, object], comment: str = "") -> str:
    """Return a document. Values: text, numbers, booleans, lists, tables, lists of tables. None is left out.

    Raises TypeError for anything else.
    """
    head = [f"# {line}".rstrip() for line in comment.splitlines()]
    return "\n".join([*head, *([""] if head else []), *_table(value, ())]).strip("\n") + "\n"


def _table(value: Mapping[str, object], path: tuple[str, ...]) -> Iterator[str]:
    here = {key: each for key, each in value.items() if each is not None}
    deeper = [key for key, each in here.items() if isinstance(each, Mapping) or _is_tables(each)]
    for key, each in here.items():
        if key not in deeper:
            yield f"{_key(key)} = {_inline(each)}"
    for key in deeper:
        inner, name = here[key], ".".join(map(_key, (*path, key)))
        if isinstance(inner, Mapping):
            yield ""
            yield f"[{name}]"
            yield from _table(inner, (*path, key))
        else:
            assert isinstance(inner, list | tuple)
            for each in inner:
                yield ""
                yield f"[[{name}]]"
                yield from _table(each, (*path, key))


def _is_tables(value: object) -> bool:
    return isinstance(value, list | tuple) and bool(value) and all(isinstance(each, Mapping) for each in value)


def _inline(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        # TOML's basic strings are JSON's, but for this one character.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_inline, value)) + "]"
    raise TypeError(f"no TOML for {type(value).__name__}")


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _inline(key)
