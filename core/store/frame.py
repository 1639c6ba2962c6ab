"""One commit as one line: checksum, length, JSON. So a torn tail and a damaged middle can be told apart.

The JSON is ``{"n": number, "t": {table: {id: document or null}}}``; ``null`` removes. JSON holds no raw newline, so a
line feed ends a frame and nothing else.
"""

import zlib
from collections.abc import Iterator, Mapping

import msgspec
from msgspec import Raw, Struct

Changes = Mapping[str, Mapping[str, bytes | None] | None]
"""Table → document id → the document as JSON, or None to remove it. A table that is missing is made, even for no
documents; None in a table's place drops it."""

_HEAD = 18
_NULL = b"null"
_BEGIN = b' {"n":'


class Frame(Struct, frozen=True):
    """One commit as read back."""

    n: int
    t: dict[str, dict[str, Raw] | None]

    def changes(self) -> Changes:
        """Return the change set."""
        return {
            table: None
            if documents is None
            else {key: None if (data := bytes(raw)) == _NULL else data for key, raw in documents.items()}
            for table, documents in self.t.items()
        }


class BadFrame(Exception):
    """The bytes at ``offset`` are no frame. ``middle``: a whole frame follows, so acknowledged bytes were damaged.

    ``whole``: the frame has all of its bytes, though not the right ones: power lost while they were written, or damage.
    """

    def __init__(self, offset: int, middle: bool, whole: bool) -> None:
        super().__init__(offset, middle, whole)
        self.offset = offset
        self.middle = middle
        self.whole = whole


_decode = msgspec.json.Decoder(Frame).decode
_encode = msgspec.json.encode


def wrap(payload: bytes) -> bytes:
    """Return ``payload`` as a line with its checksum and length."""
    return b"%08x %08x %b\n" % (zlib.crc32(payload), len(payload), payload)


def unwrap(data: bytes, offset: int) -> tuple[bytes, int] | None:
    """Return the payload at ``offset`` and where the next line begins; None when there is no whole, sound line."""
    start = offset + _HEAD
    try:
        end = start + int(data[offset + 9 : offset + 17], 16)
    except ValueError:
        return None
    payload = data[start:end]
    return (payload, end + 1) if data[offset : end + 1] == wrap(payload) else None


def pack(number: int, changes: Changes) -> bytes:
    """Return the commit ``number`` as a line."""
    tables = b",".join([b"%b:%b" % (_encode(name), _documents(documents)) for name, documents in changes.items()])
    return wrap(b'{"n":%d,"t":{%b}}' % (number, tables))


def _documents(documents: Mapping[str, bytes | None] | None) -> bytes:
    if documents is None:
        return _NULL
    return b"{%b}" % b",".join([b"%b:%b" % (_encode(key), data or _NULL) for key, data in documents.items()])


def frames(data: bytes, offset: int) -> Iterator[tuple[int, Frame]]:
    """Yield the end offset and the frame of every commit from ``offset`` on. Raises ``BadFrame`` where they break."""
    while offset < len(data):
        found = unwrap(data, offset)
        if found is None:
            raise BadFrame(offset, middle=_any_after(data, offset), whole=_whole(data, offset))
        payload, end = found
        try:
            frame = _decode(payload)
        except msgspec.MsgspecError as error:
            raise BadFrame(offset, middle=True, whole=True) from error
        yield end, frame
        offset = end


def _any_after(data: bytes, offset: int) -> bool:
    # By how a payload begins, not by line feeds: the damaged byte may be one.
    place = data.find(_BEGIN, offset + _HEAD)
    while place != -1:
        if unwrap(data, place - _HEAD + 1) is not None:
            return True
        place = data.find(_BEGIN, place + 1)
    return False


def _whole(data: bytes, offset: int) -> bool:
    try:
        return offset + _HEAD + int(data[offset + 9 : offset + 17], 16) < len(data)
    except ValueError:
        return False
