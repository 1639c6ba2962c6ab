"""Whose a record is: which part of a module takes it, and what a contact or contact person is made under."""

from core.engine.context import PERSONAL, Context
from core.model.names import SideName
from core.model.record import Record
from core.model.run import Failure
from core.plan.shapes import parts


def mine(ctx: Context, record: Record) -> bool:
    """Return whether this part of the module is to think about a record.

    What has a link stays with the part that made it, whatever became of it since: a contact that was an Individual
    stays one when it gains an account, and a contact person stays one when its contact loses it (?7).
    """
    for module in PERSONAL if ctx.setup.module in PERSONAL else ():
        link = ctx.store.link_of(module, record.side, record.id)
        if link is not None and link.state != "ambiguous":
            return ctx.owns(link.module, link.crm_entity)
    if len(parts(ctx.whole)) == 1:
        return True
    alone = ctx.whole.shape == "accounts_contacts_all"
    if record.entity == "Contacts":
        return bool(record.parent) == (ctx.setup.module == "persons") or not alone
    if record.entity == "persons":
        return not _of_an_individual(ctx, record)
    if record.entity == "customers":
        return not alone or (record.kind == "individual") == (ctx.setup.shape == "contacts")
    return True


def _of_an_individual(ctx: Context, record: Record) -> bool:
    """Return whether a contact person is but the Individual's own name, which the customer's rows carry (B26)."""
    known = ctx.family.individuals.get(record.parent)
    if known is None:
        row = ctx.store.seen("books", "customers", record.parent)
        known = row is not None and row.kind == "individual"
    return known


def is_home(ctx: Context, side: SideName, parent: str) -> bool:
    """Return whether a contact may be made under this account or customer: it is linked, or about to be (B41, F21)."""
    link = ctx.store.link_of("customers", side, parent) if parent else None
    return (link is not None and link.state == "linked") or (side, parent) in ctx.family.coming


def parent_found(ctx: Context, failure: Failure) -> bool:
    """Return whether what a failed contact belongs to is there by now (F21)."""
    side: SideName = "crm" if failure.direction == "to_books" else "books"
    row = ctx.store.seen(side, ctx.entity(side), failure.record)
    return row is not None and is_home(ctx, side, row.parent)


def linked_count(ctx: Context) -> str:
    """Return how many customers are linked, as a cursor keeps it: it moves when contacts may have got a home."""
    return str(ctx.store.count_links("customers", "linked"))
