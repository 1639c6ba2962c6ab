"""Pairs that a person made, or unmade: two records chosen for each other, and two that are kept apart (F13)."""

from collections.abc import Sequence

from core.engine.context import Context
from core.engine.homes import mine
from core.engine.ports import Commit
from core.engine.settings import configured
from core.model.deciding import Apart
from core.model.link import Link
from core.model.names import SIDES, SideName, other, toward
from core.model.problems import Problem
from core.model.record import Record
from core.model.run import Failure
from core.model.whys import why
from core.plan.facts import Id, failure_key
from core.plan.normalise import exact_name
from core.plan.shapes import takes_part

_TOLD: dict[SideName, str] = {"crm": "CRM", "books": "Books"}


async def choose(contexts: Sequence[Context], crm_id: str, books_id: str) -> Context:
    """Make two records a pair, still to be merged, and return the part of the module that they are of.

    The link is durable before anything is written, and the next run merges it if this one does not get to it. Raises
    Problem: ``already_linked`` (I10), ``not_found``, ``not_a_pair``.
    """
    for ctx in _likely(contexts, crm_id, books_id):
        _refuse_linked(ctx, crm_id, books_id)
        found = await _read(ctx, crm_id, books_id)
        if found is None:
            continue
        crm, books = found
        _refuse_strangers(ctx, crm, books)
        link = Link(
            module=ctx.setup.module, crm_id=crm_id, books_id=books_id, name=crm.name or books.name,
            linked_at=ctx.clock.now(), run_id=ctx.run.id, crm_entity=ctx.crm_mark,
        )  # fmt: skip
        pair: list[Id] = [("crm", crm_id), ("books", books_id)]
        failures = _ambiguous(ctx, pair)
        others = [each for failure in failures for each in _concerned(failure)] + _namesakes(ctx, crm.name, books.name)
        held = [each.key for side in SIDES if (each := ctx.store.link_of(link.module, side, link.id_on(side)))]
        ctx.store.commit(
            Commit(
                links=[link], drop_links=held, clear_failures=[each.key for each in failures],
                drop_apart=[Apart(module=configured(ctx.setup.module), crm_id=crm_id, books_id=books_id).key],
                cursors=wanted(ctx, [*pair, *others]),
            )
        )  # fmt: skip
        ctx.chosen.add((crm_id, books_id))
        return ctx
    raise Problem("not_found", what=f"pair of CRM {crm_id} and Books {books_id}")


def done(ctx: Context, crm_id: str, books_id: str) -> None:
    """Let the next run not read the pair again: it is merged."""
    name = f"{ctx.setup.module}:wanted"
    left = [each for each in _waiting(ctx) if each not in (f"crm:{crm_id}", f"books:{books_id}")]
    ctx.store.commit(Commit(cursors={name: " ".join(left)}))


async def keep_apart(contexts: Sequence[Context], crm_id: str, books_id: str) -> None:
    """Remember that two records are not the same, and let the next run look again at who waited because of it.

    Records that no run has seen yet are read. Raises Problem: ``not_found``, ``already_linked`` for a pair.
    """
    for ctx in _likely(contexts, crm_id, books_id):
        link = ctx.store.link_of(ctx.setup.module, "crm", crm_id)
        if link is not None and link.books_id == books_id and link.state != "ambiguous":
            raise Problem("already_linked", side="CRM", id=crm_id, other=books_id)
        crm, books = await _called(ctx, "crm", crm_id, books_id), await _called(ctx, "books", books_id, crm_id)
        if crm is not None and books is not None:
            ctx.store.commit(_parted(ctx, crm_id, books_id, crm, alike=crm == books))
            return
    raise Problem("not_found", what=f"pair of CRM {crm_id} and Books {books_id}")


async def _called(ctx: Context, side: SideName, record_id: str, partner: str) -> str | None:
    """Return a record's name, None where this part of the module has no such record.

    Raises ``Problem('already_linked')`` for one that was made from its partner: a killed run may have left it so.
    """
    seen = ctx.store.seen(side, ctx.entity(side), record_id)
    if seen is not None:
        return seen.name
    found = await ctx.side(side).read(ctx.entity(side), ctx.fields(side), [record_id])
    if found and partner in (found[0].key, found[0].native):
        raise Problem("already_linked", side=_TOLD[side], id=record_id, other=partner)
    return exact_name(found[0].name) if found else None


