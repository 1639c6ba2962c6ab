"""What is asked of a mapping for every record, worked out once."""

from collections import defaultdict
from collections.abc import Callable
from itertools import compress
from operator import itemgetter, ne

from msgspec import Struct

from core.model.names import SIDES, Extent, SideName, other
from core.model.setup import FieldMap
from core.model.value import Fields, Value
from core.plan.shapes import carries, field_on


class Route(Struct, frozen=True, gc=False):
    """A row that may be written to a side: the field it is read from, and the one it goes to."""

    row: FieldMap
    source: str
    target: str
    plain: bool
    """The value travels as it is."""


class Index:
    """A mapping's rows in the order in which they are decided, and who touches which field.

    ``rows`` are the mapping's rows, each with its place in the mapping: those that flow both ways first. ``crm`` and
    ``books`` tell of every mapped field of a side where in ``rows`` it stands.
    """

    __slots__ = ("_places", "_read", "_routes", "mapping", "rows")

    def __init__(self, mapping: tuple[FieldMap, ...]) -> None:
        self.mapping = mapping
        self.rows = tuple(sorted(enumerate(mapping), key=lambda each: each[1].direction != "both"))
        self._places: dict[SideName, dict[str, tuple[int, ...]]] = {side: self._stands(side) for side in SIDES}
        self._read = {side: _reader(tuple(places)) for side, places in self._places.items()}
        self._routes: dict[tuple[Extent, SideName], tuple[Route, ...]] = {}

    def _stands(self, side: SideName) -> dict[str, tuple[int, ...]]:
        found: dict[str, list[int]] = defaultdict(list)
        for place, (_, row) in enumerate(self.rows):
            found[field_on(row, side)].append(place)
        return {field: tuple(places) for field, places in found.items()}

    def places(self, side: SideName, field: str) -> tuple[int, ...]:
        """Return where in ``rows`` a field of a side stands."""
        return self._places[side].get(field, ())

    def covered(self, crm_base: Fields, books_base: Fields) -> bool:
        """Return whether two bases know every mapped field."""
        try:
            self._read["crm"](crm_base)
            self._read["books"](books_base)
        except KeyError:
            return False
        return True

    def differing(self, side: SideName, now: Fields, base: Fields) -> list[int]:
        """Return the places whose field is not as its base says, or of which the base knows nothing.

        A record tells its unmapped fields too at times; a field that it does not tell is empty.
        """
        read, places = self._read[side], self._places[side]
        try:
            old = read(base)
            new = old if now is base else read(now)
        except KeyError:
            differing = [field for field in places if field not in base or base[field] != now.get(field)]
        else:
            if new == old:
                return []
            differing = list(compress(places, map(ne, new, old)))
        return [place for field in differing for place in places[field]]

    def routes(self, extent: Extent, side: SideName) -> tuple[Route, ...]:
        """Return the rows that may be written to ``side``, in the order of the mapping."""
        known = self._routes.get((extent, side))
        if known is None:
            known = self._routes[extent, side] = tuple(
                Route(
                    row,
                    field_on(row, other(side)),
                    field_on(row, side),
                    not row.values and not row.joined and row.kind != "multiselect",
                )
                for _, row in sorted(self.rows, key=lambda each: each[0])
                if carries(row, extent, side)
            )
        return known


def _reader(fields: tuple[str, ...]) -> Callable[[Fields], tuple[Value, ...]]:
    """Return what reads these fields, and raises ``KeyError`` where one is missing: one step, whatever their number."""
    if len(fields) < 2:
        return lambda values: tuple(values[field] for field in fields)
    return itemgetter(*fields)


_KNOWN: dict[int, Index] = {}
_MOST = 32


def index(mapping: tuple[FieldMap, ...]) -> Index:
    """Return a mapping's index. It is kept by the mapping's identity: comparing rows would cost more than it saves."""
    known = _KNOWN.get(id(mapping))
    if known is None or known.mapping is not mapping:
        if len(_KNOWN) >= _MOST:
            _KNOWN.clear()
        known = _KNOWN[id(mapping)] = Index(mapping)
    return known
