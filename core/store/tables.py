"""The tables of a profile: their names, their documents' types and where their indexes look."""

from collections.abc import Callable, Iterable, Mapping
from itertools import takewhile
from typing import TypeVar

import msgspec
from msgspec import Struct

from core.engine.ports import Commit
from core.model.link import Link, Seen
from core.model.names import LinkState, ModuleName, SideName
from core.model.run import Failure, HistoryLine, Intent, Run
from core.model.setup import ModuleSetup, Profile
from core.store.deciding import DECIDING_DECODERS, deciding_changes
from core.store.frame import Changes
from core.store.history import TABLE as HISTORY
from core.store.history import month_of
from core.store.index import Index, Keys
from core.store.papers import DECODERS, paper_changes

PROFILE = "profile"
SETUPS = "setups"
LINKS = "links"
SEEN = "seen"
INTENTS = "intents"
FAILURES = "failures"
CURSORS = "cursors"
RUNS = "runs"

T = TypeVar("T")
Decode = Callable[[bytes], T]


class Cursor(Struct, frozen=True):
    """A cursor's document."""

    value: str


class _LinkKeys(Struct):
    module: str
    crm_id: str
    books_id: str
    state: str


class _SeenKeys(Struct):
    side: str
    entity: str
    name: str


class _FailureKeys(Struct):
    module: str


class _RunKeys(Struct):
    started: str


decode_profile = msgspec.json.Decoder(Profile).decode
decode_setup = msgspec.json.Decoder(ModuleSetup).decode
decode_link = msgspec.json.Decoder(Link).decode
decode_seen = msgspec.json.Decoder(Seen).decode
decode_intent = msgspec.json.Decoder(Intent).decode
decode_failure = msgspec.json.Decoder(Failure).decode
decode_cursor = msgspec.json.Decoder(Cursor).decode
decode_run = msgspec.json.Decoder(Run).decode
decode_line = msgspec.json.Decoder(HistoryLine).decode
_link_keys = msgspec.json.Decoder(_LinkKeys).decode
_seen_keys = msgspec.json.Decoder(_SeenKeys).decode
_failure_keys = msgspec.json.Decoder(_FailureKeys).decode
_run_keys = msgspec.json.Decoder(_RunKeys).decode
_encode = msgspec.json.Encoder().encode

_DECODERS: Mapping[str, Decode[object]] = {
    PROFILE: decode_profile,
    SETUPS: decode_setup,
    LINKS: decode_link,
    SEEN: decode_seen,
    INTENTS: decode_intent,
    FAILURES: decode_failure,
    CURSORS: decode_cursor,
    RUNS: decode_run,
    HISTORY: decode_line,
    **DECODERS,
    **DECIDING_DECODERS,
}


def check(table: str, document: bytes) -> object:
    """Decode a document whole. Raises ``msgspec.ValidationError`` when it is not one of ``table``."""
    decode = _DECODERS.get(table)
    return None if decode is None else decode(document)


def link_group(module: ModuleName | str, state: LinkState | str | None) -> str:
    """Return the index group of a module's links, of one state or of all."""
    return f"{module}/{state or '*'}"


def link_name(module: ModuleName | str, side: SideName, record_id: str) -> str:
    """Return the index name of the link that holds a record."""
    return f"{side}:{module}:{record_id}"


def link_index() -> Index:
    """Return an index of links: by module, by module and state, by either side's record."""
    groups_of: dict[tuple[str, str], tuple[str, str]] = {}

    def extract(document: bytes) -> Keys:
        link = _link_keys(document)
        groups = groups_of.get((link.module, link.state))
        if groups is None:
            groups = link_group(link.module, None), link_group(link.module, link.state)
            groups_of[link.module, link.state] = groups
        crm, books = link_name(link.module, "crm", link.crm_id), link_name(link.module, "books", link.books_id)
        if link.crm_id and link.books_id:
            return Keys(groups, (crm, books))
        return Keys(groups, (crm,) if link.crm_id else (books,) if link.books_id else ())

    return Index(extract)


def seen_group(side: SideName | str, entity: str) -> str:
    """Return the index group of a side's catalogue."""
    return f"{side}:{entity}"


def seen_name(side: SideName | str, entity: str, name: str) -> str:
    """Return the index name of the rows with exactly this name."""
    return f"{side}:{entity}:{name}"


def seen_index() -> Index:
    """Return an index of the catalogue: by side and entity, by exact name."""

    def extract(document: bytes) -> Keys:
        row = _seen_keys(document)
        return Keys((seen_group(row.side, row.entity),), (seen_name(row.side, row.entity, row.name),))

    return Index(extract)


def failure_group(module: ModuleName | str | None) -> str:
    """Return the index group of a module's failures, or of all."""
    return module or "*"


def failure_index() -> Index:
    """Return an index of failures: all, and by module."""
    return Index(lambda document: Keys((failure_group(None), failure_group(_failure_keys(document).module))))


def changes_of(commit: Commit) -> Changes:
    """Return what a commit changes, tables without a change left out. ValueError for history without an instant."""
    for line in commit.history:
        month_of(line.at)
    changes: dict[str, dict[str, bytes | None]] = {
        LINKS: {**_drops(commit.drop_links), **{link.key: _encode(link) for link in commit.links}},
        SEEN: {**_drops(commit.drop_seen), **{row.key: _encode(row) for row in commit.seen}},
        # Other than elsewhere the removal wins: an intent opened and closed at once is closed.
        INTENTS: {**{intent.id: _encode(intent) for intent in commit.intents}, **_drops(commit.done_intents)},
        FAILURES: {
            **_drops(commit.clear_failures),
            **{failure.key: _encode(failure) for failure in commit.failures},
        },
        HISTORY: {line.id: _encode(line) for line in commit.history},
        CURSORS: {name: _encode(Cursor(value)) for name, value in commit.cursors.items()},
        RUNS: {run.id: _encode(run) for run in commit.runs},
        SETUPS: {setup.module: _encode(setup) for setup in commit.setups},
        PROFILE: {} if commit.profile is None else {PROFILE: _encode(commit.profile)},
        **paper_changes(commit),
        **deciding_changes(commit),
    }
    return {table: documents for table, documents in changes.items() if documents}


def _drops(keys: Iterable[str]) -> dict[str, bytes | None]:
    return dict.fromkeys(keys)


def months_before(month: str, count: int) -> str:
    """Return the month ``count`` months before ``month``, both ``YYYY-MM``."""
    number = int(month[:4]) * 12 + int(month[5:7]) - 1 - count
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


def runs_before(documents: Mapping[str, bytes], month: str) -> list[str]:
    """Return the ids of the runs that started before ``month``, given all in the order in which they began."""
    return list(takewhile(lambda key: _run_keys(documents[key]).started[:7] < month, documents))
