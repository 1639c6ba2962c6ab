"""Switching the figures on and off: which CRM fields they need, and making those that are missing."""

from msgspec import structs

from core.engine.ports import Commit
from core.figures.ports import FigureDesk, FigureStore
from core.figures.targets import entities
from core.model.figure_setup import FigureSetup
from core.model.figures import FigureField
from core.model.problems import Problem


def currency_of(store: FigureStore) -> str:
    """Return the base currency of Books, which all figures are in."""
    profile = store.profile()
    return profile.books.currency if profile is not None and profile.books is not None else ""


async def fields_of(store: FigureStore, crm: FigureDesk) -> list[FigureField]:
    """Return the fields of all modules that carry figures. Raises Problem as ``FigureDesk.fields``."""
    return [field for each in entities(store) for field in await crm.fields(each, currency_of(store))]


async def switch(store: FigureStore, crm: FigureDesk, *, on: bool, create_fields: bool) -> FigureSetup:
    """Store that the figures are on or off, and return it. Off: what stands in CRM's fields stays as it is.

    Raises Problem: ``not_configured``, ``figures_need_fields`` where fields are missing and are not to be made,
    ``figure_field_refused``, ``figure_field_unfit``.
    """
    profile = store.profile()
    if profile is None or not profile.connected:
        raise Problem("not_connected", profile=profile.name if profile is not None else "default")
    if not on:
        kept = structs.replace(profile.figures, on=False)
    else:
        if store.setup("customers") is None:
            raise Problem("not_configured", module="customers")
        kept = FigureSetup(on=True, currency=currency_of(store), fields=await _ready(store, crm, create_fields))
    now = store.profile()
    assert now is not None
    store.commit(Commit(profile=structs.replace(now, figures=kept)))
    return kept


async def _ready(store: FigureStore, crm: FigureDesk, create: bool) -> dict[str, dict[str, str]]:
    fields = await fields_of(store, crm)
    missing = [each for each in fields if not each.field]
    if missing and not create:
        raise Problem("figures_need_fields", fields=", ".join(f"{each.entity}: {each.label}" for each in missing))
    for entity in dict.fromkeys(each.entity for each in missing):
        await crm.make([each for each in missing if each.entity == entity])
    if missing:
        # The answer tells no api names: they are read (zoho-crm-api §4.2).
        fields = await fields_of(store, crm)
    for each in fields:
        if not each.field:
            raise Problem("figure_field_refused", field=each.label, module=each.entity, why="-")
    found: dict[str, dict[str, str]] = {}
    for each in fields:
        found.setdefault(each.entity, {})[each.figure] = each.field
    return found