def _parted(ctx: Context, crm_id: str, books_id: str, name: str, *, alike: bool) -> Commit:
    apart = Apart(module=configured(ctx.setup.module), crm_id=crm_id, books_id=books_id, name=name, at=ctx.clock.now())
    pair: list[Id] = [("crm", crm_id), ("books", books_id)]
    failures = _ambiguous(ctx, pair)
    commit = Commit(apart=[apart], clear_failures=[each.key for each in failures])
    if failures or alike:
        others = [each for failure in failures for each in _concerned(failure)]
        known = [each for each in (*pair, *others) if ctx.store.seen(each[0], ctx.entity(each[0]), each[1]) is not None]
        commit.cursors = wanted(ctx, known)
    return commit


def forget_apart(contexts: Sequence[Context], crm_id: str, books_id: str) -> None:
    """Take ``keep_apart`` back: the next run looks at both again. Raises ``Problem('not_found')``."""
    ctx = next(iter(_likely(contexts, crm_id, books_id)))
    key = Apart(module=configured(ctx.setup.module), crm_id=crm_id, books_id=books_id).key
    if all(each.key != key for each in ctx.store.kept_apart(configured(ctx.setup.module))):
        raise Problem("not_found", what=f"pair of CRM {crm_id} and Books {books_id} that is kept apart")
    pair: list[Id] = [("crm", crm_id), ("books", books_id)]
    free = [(side, id_) for side, id_ in pair if ctx.unlinked(side, id_)]
    ctx.store.commit(Commit(drop_apart=[key], cursors=wanted(ctx, free)))


def wanted(ctx: Context, records: Sequence[Id]) -> dict[str, str]:
    """Return the cursor that lets the next run read these records too, whatever has become of them."""
    texts = (f"{side}:{record_id}" for side, record_id in records)
    return {f"{ctx.setup.module}:wanted": " ".join(dict.fromkeys((*_waiting(ctx), *texts)))}


def _waiting(ctx: Context) -> list[str]:
    return (ctx.store.cursor(f"{ctx.setup.module}:wanted") or "").split()


def _likely(contexts: Sequence[Context], crm_id: str, books_id: str) -> list[Context]:
    """Return the parts in the order in which two records are looked for: those that have seen both first."""
    ids: tuple[Id, ...] = (("crm", crm_id), ("books", books_id))
    return sorted(
        contexts,
        key=lambda ctx: -sum(ctx.store.seen(side, ctx.entity(side), record_id) is not None for side, record_id in ids),
    )


async def _read(ctx: Context, crm_id: str, books_id: str) -> tuple[Record, Record] | None:
    """Return both records if this part is to think about them."""
    found = []
    for side, record_id in (("crm", crm_id), ("books", books_id)):
        name: SideName = "crm" if side == "crm" else "books"
        records = await ctx.side(name).read(ctx.entity(name), ctx.fields(name), [record_id])
        if not records or not mine(ctx, records[0]):
            return None
        found.append(records[0])
    return found[0], found[1]


def _refuse_linked(ctx: Context, crm_id: str, books_id: str) -> None:
    ids: dict[SideName, str] = {"crm": crm_id, "books": books_id}
    for side in SIDES:
        if not ctx.unlinked(side, ids[side]):
            link = ctx.store.link_of(ctx.setup.module, side, ids[side])
            partner = link.id_on(other(side)) if link is not None else ""
            raise Problem("already_linked", side=_TOLD[side], id=ids[side], other=partner or "-")


def _refuse_strangers(ctx: Context, crm: Record, books: Record) -> None:
    phrase = ""
    if not takes_part(ctx.setup, crm) or not takes_part(ctx.setup, books):
        phrase = why("other_kind")
    elif ctx.setup.module == "persons" and ctx.partner_of("crm", crm.parent) != books.parent:
        phrase = why("other_family")
    if phrase:
        raise Problem("not_a_pair", crm=crm.name or crm.id, books=books.name or books.id, why=phrase)


def _ambiguous(ctx: Context, pair: Sequence[Id]) -> list[Failure]:
    """Return what is held because a record of the pair could mean several, or be meant by several."""
    ids = {record_id for _, record_id in pair}
    keys = {failure_key(ctx.setup, toward(other(side)), record_id) for side, record_id in pair}
    return [
        each
        for each in ctx.store.failures(ctx.setup.module)
        if each.reason == "F13" and (each.key in keys or ids.intersection(each.candidates))
    ]


def _concerned(failure: Failure) -> list[Id]:
    """Return the records that an ambiguity is about."""
    source: SideName = "crm" if failure.direction == "to_books" else "books"
    return [(source, failure.record), *((other(source), each) for each in failure.candidates)]


def _namesakes(ctx: Context, *names: str) -> list[Id]:
    """Return the free records of these names: who waited for them to be told apart."""
    found: list[Id] = []
    for side in SIDES:
        for name in {exact_name(each) for each in names} - {""}:
            rows = ctx.store.seen_named(side, ctx.entity(side), name)
            found += [(side, row.id) for row in rows if ctx.unlinked(side, row.id)]
    return found
