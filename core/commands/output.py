"""How results look: tables for people, JSON for programs. stdout only."""

import os
import sys
import unicodedata
from collections.abc import Iterable, Sequence

import msgspec

from core.model.link import Link
from core.model.names import Direction, SideName
from core.model.plan import Count
from core.model.problems import Problem
from core.model.reasons import reason
from core.model.run import Failure, Run
from core.model.text import Lang

DIRECTIONS: tuple[Direction, ...] = ("to_books", "to_crm")
SIDES: tuple[SideName, ...] = ("crm", "books")


def print_json(value: object) -> None:
    """Write one JSON document and a line end."""
    sys.stdout.buffer.write(msgspec.json.encode(value) + b"\n")
    sys.stdout.buffer.flush()


def print_json_list(parts: Iterable[object], *, first: bool) -> None:
    """Write items of a long JSON list as they come; ``first`` opens it. End it with ``end_json_list``."""
    for each in parts:
        sys.stdout.buffer.write((b"[\n" if first else b",\n") + msgspec.json.encode(each))
        first = False


def end_json_list(*, empty: bool) -> None:
    """Close a list."""
    sys.stdout.buffer.write(b"[]\n" if empty else b"\n]\n")
    sys.stdout.buffer.flush()


def print_lines(lines: Iterable[str]) -> None:
    """Write lines."""
    for each in lines:
        sys.stdout.write(f"{each}\n")


def write_text(name: str, text: str) -> None:
    """Write a file for its user alone, or to stdout for ``-``. Raises ``Problem('bad_request')``."""
    if name == "-":
        sys.stdout.write(text)
        return
    try:
        with open(name, "w", encoding="utf-8", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
            file.write(text)
    except OSError as error:
        raise Problem("bad_request", what=f"{name}: {error.strerror}") from None


def table(rows: Sequence[Sequence[str]], right: Sequence[int] = ()) -> list[str]:
    """Return rows as aligned lines, by terminal cells; ``right`` are the columns of numbers."""
    safe = [[plain(cell) for cell in row] for row in rows]
    widths = [max(map(cells, column)) for column in zip(*safe, strict=True)]
    return ["  ".join(_pad(cell, widths[i], i in right) for i, cell in enumerate(row)).rstrip() for row in safe]


def plain(text: str) -> str:
    """Return text without control characters: what comes from a record must not drive the terminal."""
    return "".join(" " if unicodedata.category(each) in ("Cc", "Cf", "Zl", "Zp") else each for each in text)


def cells(text: str) -> int:
    """Return how many cells of a terminal a text takes."""
    return sum(
        0 if unicodedata.combining(each) else 2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text
    )


def clip(text: str, width: int) -> str:
    """Return as much of a text as fits into ``width`` cells, with an ellipsis where something is left out."""
    if cells(text) <= width:
        return text
    kept = ""
    for each in text:
        if cells(kept + each) > width - 2:
            break
        kept += each
    return kept + ".."


def _pad(text: str, width: int, right: bool) -> str:
    space = " " * (width - cells(text))
    return space + text if right else text + space


def run_shape(run: Run) -> dict[str, object]:
    """Return a run as the commands print it in JSON: both directions and both sides are always there."""
    return {
        "id": run.id,
        "cause": run.cause,
        "started": run.started,
        "finished": run.finished,
        "state": run.state,
        "counts": {each: run.counts.get(each, Count()) for each in DIRECTIONS},
        "api_calls": {each: run.api_calls.get(each, 0) for each in SIDES},
    }


def failure_shape(failure: Failure, lang: Lang) -> dict[str, object]:
    """Return a failure as the commands print it in JSON."""
    return {
        "module": failure.module,
        "direction": failure.direction,
        "record": failure.record,
        "reason": failure.reason,
        "message": failure.message,
        "remedy": reason(failure.reason).remedy.say(lang),
        "raw": failure.raw,
        "attempts": failure.attempts,
    }


def link_shape(link: Link) -> dict[str, object]:
    """Return a link as the commands print it in JSON."""
    return {"module": link.module, "crm_id": link.crm_id, "books_id": link.books_id, "state": link.state}
