"""What a module's settings depend on besides themselves: the organisations that are joined."""

from core.model.problems import Problem
from core.model.setup import ModuleSetup, Profile


def refuse_currencies(setup: ModuleSetup, profile: Profile | None) -> None:
    """Raise ``Problem('currencies_differ')`` where unequal base currencies forbid the module (E4: F5, F6)."""
    if profile is None or profile.crm is None or profile.books is None:
        return
    crm, books = profile.crm.currency, profile.books.currency
    if not crm or not books or crm == books:
        return
    if setup.module == "items" or setup.extent == "both":
        raise Problem("currencies_differ", crm=crm, books=books, reason="F6" if setup.module == "items" else "F5")
