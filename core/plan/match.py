"""The pairing ladder for records without a link: native link → our key → exact name → item number (B33, E8, E39).

More than one candidate is held, never guessed (F13, ?9); near matches are none of this module's business.
"""

from collections import defaultdict
from collections.abc import Iterable

from msgspec import Struct

from core.model.link import Seen
from core.model.names import SIDES, SideName, other
from core.model.plan import Why
from core.model.record import Record
from core.plan.facts import Facts
from core.plan.normalise import exact_name
from core.plan.shapes import item_number, takes_part


class Found(Struct, frozen=True):
    """Two unlinked records that are each other's only candidate."""

    crm_id: str
    books_id: str
    why: Why


class Held(Struct, frozen=True):
    """A record that could mean several, or one that another record already has."""

    side: SideName
    id: str
    candidates: tuple[str, ...]


class Matching(Struct, frozen=True, kw_only=True):
    """What becomes of the unlinked records: each considered one stands in exactly one of these."""

    pairs: tuple[Found, ...]
    held: tuple[Held, ...]
    beside: tuple[Held, ...]
    """Records among the candidates of a held one: left alone until that is resolved."""
    alone: tuple[tuple[SideName, str], ...]


def match(facts: Facts, first: SideName) -> Matching:
    """Pair the considered records that have no link and take part."""
    return _Matcher(facts, first).run()


