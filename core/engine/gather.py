"""Gather the facts of a plan: what was pulled, and what the store knows about just that (never about all of it)."""

import asyncio

from core.engine.context import Context
from core.engine.homes import is_home, parent_found
from core.engine.outcome import NAME_SPACE
from core.engine.pull import Pulled
from core.engine.settings import configured
from core.engine.view import Membership
from core.model.link import Seen
from core.model.names import SIDES, SideName, other
from core.model.record import Gone, Record
from core.model.run import Failure
from core.plan.facts import Facts, Id
from core.plan.normalise import exact_name
from core.plan.valve import FEW

BATCH = 100
"""Records read in one go."""
_BREATH = 1_000
"""Records between two breaths, in which the agent answers whoever asks."""
_ALWAYS = frozenset({"F21", "F41"})
"""Reasons whose cause lies elsewhere: tried again in every run."""


async def gather(
    ctx: Context, pulled: Pulled, members: Membership, retry: tuple[str, ...], *, only: tuple[Id, ...] = ()
) -> Facts:
    """Return all that the plan may look at. Reads again the sources of failures that are due.

    Where only named records are considered, their failures are tried again and no others are looked at.
    """
    stored = ctx.store.failures(ctx.setup.module)
    failures = {each.key: each for each in stored if ctx.owns(each.module, each.crm_entity)}
    if only:
        failures = {key: each for key, each in failures.items() if _named(pulled, each)}
    stirred = _Stirred(ctx, pulled) if failures else None
    awake = {key for key, failure in failures.items() if only or (stirred and _due(ctx, stirred, failure, retry))}
    await _read_again(ctx, pulled, [failures[key] for key in sorted(awake)])
    facts = Facts(
        setup=ctx.setup, crm=pulled.records["crm"], books=pulled.records["books"], gone=tuple(pulled.gone),
        view=members.ids, left=tuple(members.left), failures=failures, awake=frozenset(awake),
        link_count=_link_count(ctx, pulled),
        empty=frozenset(side for side in pulled.full if not pulled.ids[side]), parents=dict(ctx.family.parents),
        homes=set(), orphans=frozenset(pulled.orphans), chosen=frozenset(ctx.chosen),
        apart=frozenset((each.crm_id, each.books_id) for each in ctx.store.kept_apart(configured(ctx.setup.module))),
    )  # fmt: skip
    await _Gatherer(ctx, pulled, facts).run()
    ctx.tally.expect({side: facts.on(side).keys() for side in SIDES})
    return facts


def _link_count(ctx: Context, pulled: Pulled) -> int:
    """Return how many links this part has. Those of another shape are told apart where the valve could care: one by
    one, so not in a run with few changes.
    """
    module = ctx.setup.module
    total = ctx.store.count_links(module, "linked")
    theirs = "Contacts" if ctx.entity("crm") == "Accounts" else "Accounts"
    mixed = module == "customers" and ctx.store.count_seen("crm", theirs) > 0
    if not mixed or (not pulled.full and sum(map(len, pulled.records.values())) + len(pulled.gone) <= FEW):
        return total
    return sum(ctx.owns(link.module, link.crm_entity) for link in ctx.store.links(module, "linked"))


def _named(pulled: Pulled, failure: Failure) -> bool:
    return failure.record in pulled.records["crm" if failure.direction == "to_books" else "books"]


