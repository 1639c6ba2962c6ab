"""What a module's settings depend on besides themselves: the organisations that are joined."""

from msgspec import structs

from core.engine.ports import Side
from core.model.names import ModuleName, NameOrder
from core.model.problems import Problem
from core.model.setup import ModuleSetup, Profile


def configured(module: ModuleName) -> ModuleName:
    """Return the module whose settings a module goes by: contact persons are a part of customers."""
    return "customers" if module == "persons" else module


async def prepared(setup: ModuleSetup, crm: Side, books: Side, profile: Profile | None) -> ModuleSetup:
    """Return the setup with both sides' key strengths, and with the order of names decided.

    Every part's key fields are found or made; the strengths told are those of the first one. Raises Problem.
    """
    refuse_currencies(setup, profile)
    made = await books.prepare(await crm.prepare(setup))
    return structs.replace(made, name_order=setup.name_order or _usual_order(profile))


def _usual_order(profile: Profile | None) -> NameOrder:
    """Family names go first in a Japanese organisation: its data centre is there, or it keeps its books in yen."""
    books = profile.books if profile is not None else None
    japanese = books is not None and (books.location == "jp" or books.currency == "JPY")
    return "family_first" if japanese else "given_first"


def refuse_currencies(setup: ModuleSetup, profile: Profile | None) -> None:
    """Raise ``Problem('currencies_differ')`` where unequal base currencies forbid the module (E4: F5, F6)."""
    if profile is None or profile.crm is None or profile.books is None:
        return
    crm, books = profile.crm.currency, profile.books.currency
    if not crm or not books or crm == books:
        return
    if setup.module == "items" or setup.extent == "both":
        raise Problem("currencies_differ", crm=crm, books=books, reason="F6" if setup.module == "items" else "F5")
