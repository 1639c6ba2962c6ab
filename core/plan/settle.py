"""From a pair, both sides known in full, to the actions that bring it into step; from a lone record to its create."""

from collections.abc import Iterable

from msgspec import structs

from core.model.link import Link
from core.model.names import ConflictPolicy, SideName, other
from core.model.plan import Action, FieldChange, Verb, Why
from core.model.record import Record
from core.model.setup import FieldMap, ModuleSetup
from core.model.value import Fields
from core.plan.facts import Facts, standing
from core.plan.index import index
from core.plan.merge import Decision, Pair, Rules, moves
from core.plan.normalise import blank
from core.plan.shapes import across, field_on, first_side, order

FIRST_PAIRING: frozenset[Why] = frozenset({"adopt_native", "adopt_key", "same_name", "same_sku", "overwrite", "chosen"})
"""Reasons with which two records become a pair."""


def settle(
    setup: ModuleSetup, link: Link | None, crm: Record, books: Record, *,
    why: Why = "changed", overwrite: SideName | None = None,
) -> tuple[Action, ...]:  # fmt: skip
    """Return the actions for a pair: an update a side at most, a hold for what must be asked, else one that only links
    or moves bases. ``link`` None, or without bases: they meet for the first time, for the reason ``why``.
    """
    pair = Pair(
        crm=crm.fields, books=books.fields,
        crm_base=link.crm_base if link else {}, books_base=link.books_base if link else {},
    )  # fmt: skip
    rules = Rules(setup=setup, winner=_winner(setup, crm, books), overwrite=overwrite)
    decisions = moves(pair, rules)
    met = bool(pair.crm_base or pair.books_base)
    reason: Why = "changed" if met else why
    actions = []
    for side in order(setup.module) if decisions else ():
        if changes := _changes(decisions, side):
            actions.append(_action(setup, crm, books, "update", reason, target=side, changes=changes))
    # a hold is filed with the side that is fetched first, as a failure to reach the other one (F40)
    target = other(first_side(setup.module))
    if held := _held(decisions, target):
        actions.append(_action(setup, crm, books, "hold", "conflict", target=target, changes=held, reason="F40"))
    if not actions:
        quiet = _quiet(decisions) if met else reason
        actions.append(_action(setup, crm, books, "base" if met else "link", quiet))
    return tuple(actions)


def create(setup: ModuleSetup, source: Record, *, why: Why = "new", candidates: tuple[str, ...] = ()) -> Action:
    """Return the create of ``source``'s counterpart. A list row gives an action whose details are still unread."""
    crm = source.side == "crm"
    bases: Fields | None = source.fields if source.complete else None
    return Action(
        verb="create", why=why, module=setup.module, target=other(source.side), name=source.name,
        crm_id=source.id if crm else None, books_id=None if crm else source.id,
        crm_base=bases if crm else None, books_base=None if crm else bases,
        crm_version=source.version if crm else "", books_version="" if crm else source.version,
        changes=_whole(setup, source) if source.complete else (), candidates=candidates,
    )  # fmt: skip


def _whole(setup: ModuleSetup, source: Record) -> tuple[FieldChange, ...]:
    """Return all that a record has to tell, but for the name of a primary person of whom nothing else is known:
    nobody is made only to be called something.
    """
    target, fields = other(source.side), source.fields
    found: dict[str, FieldChange] = {}
    for route in index(setup.mapping).routes(setup.extent, target):
        value, field = fields.get(route.source), route.target
        if value is not None and field not in found and not blank(value):
            found[field] = FieldChange(field, None, value if route.plain else across(route.row, value, target))
    if _NAME in found and not any(field.startswith("primary.") for field in found if field != _NAME):
        del found[_NAME]
    return tuple(found.values())


_NAME = "primary.first_name"


def unread(action: Action) -> tuple[SideName, ...]:
    """Return the sides whose record must be read in full before the action can be carried out."""
    if action.verb == "create":
        source = action.crm_base if action.target == "books" else action.books_base
        return () if source is not None else (other(action.target or "books"),)
    if action.verb not in ("update", "link", "base"):
        return ()
    sides: tuple[tuple[SideName, Fields | None], ...] = (("crm", action.crm_base), ("books", action.books_base))
    return tuple(side for side, base in sides if base is None)


def withhold(facts: Facts, actions: tuple[Action, ...]) -> tuple[Action, ...]:
    """Return the actions with those writes replaced that were refused before and have not changed since."""
    if not facts.failures:
        return actions
    return tuple(_withheld(facts, action) for action in actions)


def _withheld(facts: Facts, action: Action) -> Action:
    if action.verb not in ("create", "update") or action.target is None or unread(action):
        return action
    to_books = action.target == "books"
    source, version = (action.crm_id, action.crm_version) if to_books else (action.books_id, action.books_version)
    failure = standing(facts, action.target, source or "", version)
    if failure is None:
        return action
    return structs.replace(
        action, verb="hold" if failure.held else "skip", why="standing", reason=failure.reason,
        candidates=failure.candidates,
    )  # fmt: skip


def assumed(link: Link, side: SideName, entity: str) -> Record:
    """Return the record of a side that has not changed since it was last seen, as its base tells it."""
    version = link.crm_version if side == "crm" else link.books_version
    return Record(
        side=side, entity=entity, id=link.id_on(side), name=link.name, version=version, fields=link.base_on(side)
    )


def _winner(setup: ModuleSetup, crm: Record, books: Record) -> ConflictPolicy:
    if setup.conflict != "newest":
        return setup.conflict
    if crm.version == books.version:
        return first_side(setup.module)
    return "crm" if crm.version > books.version else "books"


def _action(
    setup: ModuleSetup, crm: Record, books: Record, verb: Verb, why: Why, *,
    target: SideName | None = None, changes: tuple[FieldChange, ...] = (), reason: str | None = None,
) -> Action:  # fmt: skip
    return Action(
        verb=verb, why=why, module=setup.module, target=target, crm_id=crm.id, books_id=books.id,
        name=crm.name or books.name, changes=changes, crm_base=crm.fields, books_base=books.fields,
        crm_version=crm.version, books_version=books.version, reason=reason,
    )  # fmt: skip


def _changes(decisions: list[Decision], side: SideName) -> tuple[FieldChange, ...]:
    found: dict[str, FieldChange] = {}
    for each in decisions:
        if each.target != side:
            continue
        field = field_on(each.row, side)
        if field not in found:
            old, new = each.value(side), each.meant(side)
            found[field] = FieldChange(field, old, new, old if each.conflict else None, each.conflict)
    return tuple(found.values())


def _held(decisions: list[Decision], side: SideName) -> tuple[FieldChange, ...]:
    """Name held rows by their field on ``side``; ``old`` is the value there, ``new`` the other side's."""
    return tuple(
        FieldChange(field_on(each.row, side), each.value(side), each.value(other(side)), None, True)
        for each in decisions
        if each.held
    )


def hold(setup: ModuleSetup, crm: Record, books: Record, rows: Iterable[FieldMap]) -> Action:
    """Return the hold of mapping rows that a person has yet to decide on, as ``settle`` makes it (F40)."""
    target = other(first_side(setup.module))
    decisions = [
        Decision(row=row, crm=crm.fields.get(row.crm), books=books.fields.get(row.books), held=True) for row in rows
    ]
    changes = _held(decisions, target)
    return _action(setup, crm, books, "hold", "conflict", target=target, changes=changes, reason="F40")


def _quiet(decisions: list[Decision]) -> Why:
    if any(each.blocked for each in decisions):
        return "one_way"
    return "converged" if any(each.moved for each in decisions) else "echo"
