"""A job: one record or pair on its way through a run, with what is still to be done about it."""

from collections.abc import Iterator

from msgspec import structs

from core.engine.context import Context
from core.model.link import Link
from core.model.names import Direction, SideName, toward
from core.model.plan import Action, Why
from core.model.record import Record, Written
from core.model.run import Failure
from core.model.setup import FieldMap
from core.plan.decide import decide
from core.plan.facts import Facts
from core.plan.settle import FIRST_PAIRING, assumed, unread
from core.plan.shapes import made_kind, order, overwriting_side

WRITES = ("create", "update")


class Job:
    """``crm`` and ``books`` are the records as they now stand, as far as known. ``todo`` are actions not yet through;
    ``stuck`` those that failed or are held: their fields keep the old bases; ``filed`` what was filed for them.
    ``open_rows`` are mapping rows that nobody has decided on. ``stale``: a record moved meanwhile, so that ``todo``
    must be decided anew.
    """

    __slots__ = (
        "again", "books", "crm", "facts", "failed", "filed", "link", "look_first", "open_rows", "parent", "stale",
        "stuck", "todo", "unread", "why",
    )  # fmt: skip

    def __init__(self, facts: Facts, actions: list[Action], link: Link | None) -> None:
        self.facts, self.todo, self.link = facts, actions, link
        self.stuck: list[Action] = []
        self.failed: set[Direction] = set()
        self.filed: dict[Direction, Failure] = {}
        self.stale = False
        self.open_rows: list[FieldMap] = []
        self.why: Why = actions[0].why
        self.unread: tuple[SideName, ...] = tuple({side: None for each in actions for side in unread(each)})
        self.again = False
        self.look_first = False
        self.parent = ""
        """What a created contact or contact person is made under."""
        self.crm: Record | None = None
        self.books: Record | None = None

    def record(self, side: SideName) -> Record | None:
        """Return the record of a side."""
        return self.crm if side == "crm" else self.books

    def put(self, side: SideName, record: Record | None) -> None:
        """Set the record of a side."""
        if side == "crm":
            self.crm = record
        else:
            self.books = record

    @property
    def met(self) -> bool:
        """The records were merged before."""
        return self.link is not None and bool(self.link.crm_base or self.link.books_base)

    def settle(self) -> None:
        """Decide anew, both records being known in full. A direction that failed in this run is not tried again."""
        assert self.crm is not None and self.books is not None
        setup = self.facts.setup
        why: Why = self.why if self.why in FIRST_PAIRING else "adopt_native"
        overwrite = overwriting_side(setup) if why == "overwrite" else None
        link = self.link if self.met else None
        actions = decide(self.facts, link, self.crm, self.books, why=why, overwrite=overwrite)
        self.todo = [each for each in actions if each.target is None or toward(each.target) not in self.failed]
        self.stuck = [each for each in actions if each not in self.todo]
        self.unread, self.stale = (), False

    def wrote(self, ctx: Context, action: Action, written: Written) -> None:
        """Take note of what a server holds after a write."""
        assert action.target is not None
        side, old = action.target, self.record(action.target)
        known = old or Record(
            side=side, entity=ctx.entity(side), id=written.id, name=action.name, version="", fields={},
            kind=made_kind(ctx.setup.module, ctx.setup.shape) if side == "books" else "other", parent=self.parent,
        )  # fmt: skip
        sent = {**known.fields, **{change.field: change.new for change in action.changes}}
        record = written.record
        if record is None:
            record = structs.replace(known, fields=sent, version=written.version, complete=True)
        elif not record.complete:
            record = structs.replace(record, fields={**sent, **record.fields}, complete=True)
        self.put(side, record)


def start(ctx: Context, facts: Facts, actions: list[Action]) -> Job:
    """Return the job for actions of one record or pair. The store must be free of pending commits."""
    action = actions[0]
    link = None
    if action.crm_id:
        link = ctx.store.link_of(ctx.setup.module, "crm", action.crm_id)
    if link is None and action.books_id:
        link = ctx.store.link_of(ctx.setup.module, "books", action.books_id)
    job = Job(facts, actions, link if link is not None and link.state != "ambiguous" else None)
    sides: tuple[tuple[SideName, str | None], ...] = (("crm", action.crm_id), ("books", action.books_id))
    for side, record_id in sides:
        if record_id:
            job.put(side, facts.on(side).get(record_id) or _unpulled(ctx, job, side, record_id))
    job.look_first = any(each.verb == "create" and _outcome_unknown(facts, each) for each in actions)
    return job


def _unpulled(ctx: Context, job: Job, side: SideName, record_id: str) -> Record | None:
    """Return an unpulled record of a link as its base tells it, with what the catalogue adds."""
    if job.link is None or job.link.id_on(side) != record_id or job.link.state == f"{side}_gone":
        return None
    record = assumed(job.link, side, ctx.entity(side))
    seen = ctx.store.seen(side, ctx.entity(side), record_id)
    if seen is None:
        return record
    return structs.replace(
        record, name=seen.name, kind=seen.kind, active=seen.active, owner=seen.owner, receivable=seen.receivable,
        parent=seen.parent,
    )  # fmt: skip


def _outcome_unknown(facts: Facts, action: Action) -> bool:
    source = action.crm_id if action.target == "books" else action.books_id
    failure = facts.failures.get(f"{facts.setup.module}:{toward(action.target or 'books')}:{source}")
    return failure is not None and failure.reason == "F41"


def grouped(ctx: Context, actions: tuple[Action, ...]) -> Iterator[tuple[SideName | None, list[Action]]]:
    """Yield the actions of each record or pair together, with the side that is written last; local ones first."""
    groups: dict[tuple[str | None, str | None], list[Action]] = {}
    for action in actions:
        groups.setdefault((action.crm_id, action.books_id), []).append(action)
    ranks: dict[SideName, int] = {side: at for at, side in enumerate(order(ctx.setup.module), start=1)}
    ranked: dict[int, list[list[Action]]] = {}
    for group in groups.values():
        rank = max(ranks[each.target] if each.verb in WRITES and each.target else 0 for each in group)
        ranked.setdefault(rank, []).append(group)
    sides: dict[int, SideName | None] = {0: None, **{rank: side for side, rank in ranks.items()}}
    for rank in sorted(ranked):
        for group in ranked[rank]:
            yield sides[rank], group
