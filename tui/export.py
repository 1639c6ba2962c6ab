"""Write a list into a file: CSV that no spreadsheet takes for formulas, or JSON."""

import csv
import io
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import msgspec

from core.service import Row

Format = Literal["csv", "json"]
COLUMNS = (
    "name", "kind", "state", "crm_id", "books_id", "owner", "receivable", "synced_at", "active", "failed",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a spreadsheet takes for the start of a formula, wherever the file came from."""


def cell(value: object) -> str:
    """Return a value as CSV text; one that would be a formula is made text by an apostrophe before it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def as_csv(rows: Sequence[Row]) -> bytes:
    """Return rows as CSV in UTF-8 with a byte order mark: without it spreadsheets garble Japanese."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow([cell(getattr(row, name)) for name in COLUMNS])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def as_json(rows: Sequence[Row]) -> bytes:
    """Return rows as a JSON list."""
    return msgspec.json.format(msgspec.json.encode(rows), indent=1) + b"\n"


def write(path: Path, rows: Sequence[Row], form: Format) -> None:
    """Write a new file that only this user may read. Raises ``OSError``; ``FileExistsError`` for one that is there."""
    data = as_csv(rows) if form == "csv" else as_json(rows)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
