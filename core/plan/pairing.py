"""First pairing: what becomes of records without a link, by extent and duplicates policy (B31–B36, B53–B56)."""

from typing import Protocol

from msgspec import structs

from core.model.names import SIDES, SideName, other
from core.model.plan import Action, Verb, Why
from core.model.record import Record
from core.plan.facts import Facts
from core.plan.match import Found, Held, match
from core.plan.normalise import exact_name
from core.plan.orphans import orphaned, survivors
from core.plan.settle import create, settle, withhold
from core.plan.shapes import first_side, item_number, overwriting_side, takes_part, writes_to

_LIKENESS: frozenset[Why] = frozenset({"same_name", "same_sku"})
"""Ways of being a duplicate, which is what the duplicates policy is about."""


class _Row(Protocol):
    """What a pulled record and a catalogue row have in common."""

    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def version(self) -> str: ...
    @property
    def active(self) -> bool: ...


def plan_unlinked(facts: Facts) -> list[Action]:
    """Decide for every considered record that has no link."""
    matching = match(facts, first_side(facts.setup.module))
    found = [action for pair in matching.pairs for action in _pair(facts, pair)]
    found += [_held(facts, held, "hold") for held in matching.held]
    found += [_held(facts, held, "skip") for held in matching.beside]
    found += [_alone(facts, side, record_id) for side, record_id in matching.alone]
    for side in SIDES:
        found += [
            _lone(facts, record, "skip", "shape")
            for record_id, record in facts.on(side).items()
            if facts.link(side, record_id) is None and not takes_part(facts.setup, record)
        ]
    return list(withhold(facts, tuple(found)))


def _pair(facts: Facts, pair: Found) -> tuple[Action, ...]:
    """Decide for two records that are each other's counterpart."""
    policy = facts.setup.duplicates
    if not in_view(facts, pair.crm_id):
        return (_both(facts, pair, "skip", "out_of_view", reason="F32"),)
    if pair.why == "adopt_key" and policy == "overwrite" and _alike(facts, pair):
        # an overwriting write stamps the key before its link is kept: a crash in between must end the same way
        return _join(facts, pair, "overwrite", overwrite=overwriting_side(facts.setup))
    if pair.why not in _LIKENESS:
        return _join(facts, pair, pair.why, overwrite=None)
    if policy == "overwrite":
        return _join(facts, pair, "overwrite", overwrite=overwriting_side(facts.setup))
    if policy == "clone":
        return _clone(facts, pair)
    return (_both(facts, pair, "skip", "duplicate_skipped"),)


def _alike(facts: Facts, pair: Found) -> bool:
    """Return whether two records would be duplicates of each other if no key tied them."""
    crm, books = _row(facts, "crm", pair.crm_id), _row(facts, "books", pair.books_id)
    if crm is None or books is None:
        return False
    if exact_name(crm.name) == exact_name(books.name):
        return True
    one, two = facts.crm.get(pair.crm_id), facts.books.get(pair.books_id)
    numbers = {item_number(facts.setup, each) for each in (one, two) if each is not None}
    return one is not None and two is not None and len(numbers) == 1 and numbers != {""}


def _join(facts: Facts, pair: Found, why: Why, *, overwrite: SideName | None) -> tuple[Action, ...]:
    crm, books = facts.crm.get(pair.crm_id), facts.books.get(pair.books_id)
    there = _row(facts, "books", pair.books_id)
    if there is not None and not there.active:
        return (_inactive(facts, pair),)
    if crm is not None and books is not None and crm.complete and books.complete:
        return settle(facts.setup, None, crm, books, why=why, overwrite=overwrite)
    target = other(overwrite or first_side(facts.setup.module))
    verb: Verb = "update" if writes_to(facts.setup.extent, target) else "link"
    return (_both(facts, pair, verb, why, target=target if verb == "update" else None),)


def _inactive(facts: Facts, pair: Found) -> Action:
    """Hold a record whose counterpart is inactive in Books, until that is reactivated or excluded (F31, ?4)."""
    held = _both(facts, pair, "hold", "inactive", target="books", reason="F31")
    return structs.replace(held, crm_base=None, books_base=None, candidates=(pair.books_id,))


