"""Small worlds full of collisions: few names, few values, blanks among them."""

import os
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from core.model.value import Value
from tests.engine.fake import Bend
from tests.engine.world import World

_EXAMPLES = os.environ.get("KAKEHASHI_EXAMPLES", "")
moderately = settings(
    max_examples=int(_EXAMPLES or 40), derandomize=not _EXAMPLES, deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip
"""How hard the properties look: the same forty examples in every run, or as many new ones as the environment says."""

NAMES = ("Aoba Foods", "Minato Steel", "Kita Shoji", "Harbour Lights Ltd", "Nishi Optics")
VALUES = (None, "03-1111", "Tokyo ", "Osaka", "a  b", "Long value that servers cut")
CRM_FIELDS = ("Phone", "Billing_City", "Website", "Description")
BOOKS_FIELDS = ("billing_address.phone", "billing_address.city", "website", "notes")

values = st.sampled_from(VALUES)
names = st.sampled_from(NAMES)
crm_fields = st.dictionaries(st.sampled_from(CRM_FIELDS), values)
books_fields = st.dictionaries(st.sampled_from(BOOKS_FIELDS), values)


def _trim(_field: str, value: Value) -> Value:
    return (value.strip() or None) if isinstance(value, str) else value


def _squeeze(_field: str, value: Value) -> Value:
    return " ".join(value.split()) if isinstance(value, str) else value


def _cut(field: str, value: Value) -> Value:
    return value[:6] if isinstance(value, str) and "name" not in field.lower() else value


def _digits(field: str, value: Value) -> Value:
    return value.replace("-", "") if isinstance(value, str) and "hone" in field else value


def _shout(field: str, value: Value) -> Value:
    return value.upper() if isinstance(value, str) and "name" not in field.lower() else value


BENDS: tuple[Bend, ...] = (lambda _field, value: value, _trim, _squeeze, _cut, _digits, _shout)
bends = st.sampled_from(BENDS)


@st.composite
def worlds(draw: st.DrawFn, **setup: Any) -> World:
    """A world with up to six records a side, some of one name."""
    world = World(**setup)
    world.crm.bend, world.books.bend = draw(bends), draw(bends)
    world.books.unique_names = draw(st.booleans())
    world.crm.silent = draw(st.booleans())
    for name, fields in draw(st.lists(st.tuples(names, crm_fields), max_size=6)):
        world.crm.add(name, fields=fields)
    kinds = st.sampled_from(("business", "business", "business", "individual"))
    for name, fields, kind in draw(st.lists(st.tuples(names, books_fields, kinds), max_size=6)):
        world.books.add(name, kind=kind, fields=fields, active=draw(st.sampled_from((True, True, True, False))))
    return world


@st.composite
def edits(draw: st.DrawFn) -> list[tuple[str, int, str, Value]]:
    """Edits to make, as (side, which record, field, value)."""
    crm = st.tuples(st.just("crm"), st.integers(0, 9), st.sampled_from(CRM_FIELDS), values)
    books = st.tuples(st.just("books"), st.integers(0, 9), st.sampled_from(BOOKS_FIELDS), values)
    return draw(st.lists(st.one_of(crm, books), max_size=6))


def apply(world: World, changes: list[tuple[str, int, str, Value]]) -> list[tuple[str, str, str, Value]]:
    """Make edits; return those that took place, as (side, record id, field, value)."""
    made = []
    for side_name, at, field, value in changes:
        side = world.crm if side_name == "crm" else world.books
        ids = sorted(side.records, key=lambda each: (side.records[each].name, each))
        if ids:
            record_id = ids[at % len(ids)]
            side.edit(record_id, **{field.replace(".", "__"): value})
            made.append((side_name, record_id, field, value))
    return made
