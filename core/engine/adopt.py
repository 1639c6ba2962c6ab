"""Pairs that Zoho's own integration made: list rows say *that* they are linked, details say to what (E39)."""

from core.engine.context import Context
from core.engine.ports import Commit
from core.engine.pull import Pulled
from core.engine.view import Membership
from core.model.link import Link
from core.model.record import Record

BATCH = 100


async def adopt_native(ctx: Context, pulled: Pulled, members: Membership) -> None:
    """Read the details of unlinked rows that are natively linked, and keep the pairs they tell of at once.

    Such a link has no bases yet: the plan merges it by the first-pairing rules. Keeping it now means that an
    organisation whose every customer is linked gets through even when the day's quota ends in between.
    """
    rows = pulled.records["books"]
    unresolved = sorted(
        id_
        for id_, record in rows.items()
        if record.native_linked and record.native is None and ctx.store.link_of(ctx.setup.module, "books", id_) is None
    )
    claims = _Claims(ctx, pulled, members)
    for start in range(0, len(unresolved), BATCH):
        ctx.check()
        some = unresolved[start : start + BATCH]
        commit = Commit()
        for record in await ctx.books.read(ctx.entity("books"), ctx.fields("books"), some):
            rows[record.id] = record
            claims.add(record, commit)
        if not commit.empty():
            ctx.store.commit(commit)
        ctx.report.count("native", len(some))
    for id_, record in rows.items():
        lost = record.native is not None and not claims.known(record.native)
        if lost and ctx.store.link_of(ctx.setup.module, "books", id_) is None:
            claims.strangers[id_] = record.native or ""
    await _confirm(ctx, pulled, claims.strangers)


async def _confirm(ctx: Context, pulled: Pulled, strangers: dict[str, str]) -> None:
    """Ask for CRM records that are natively linked and that no listing showed: what is not there leaves an orphan."""
    wanted = sorted(set(strangers.values()))
    for start in range(0, len(wanted), BATCH):
        ctx.check()
        some = wanted[start : start + BATCH]
        there = {record.id for record in await ctx.crm.read(ctx.entity("crm"), ctx.fields("crm"), some)}
        missing = set(some) - there
        pulled.orphans |= {books_id for books_id, native in strangers.items() if native in missing}


class _Claims:
    """Who says to be linked to which CRM record. Where two do, neither gets it: the plan holds them (F13)."""

    def __init__(self, ctx: Context, pulled: Pulled, members: Membership) -> None:
        self._ctx, self._pulled, self._members = ctx, pulled, members
        self._contested: set[str] = set()
        self.strangers: dict[str, str] = {}
        """Books records, and the CRM records that they say they are linked to, which nobody knows."""

    def add(self, record: Record, commit: Commit) -> None:
        native = record.native
        if not native or native in self._contested:
            return
        if not self.known(native) or not record.active or not self._in_view(native):
            return
        ctx = self._ctx
        pending = next((link for link in commit.links if link.crm_id == native), None)
        rival = pending or ctx.store.link_of(ctx.setup.module, "crm", native)
        if rival is None:
            commit.links.append(
                Link(
                    module=ctx.setup.module, crm_id=native, books_id=record.id, name=record.name,
                    linked_at=ctx.clock.now(), run_id=ctx.run.id, crm_entity=ctx.crm_mark,
                )
            )  # fmt: skip
            return
        self._contested.add(native)
        if pending is not None:
            commit.links.remove(pending)
        elif rival.state == "linked" and not rival.crm_base and not rival.books_base:
            commit.drop_links.append(rival.key)

    def known(self, native: str) -> bool:
        """Return whether any listing has shown a CRM record."""
        ctx, pulled = self._ctx, self._pulled
        if native in pulled.records["crm"] or native in pulled.ids["crm"]:
            return True
        return ctx.store.seen("crm", ctx.entity("crm"), native) is not None

    def _in_view(self, native: str) -> bool:
        return self._members.ids is None or native in self._members.ids
