"""What a module's settings depend on besides themselves: the organisations that are joined."""

from msgspec import structs

from core.engine.ports import Side
from core.model.names import ModuleName
from core.model.problems import Problem
from core.model.setup import ModuleSetup, Profile
from core.plan.shapes import parts


def configured(module: ModuleName) -> ModuleName:
    """Return the module whose settings a module goes by: contact persons are a part of customers."""
    return "customers" if module == "persons" else module


async def prepared(setup: ModuleSetup, crm: Side, books: Side, profile: Profile | None) -> ModuleSetup:
    """Return the setup with both sides' key strengths, and with the order of names decided.

    Every part's key fields are found or made; the strengths told are those of the first one. Raises Problem.
    """
    refuse_currencies(setup, profile)
    made = [await books.prepare(await crm.prepare(part)) for part in parts(setup)]
    return structs.replace(
        setup, crm_key=made[0].crm_key, books_key=made[0].books_key,
        name_order=setup.name_order or ("family_first" if _japanese(profile) else "given_first"),
    )  # fmt: skip


def _japanese(profile: Profile | None) -> bool:
    """Return whether the Books organisation is Japanese: its data centre is, or it keeps its books in yen."""
    books = profile.books if profile is not None else None
    return books is not None and (books.location == "jp" or books.currency == "JPY")


def refuse_currencies(setup: ModuleSetup, profile: Profile | None) -> None:
    """Raise ``Problem('currencies_differ')`` where unequal base currencies forbid the module (E4: F5, F6)."""
    if profile is None or profile.crm is None or profile.books is None:
        return
    crm, books = profile.crm.currency, profile.books.currency
    if not crm or not books or crm == books:
        return
    if setup.module == "items" or setup.extent == "both":
        raise Problem("currencies_differ", crm=crm, books=books, reason="F6" if setup.module == "items" else "F5")
