"""Which CRM records carry figures: those that a Books customer is linked with, account or contact by the shape."""

from msgspec import Struct

from core.figures.ports import FigureStore
from core.model.catalogue import entity
from core.plan.shapes import parts


class Target(Struct, frozen=True):
    """One CRM record with the customer whose figures it carries."""

    entity: str
    crm_id: str
    books_id: str
    name: str


def entities(store: FigureStore) -> tuple[str, ...]:
    """Return the CRM modules that carry figures in the present shape: parents first; none where nothing is set up."""
    setup = store.setup("customers")
    if setup is None:
        return ()
    mine = [each for each in parts(setup) if each.module == "customers"]
    return tuple(dict.fromkeys(entity(each.module, each.shape, "crm") for each in mine))


def targets(store: FigureStore) -> dict[str, Target]:
    """Return by Books id what carries figures. A link that ended, or one of another shape, is left alone."""
    known = entities(store)
    implied = entity("customers", "accounts", "crm")
    found = {}
    for link in store.links("customers", "linked"):
        module = link.crm_entity or implied
        if module in known:
            found[link.books_id] = Target(module, link.crm_id, link.books_id, link.name)
    return found