class _Matcher:
    def __init__(self, facts: Facts, first: SideName) -> None:
        self._facts, self._first = facts, first
        self._open: dict[SideName, dict[str, Record]] = {side: self._unlinked(side) for side in SIDES}
        self._done: set[tuple[SideName, str]] = set()
        self._pairs: list[Found] = []
        self._held: list[Held] = []
        self._beside: list[Held] = []

    def run(self) -> Matching:
        self._claims("adopt_native")
        self._claims("adopt_key")
        self._names()
        self._codes()
        alone = tuple(
            (side, id_) for side in SIDES for id_ in sorted(self._open[side]) if (side, id_) not in self._done
        )
        return Matching(pairs=tuple(self._pairs), held=tuple(self._held), beside=tuple(self._beside), alone=alone)

    def _unlinked(self, side: SideName) -> dict[str, Record]:
        facts = self._facts
        return {
            id_: record
            for id_, record in facts.on(side).items()
            if facts.link(side, id_) is None and takes_part(facts.setup, record)
        }

    def _claims(self, why: Why) -> None:
        """Settle one rung: records that name their counterpart by its id."""
        wanted: dict[tuple[str, str], None] = {}
        for side in SIDES:
            for id_, record in sorted(self._open[side].items()):
                theirs = record.native if why == "adopt_native" else record.key
                if not theirs or (side, id_) in self._done:
                    continue
                if self._taken(other(side), theirs):
                    self._hold(side, id_, (theirs,))
                elif self._exists(other(side), theirs):
                    wanted[(id_, theirs) if side == "crm" else (theirs, id_)] = None
        by_crm, by_books = defaultdict(list), defaultdict(list)
        for crm_id, books_id in wanted:
            by_crm[crm_id].append(books_id)
            by_books[books_id].append(crm_id)
        for crm_id, books_id in sorted(wanted):
            if len(by_crm[crm_id]) == 1 and len(by_books[books_id]) == 1:
                self._pair(crm_id, books_id, why)
            else:
                partners = {"crm": by_crm[crm_id], "books": by_books[books_id]}
                ids: dict[SideName, str] = {"crm": crm_id, "books": books_id}
                for side in SIDES:
                    self._hold_or_leave(side, ids[side], partners[side])

    def _exists(self, side: SideName, id_: str) -> bool:
        return (side, id_) not in self._done and (id_ in self._open[side] or (side, id_) in self._facts.known)

    def _taken(self, side: SideName, id_: str) -> bool:
        return self._facts.link(side, id_) is not None

    def _names(self) -> None:
        """Settle the rung of exact names, among all records of both sides that have no link."""
        crm, books = self._named("crm"), self._named("books")
        shared = crm.keys() & books.keys()
        if namesakes := {name for _, name in self._facts.namesakes}:
            shared |= {key for key in crm.keys() | books.keys() if key[1] in namesakes}
        for family, name in sorted(shared):
            self._group(family, name, {"crm": crm.get((family, name), []), "books": books.get((family, name), [])})

    def _named(self, side: SideName) -> dict[tuple[str, str], list[str]]:
        """Return the open records' ids by family and name."""
        found: dict[tuple[str, str], list[str]] = {}
        records = self._open[side]
        for id_ in sorted(records):
            record = records[id_]
            name = exact_name(record.name)
            if name and (side, id_) not in self._done:
                found.setdefault((self._family(side, record.parent), name), []).append(id_)
        return found

    def _family(self, side: SideName, parent: str) -> str:
        """Contact persons are namesakes within their account alone; for other modules a parent means nothing."""
        return self._facts.family(side, parent) if self._facts.setup.module == "persons" else ""

    def _group(self, family: str, name: str, group: dict[SideName, list[str]]) -> None:
        for side in SIDES:
            group[side] += self._unpulled(side, family, self._facts.namesakes.get((side, name), ()))
        self._decide(group, "same_name")

    def _decide(self, group: dict[SideName, list[str]], why: Why) -> None:
        """Pair the only two of a group; where more could be meant, hold (F13)."""
        crm, books = group["crm"], group["books"]
        if self._facts.apart and any((one, two) in self._facts.apart for one in crm for two in books):
            self._decide_apart(crm, books, why)
        elif len(crm) == 1 and len(books) == 1:
            self._pair(crm[0], books[0], why)
        elif crm and books:
            for side in SIDES:
                for id_ in group[side]:
                    self._hold_or_leave(side, id_, group[other(side)])

    def _decide_apart(self, crm: list[str], books: list[str], why: Why) -> None:
        """Decide on a group some of whom are not the same: pair those who have but each other, hold who has a choice.

        Who has nobody left is alone.
        """
        apart = self._facts.apart
        for_crm = {one: [two for two in books if (one, two) not in apart] for one in crm}
        for_books = {two: [one for one in crm if (one, two) not in apart] for two in books}
        for one, theirs in for_crm.items():
            if len(theirs) == 1 and for_books[theirs[0]] == [one]:
                self._pair(one, theirs[0], why)
        for side, candidates in (("crm", for_crm), ("books", for_books)):
            for id_, theirs in candidates.items():
                if theirs:
                    self._hold_or_leave("crm" if side == "crm" else "books", id_, theirs)

    def _codes(self) -> None:
        """Settle the last rung: equal item numbers, among what was pulled and found no namesake (E8)."""
        groups: dict[str, dict[SideName, list[str]]] = defaultdict(lambda: {"crm": [], "books": []})
        for side in SIDES:
            for id_ in sorted(self._open[side]):
                code = item_number(self._facts.setup, self._open[side][id_])
                if code and (side, id_) not in self._done:
                    groups[code][side].append(id_)
        for code in sorted(groups):
            self._decide(groups[code], "same_sku")

    def _unpulled(self, side: SideName, family: str, rows: Iterable[Seen]) -> list[str]:
        facts = self._facts
        return sorted(
            row.id
            for row in rows
            if row.id not in facts.on(side)
            and (side, row.id) not in self._done
            and takes_part(facts.setup, row)
            and self._family(side, row.parent) == family
        )

    def _pair(self, crm_id: str, books_id: str, why: Why) -> None:
        self._done |= {("crm", crm_id), ("books", books_id)}
        self._pairs.append(Found(crm_id, books_id, why))

    def _hold_or_leave(self, side: SideName, id_: str, candidates: list[str]) -> None:
        """Hold the record of the first side, where a person decides; those it could mean are merely left alone."""
        if (side, id_) in self._done:
            return
        if side == self._first:
            self._hold(side, id_, tuple(sorted(candidates)))
        else:
            self._done.add((side, id_))
            self._beside.append(Held(side, id_, tuple(sorted(candidates))))

    def _hold(self, side: SideName, id_: str, candidates: tuple[str, ...]) -> None:
        self._done.add((side, id_))
        self._held.append(Held(side, id_, candidates))
