"""Tables as TinyDB reads and updates them, over documents kept as JSON."""

from collections.abc import Callable, Iterator, Mapping, MutableMapping
from typing import Any

import msgspec

Plain = dict[str, Any]


class Documents(Mapping[str, Plain]):
    """A table as TinyDB wants to read it: id → document, decoded on access."""

    def __init__(self, raw: Mapping[str, bytes]) -> None:
        self._raw = raw

    def __getitem__(self, key: str) -> Plain:
        document: Plain = msgspec.json.decode(self._raw[key])
        return document

    def __iter__(self) -> Iterator[str]:
        return iter(self._raw)

    def __len__(self) -> int:
        return len(self._raw)

    def __contains__(self, key: object) -> bool:
        return key in self._raw


class Draft(MutableMapping[Any, Plain]):
    """What an updater sees: the table, with its changes kept aside until ``changes`` is asked for."""

    def __init__(self, raw: Mapping[str, bytes], id_class: Callable[[Any], Any]) -> None:
        self._raw = raw
        self._id_class = id_class
        self._touched: dict[str, Plain | None] = {}
        self._length = len(raw)

    def __getitem__(self, key: Any) -> Plain:
        name = str(key)
        if name not in self._touched:
            # An updater may change what it was given, in place: it is compared with the original at the end.
            self._touched[name] = msgspec.json.decode(self._raw[name])
        found = self._touched[name]
        if found is None:
            raise KeyError(key)
        return found

    def __setitem__(self, key: Any, document: Plain) -> None:
        self._length += key not in self
        self._touched[str(key)] = document

    def __delitem__(self, key: Any) -> None:
        if key not in self:
            raise KeyError(key)
        self._length -= 1
        self._touched[str(key)] = None

    def __contains__(self, key: object) -> bool:
        name = str(key)
        return self._touched[name] is not None if name in self._touched else name in self._raw

    def __iter__(self) -> Iterator[Any]:
        for name in self._raw:
            if self._touched.get(name, self) is not None:
                yield self._id_class(name)
        for name, document in self._touched.items():
            if document is not None and name not in self._raw:
                yield self._id_class(name)

    def __len__(self) -> int:
        return self._length

    def clear(self) -> None:
        """Remove every document."""
        self._touched = dict.fromkeys(self._raw)
        self._length = 0

    def changes(self) -> dict[str, bytes | None]:
        """Return the change set: only what differs from the table."""
        encoded = {
            name: None if document is None else msgspec.json.encode(document)
            for name, document in self._touched.items()
        }
        return {name: data for name, data in encoded.items() if data != self._raw.get(name)}