def _clone(facts: Facts, pair: Found) -> tuple[Action, ...]:
    """Copy the record of the side fetched first; the original stays and is left alone (B34, B53)."""
    source = overwriting_side(facts.setup)
    mine, theirs = (pair.crm_id, pair.books_id) if source == "crm" else (pair.books_id, pair.crm_id)
    record, original = facts.on(source).get(mine), facts.on(other(source)).get(theirs)
    found = []
    if record is not None:
        found.append(create(facts.setup, record, why="duplicate_cloned", candidates=(theirs,)))
    if original is not None:
        found.append(_lone(facts, original, "skip", "duplicate_cloned"))
    return tuple(found)


def _alone(facts: Facts, side: SideName, record_id: str) -> Action:
    """Decide for a record without counterpart: create one, or say why not."""
    record, target = facts.on(side)[record_id], other(side)
    if not writes_to(facts.setup.extent, target):
        return _lone(facts, record, "skip", "one_way")
    if side == "crm" and not in_view(facts, record_id):
        return _lone(facts, record, "skip", "out_of_view", reason="F32")
    if not record.active:
        return _lone(facts, record, "skip", "inactive", reason="F31")
    if not record.name.strip():
        return _lone(facts, record, "hold", "unnamed", reason="F9")
    if orphaned(facts, record):
        found = survivors(facts, record)
        return _lone(facts, record, "hold", "crm_gone", reason="F30" if found else "F29", candidates=found)
    if facts.setup.module == "persons" and (side, record.parent) not in facts.homes:
        return _lone(facts, record, "skip", "parent", reason="F21")
    return create(facts.setup, record)


def in_view(facts: Facts, crm_id: str) -> bool:
    """Return whether a CRM record takes part under the selected view (B37)."""
    if facts.view is not None:
        return crm_id in facts.view
    known = facts.known.get(("crm", crm_id))
    return facts.setup.view is None or known is None or known.in_view


def _held(facts: Facts, held: Held, verb: Verb) -> Action:
    record = facts.on(held.side).get(held.id)
    known = facts.known.get((held.side, held.id))
    name = record.name if record else known.name if known else ""
    version = record.version if record else known.version if known else ""
    return _lone(
        facts, _Named(held.side, held.id, name, version), verb, "ambiguous", reason="F13", candidates=held.candidates
    )


class _Named:
    """A record of which no more than this need be known."""

    def __init__(self, side: SideName, record_id: str, name: str, version: str) -> None:
        self.side, self.id, self.name, self.version = side, record_id, name, version


def _lone(
    facts: Facts, record: Record | _Named, verb: Verb, why: Why, *,
    reason: str | None = None, candidates: tuple[str, ...] = (),
) -> Action:  # fmt: skip
    crm = record.side == "crm"
    return Action(
        verb=verb, why=why, module=facts.setup.module, target=other(record.side) if verb == "hold" else None,
        crm_id=record.id if crm else None, books_id=None if crm else record.id, name=record.name, reason=reason,
        crm_version=record.version if crm else "", books_version="" if crm else record.version, candidates=candidates,
    )  # fmt: skip


def _both(
    facts: Facts, pair: Found, verb: Verb, why: Why, *, target: SideName | None = None, reason: str | None = None
) -> Action:
    crm, books = _row(facts, "crm", pair.crm_id), _row(facts, "books", pair.books_id)
    one, two = facts.crm.get(pair.crm_id), facts.books.get(pair.books_id)
    return Action(
        verb=verb, why=why, module=facts.setup.module, target=target, crm_id=pair.crm_id, books_id=pair.books_id,
        name=(crm.name if crm else "") or (books.name if books else ""), reason=reason,
        crm_version=crm.version if crm else "", books_version=books.version if books else "",
        crm_base=one.fields if one and one.complete else None, books_base=two.fields if two and two.complete else None,
    )  # fmt: skip


def _row(facts: Facts, side: SideName, record_id: str) -> _Row | None:
    record = facts.on(side).get(record_id)
    if record is not None:
        return record
    return facts.known.get((side, record_id))
