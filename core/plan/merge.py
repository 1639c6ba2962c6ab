"""The three-way merge of a pair, field by field, against a base per side (design.md §3, Merge).

Two bases, one per side, each as *that* server last returned it: so a server that trims, rounds or reformats never makes
the two sides chase each other (I5, I6).
"""

from heapq import heapify, heappop, heappush

from msgspec import Struct

from core.model.names import ConflictPolicy, SideName, other
from core.model.setup import FieldMap, ModuleSetup
from core.model.value import Fields, Value
from core.plan.index import index
from core.plan.normalise import blank, same
from core.plan.shapes import across, carries, field_on

_SIDES: tuple[SideName, SideName] = ("crm", "books")


class Decision(Struct, frozen=True, kw_only=True, gc=False):
    """What becomes of one mapping row. ``target`` None: nothing is written; ``held`` or ``blocked`` may say why."""

    row: FieldMap
    crm: Value
    books: Value
    target: SideName | None = None
    conflict: bool = False
    held: bool = False
    blocked: bool = False
    """A change stays on its side because the extent or the row's direction does not let it travel (B31)."""
    moved: bool = False
    """A side differs from its own base."""

    def value(self, side: SideName) -> Value:
        """Return the row's value on ``side``."""
        return self.crm if side == "crm" else self.books

    def meant(self, side: SideName) -> Value:
        """Return what ``side`` would hold if it held what the other one does."""
        return across(self.row, self.value(other(side)), side)


class Pair(Struct, frozen=True, kw_only=True, gc=False):
    """Both sides' mapped fields and their bases; an empty base means that the pair was never merged."""

    crm: Fields
    books: Fields
    crm_base: Fields = {}
    books_base: Fields = {}


class Rules(Struct, frozen=True, kw_only=True, gc=False):
    """How to decide. ``overwrite``: at first pairing this side's data replaces the other's (B35, B55).

    ``winner`` is the policy with ``newest`` resolved to a side.
    """

    setup: ModuleSetup
    winner: ConflictPolicy
    overwrite: SideName | None = None


def merge(pair: Pair, rules: Rules) -> list[Decision]:
    """Return a decision for each mapping row, in the order of the mapping."""
    moved = _moved(pair, rules)
    return [
        moved.get(at) or Decision(row=row, crm=pair.crm.get(row.crm), books=pair.books.get(row.books))
        for at, row in enumerate(rules.setup.mapping)
    ]


def moves(pair: Pair, rules: Rules) -> list[Decision]:
    """Return the decisions on those rows that differ from a base, in the order of the mapping: all a plan needs."""
    moved = _moved(pair, rules)
    return [moved[at] for at in sorted(moved)]


def _moved(pair: Pair, rules: Rules) -> dict[int, Decision]:
    """Decide on rows that differ from a base, by their place in the mapping.

    Rows that flow both ways are decided first: a one-way row that shares a field with one of them then sees the value
    that the field is about to have, so that one run converges (I1). Nearly every row of nearly every pair is as it was,
    and 100,000 pairs go through here: only rows of fields that differ are looked at, and those that share a field with
    one that is about to be written.
    """
    known = index(rules.setup.mapping)
    waiting = known.differing("crm", pair.crm, pair.crm_base)
    waiting += known.differing("books", pair.books, pair.books_base)
    heapify(waiting)
    made: dict[int, Decision] = {}
    last = -1
    while waiting:
        place = heappop(waiting)
        at, row = known.rows[place]
        if place == last or _as_was(row, pair):
            continue
        last, decision = place, _decide(row, pair, rules)
        if decision.moved:
            made[at] = decision
        if decision.target is not None:
            for sharing in known.places(decision.target, field_on(row, decision.target)):
                if sharing > place:
                    heappush(waiting, sharing)
            if waiting:
                pair = _ahead(pair, decision)
    return made


def _as_was(row: FieldMap, pair: Pair) -> bool:
    """Return whether both sides hold what their bases say."""
    if row.crm not in pair.crm_base or row.books not in pair.books_base:
        return False
    return pair.crm.get(row.crm) == pair.crm_base[row.crm] and pair.books.get(row.books) == pair.books_base[row.books]


def _ahead(pair: Pair, decision: Decision) -> Pair:
    """Return a pair as a decision will have made it."""
    crm, books, row = dict(pair.crm), dict(pair.books), decision.row
    if decision.target == "crm":
        crm[row.crm] = decision.meant("crm")
    else:
        books[row.books] = decision.meant("books")
    return Pair(crm=crm, books=books, crm_base=pair.crm_base, books_base=pair.books_base)


def _decide(row: FieldMap, pair: Pair, rules: Rules) -> Decision:
    crm, books, kind = pair.crm.get(row.crm), pair.books.get(row.books), row.kind
    first = row.crm not in pair.crm_base or row.books not in pair.books_base
    in_crm = first or not same(crm, pair.crm_base[row.crm], kind)
    in_books = first or not same(books, pair.books_base[row.books], kind)
    found = Decision(row=row, crm=crm, books=books, moved=in_crm or in_books)
    if not found.moved or row.create_only or same(across(row, crm, "books"), books, kind):
        return found
    if row.joined and same(crm, across(row, books, "crm"), kind):
        return found  # the same choices in another order
    if first and rules.overwrite is not None:
        return _send(found, rules, source=rules.overwrite, conflict=not blank(found.value(other(rules.overwrite))))
    if not (in_crm and in_books):
        return _send(found, rules, source="crm" if in_crm else "books")
    return _both(found, rules, first)


def _both(found: Decision, rules: Rules, first: bool) -> Decision:
    """Both sides changed, or nobody knows what they were: a blank yields, then the policy decides."""
    if first or not found.row.blank_overwrites:
        for side in _SIDES:
            if blank(found.value(side)):
                return _send(found, rules, source=other(side))
    open_ways = [side for side in _SIDES if carries(found.row, rules.setup.extent, side)]
    if len(open_ways) < 2:
        return _send(found, rules, source=other(open_ways[0]), conflict=True) if open_ways else found
    if rules.winner == "ask":
        return _replace(found, held=True)
    return _send(found, rules, source="books" if rules.winner == "books" else "crm", conflict=True)


def _send(found: Decision, rules: Rules, source: SideName, *, conflict: bool = False) -> Decision:
    target = other(source)
    if not carries(found.row, rules.setup.extent, target):
        return _replace(found, blocked=True)
    if blank(found.value(source)) and not found.row.blank_overwrites:
        return found
    return _replace(found, target=target, conflict=conflict)


def _replace(
    found: Decision,
    *,
    target: SideName | None = None,
    conflict: bool = False,
    held: bool = False,
    blocked: bool = False,
) -> Decision:
    return Decision(
        row=found.row, crm=found.crm, books=found.books, moved=found.moved,
        target=target, conflict=conflict, held=held, blocked=blocked,
    )  # fmt: skip