class _Gatherer:
    """Looks up what the store knows of the pulled records."""

    def __init__(self, ctx: Context, pulled: Pulled, facts: Facts) -> None:
        self._ctx, self._facts, self._dead = ctx, facts, pulled.dead()

    async def run(self) -> None:
        facts, at = self._facts, 0
        for side in SIDES:
            for record in facts.on(side).values():
                self._about(record)
                at += 1
                if at % _BREATH == 0:
                    await asyncio.sleep(0)
        for gone in facts.gone:
            self._about_gone(gone)

    def _about(self, record: Record) -> None:
        """Add what the store knows of one record: its link, or whom it could be paired with."""
        ctx, facts, side = self._ctx, self._facts, record.side
        if ctx.setup.module == "persons":
            self._parent(side, record.parent)
        link = ctx.store.link_of(ctx.setup.module, side, record.id)
        if link is not None:
            facts.links[side, record.id] = link
            if link.state != "ambiguous":
                self._under(other(side), link.id_on(other(side)))
                return
        theirs = other(side)
        for claimed in (record.native, record.key):
            if not claimed:
                continue
            if (found := ctx.store.link_of(ctx.setup.module, theirs, claimed)) is not None:
                facts.links[theirs, claimed] = found
            row = ctx.store.seen(theirs, ctx.entity(theirs), claimed)
            if row is not None and self._free(row):
                facts.known[theirs, claimed] = row
        if name := exact_name(record.name):
            for each in SIDES:
                self._namesakes(each, name)

    def _under(self, side: SideName, record_id: str) -> None:
        """Add where an unpulled contact or contact person belongs."""
        ctx, facts = self._ctx, self._facts
        if ctx.setup.module != "persons" or not record_id or record_id in facts.on(side):
            return
        row = ctx.store.seen(side, ctx.entity(side), record_id)
        if row is not None and row.parent:
            facts.under[side, record_id] = row.parent
            self._parent(side, row.parent)

    def _parent(self, side: SideName, parent: str) -> None:
        """Add what the account or customer of a contact is linked to."""
        facts = self._facts
        if not parent:
            return
        if is_home(self._ctx, side, parent):
            facts.homes.add((side, parent))
        if (side, parent) in facts.parents:
            return
        partner = self._ctx.partner_of(side, parent)
        if partner:
            facts.parents[side, parent] = partner
            facts.parents[other(side), partner] = parent

    def _namesakes(self, side: SideName, name: str) -> None:
        ctx, facts = self._ctx, self._facts
        if (side, name) in facts.namesakes:
            return
        rows = tuple(row for row in ctx.store.seen_named(side, ctx.entity(side), name) if self._free(row))
        facts.namesakes[side, name] = rows
        for row in rows:
            facts.known[side, row.id] = row
            if ctx.setup.module == "persons":
                self._parent(side, row.parent)

    def _free(self, row: Seen) -> bool:
        """Return whether a catalogue row is an unpulled, living record without a link."""
        if row.id in self._facts.on(row.side) or (row.side, row.id) in self._dead:
            return False
        return self._ctx.unlinked(row.side, row.id)

    def _about_gone(self, gone: Gone) -> None:
        ctx, facts = self._ctx, self._facts
        link = ctx.store.link_of(ctx.setup.module, gone.side, gone.id)
        if link is not None:
            facts.gone_links[gone.side, gone.id] = link
        seen = ctx.store.seen(gone.side, gone.entity, gone.id)
        if seen is not None:
            facts.gone_seen[gone.side, gone.id] = seen


class _Stirred:
    """What moved in this pull, by id and by name, old and new: a failure's cause may be among it."""

    def __init__(self, ctx: Context, pulled: Pulled) -> None:
        self.ids: dict[SideName, set[str]] = {side: set() for side in SIDES}
        self.names: dict[SideName, dict[str, set[str]]] = {side: {} for side in SIDES}
        dead = pulled.dead()
        for side in SIDES:
            for record_id in [*pulled.records[side], *(each for of, each in dead if of == side)]:
                record = pulled.records[side].get(record_id)
                seen = ctx.store.seen(side, ctx.entity(side), record_id)
                if record is not None and seen is not None and seen.version == record.version:
                    continue  # pulled once more, but as it was when the failure was filed
                self.ids[side].add(record_id)
                for name in {exact_name(each.name) for each in (record, seen) if each is not None}:
                    self.names[side].setdefault(name, set()).add(record_id)


def _due(ctx: Context, stirred: _Stirred, failure: Failure, retry: tuple[str, ...]) -> bool:
    """Return whether a failure is to be tried again: asked for, other settings, or its cause may have gone."""
    if "*" in retry or failure.key in retry or failure.setup_revision != ctx.setup.revision:
        return True
    if failure.reason == "F21" and ctx.setup.module == "persons":
        return parent_found(ctx, failure)
    if failure.reason in _ALWAYS and not failure.held:
        return True
    if failure.reason == "F12" and any(_let_go(ctx, failure.name, each) for each in failure.candidates):
        return True
    side: SideName = "books" if failure.direction == "to_books" else "crm"
    partner = failure.books_id if side == "books" else failure.crm_id
    namesakes = stirred.names[side].get(exact_name(failure.name), set()) - {partner}
    return bool(namesakes or stirred.ids[side].intersection(failure.candidates))


def _let_go(ctx: Context, name: str, holder: str) -> bool:
    """Return whether a customer or vendor no longer has a name, as far as either module's syncs know."""
    rows = [ctx.store.seen("books", entity, holder) for entity in NAME_SPACE]
    return not any(row is not None and row.name == exact_name(name) for row in rows)


async def _read_again(ctx: Context, pulled: Pulled, due: list[Failure]) -> None:
    """Read both records of failures that are due and not among the changed ones; a vanished source is gone."""
    wanted: dict[Id, None] = {}
    dead = pulled.dead()
    for failure in due:
        sides: tuple[tuple[SideName, str], ...] = (("crm", failure.crm_id), ("books", failure.books_id))
        for side, record_id in sides:
            known = pulled.records[side].get(record_id)
            if record_id and (known is None or not known.complete) and (side, record_id) not in dead:
                wanted[side, record_id] = None
    for side in SIDES:
        ids = [record_id for each, record_id in wanted if each == side]
        for start in range(0, len(ids), BATCH):
            ctx.check()
            some = ids[start : start + BATCH]
            records = await ctx.side(side).read(ctx.entity(side), ctx.fields(side), some)
            found = {record.id: record for record in records}
            pulled.records[side].update(found)
            pulled.gone.extend(Gone(side, ctx.entity(side), each) for each in some if each not in found)
