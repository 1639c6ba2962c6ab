"""Secondary indexes of one table, kept from the change set and built at open without decoding whole documents."""

from collections.abc import Callable, Iterable

from msgspec import Struct


class Keys(Struct, frozen=True):
    """Where a document stands in the index. ``groups`` are few and large; ``names`` are many and mostly single."""

    groups: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


_NOWHERE = Keys()


class Index:
    """Document ids by group and by name.

    ``extract`` takes a document's JSON and returns its ``Keys``; it raises ``msgspec.ValidationError`` for a document
    that does not belong into the table, which stops a commit before anything is written.
    """

    def __init__(self, extract: Callable[[bytes], Keys]) -> None:
        self.extract = extract
        self._groups: dict[str, dict[str, None]] = {}
        self._names: dict[str, str | tuple[str, ...]] = {}
        self._ordered: dict[str, tuple[str, ...]] = {}

    def build(self, documents: Iterable[tuple[str, bytes]]) -> None:
        """Take in a table's documents, none of which is in it yet."""
        # As ``move`` would, without its look at old places: this is most of the time that opening takes.
        extract, groups, names = self.extract, self._groups, self._names
        for key, document in documents:
            keys = extract(document)
            for group in keys.groups:
                members = groups.get(group)
                if members is None:
                    members = groups[group] = {}
                members[key] = None
            for name in keys.names:
                if name in names:
                    self._join_name(name, key)
                else:
                    names[name] = key
        self._ordered.clear()

    def keys(self, document: bytes | None) -> Keys:
        """Return where a document stands; nowhere for a missing one."""
        return _NOWHERE if document is None else self.extract(document)

    def move(self, key: str, old: Keys, new: Keys) -> None:
        """Take the document ``key`` from its old places to its new ones."""
        if old == new:
            return
        for group in old.groups:
            if group not in new.groups:
                self._leave_group(group, key)
        for group in new.groups:
            if group not in old.groups:
                self._groups.setdefault(group, {})[key] = None
                self._ordered.pop(group, None)
        for name in old.names:
            if name not in new.names:
                self._leave_name(name, key)
        for name in new.names:
            if name not in old.names:
                self._join_name(name, key)

    def clear(self) -> None:
        """Forget every document."""
        self._groups.clear()
        self._names.clear()
        self._ordered.clear()

    def count(self, group: str) -> int:
        """Return how many documents are in ``group``."""
        return len(self._groups.get(group, ()))

    def members(self, group: str) -> tuple[str, ...]:
        """Return the ids in ``group`` in the order in which they joined it."""
        return tuple(self._groups.get(group, ()))

    def ordered(self, group: str) -> tuple[str, ...]:
        """Return the ids in ``group``, sorted; kept until the group's members change."""
        found = self._ordered.get(group)
        if found is None:
            found = self._ordered[group] = tuple(sorted(self._groups.get(group, ())))
        return found

    def named(self, name: str) -> tuple[str, ...]:
        """Return the ids under ``name``."""
        found = self._names.get(name, ())
        return (found,) if isinstance(found, str) else found

    def _leave_group(self, group: str, key: str) -> None:
        members = self._groups[group]
        del members[key]
        if not members:
            del self._groups[group]
        self._ordered.pop(group, None)

    def _leave_name(self, name: str, key: str) -> None:
        left = tuple(k for k in self.named(name) if k != key)
        if left:
            self._names[name] = left[0] if len(left) == 1 else left
        else:
            del self._names[name]

    def _join_name(self, name: str, key: str) -> None:
        others = self.named(name)
        self._names[name] = (*others, key) if others else key
