"""A whole database as stock TinyDB JSON, with its last table telling what it is: ``TinyDB("state.json")`` opens it."""

import zlib
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from pathlib import Path

import msgspec
from msgspec import Raw, Struct

import core
from core.model.problems import Problem
from core.store import disk

Tables = dict[str, dict[str, bytes]]
"""Table → document id → the document as JSON."""

Check = Callable[[str, bytes], object]
"""Takes a table's name and a document; raises ``msgspec.ValidationError`` when it is not one of ours."""

META = "meta"
_MARK = b'"meta":{"store":'
_BATCH = 500


class Meta(Struct, frozen=True, kw_only=True):
    """What a file is. ``generation``: the first journal that is not in it. ``commits``: how many are in it."""

    format: int
    generation: int = 0
    commits: int = 0
    written_by: str = ""
    crc32: str = ""
    """Of every byte before this table and of the rest of this one; looked at in a file laid out as we write it."""


class Checkpoint(Struct, frozen=True):
    """A file as read back. ``size`` is its length in bytes."""

    meta: Meta
    tables: Tables
    size: int


def write(path: Path, tables: Tables, meta: Meta) -> int:
    """Put ``tables`` in the place of ``path``, durably; return its size. Raises as ``disk.replace``."""
    size = 0

    def counted() -> Iterator[bytes]:
        nonlocal size
        for chunk in _chunks(tables, meta):
            size += len(chunk)
            yield chunk

    disk.replace(path, counted())
    return size


def _chunks(tables: Tables, meta: Meta) -> Iterator[bytes]:
    checksum = 0
    for chunk in _body(tables):
        checksum = zlib.crc32(chunk, checksum)
        yield chunk
    told = _sealed(msgspec.structs.replace(meta, written_by=core.__version__), checksum)
    yield _MARK + msgspec.json.encode(told) + b"}}"


def _sealed(meta: Meta, before: int) -> Meta:
    bare = msgspec.structs.replace(meta, crc32="")
    return msgspec.structs.replace(bare, crc32=f"{zlib.crc32(msgspec.json.encode(bare), before):08x}")


def _body(tables: Tables) -> Iterator[bytes]:
    yield b"{"
    for name, documents in tables.items():
        yield msgspec.json.encode(name) + b":{"
        rows = iter(documents.items())
        before = b""
        # In batches: joining all at once would hold the interpreter for as long as it takes.
        while batch := [b"%b:%b" % (msgspec.json.encode(key), data) for key, data in islice(rows, _BATCH)]:
            yield before + b",".join(batch)
            before = b","
        yield b"},"


def read(path: Path, known_format: int, check: Check | None = None) -> Checkpoint | None:
    """Read a file back, None when there is none.

    A file that something else wrote out anew has every document checked. Raises ``Problem('store_damaged')`` with a
    copy kept, ``Problem('store_not_ours')``, ``Problem('store_too_new')``.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    mark = data.rfind(_MARK)
    try:
        tables = _decode(path, data)
        meta = msgspec.json.decode(tables[META]["store"], type=Meta)
    except (KeyError, msgspec.MsgspecError) as error:
        raise damaged(path, 0) if mark != -1 else Problem("store_not_ours", path=str(path)) from error
    if meta.format > known_format:
        raise Problem("store_too_new", path=str(path), found=str(meta.format), known=str(known_format))
    documents = {name: {key: bytes(raw) for key, raw in rows.items()} for name, rows in tables.items() if name != META}
    if mark == -1:
        _check(path, data, documents, check)
    elif _sealed(meta, zlib.crc32(memoryview(data)[:mark])) != meta:
        raise damaged(path, 0)
    return Checkpoint(meta, documents, len(data))


def damaged(path: Path, offset: int) -> Problem:
    """Keep a copy of ``path`` and return the Problem that names it."""
    return Problem("store_damaged", path=str(path), offset=str(offset), copy=str(disk.keep_copy(path)))


def _decode(path: Path, data: bytes) -> Mapping[str, Mapping[str, Raw]]:
    try:
        return msgspec.json.decode(data, type=dict[str, dict[str, Raw]])
    except msgspec.ValidationError:
        raise
    except msgspec.DecodeError as error:
        place = str(error).rpartition("(byte ")[2].rstrip(")")
        raise damaged(path, int(place) if place.isdigit() else len(data)) from error
    except UnicodeDecodeError as error:
        raise damaged(path, error.start) from error


def _check(path: Path, data: bytes, tables: Tables, check: Check | None) -> None:
    for name, documents in tables.items():
        for document in documents.values():
            try:
                if check is not None:
                    check(name, document)
            except msgspec.ValidationError as error:
                raise damaged(path, data.find(document)) from error
