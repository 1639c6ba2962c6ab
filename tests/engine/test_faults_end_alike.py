"""Two Zohos of one seed, one with a fault at every third call: syncs end in the same records, links and keys."""

from collections.abc import Iterator
from typing import Any

import pytest
from msgspec import structs

from core.model.catalogue import default_mapping, default_setup
from core.model.setup import ModuleSetup
from core.sandbox.testing import RunningSandbox
from tests.engine.wire import FAULTS, Wire, started

SHARE = 0.3
PASSING = frozenset({
    "Created_Time", "Modified_Time", "created_time", "last_modified_time", "Created_By", "Modified_By", "address_id",
    "contact_person_id", "Last_Activity_Time",
})  # fmt: skip
"""What tells when and by whom, and ids of parts that mean nothing elsewhere."""
ENTITIES = (
    ("crm", "Accounts", "id"), ("crm", "Contacts", "id"), ("crm", "Vendors", "id"), ("crm", "Products", "id"),
    ("books", "contacts", "contact_id"), ("books", "items", "item_id"),
)  # fmt: skip


def shaped(shape: str) -> ModuleSetup:
    mapping = default_mapping("customers", shape)  # type: ignore[arg-type]
    return structs.replace(default_setup("customers"), shape=shape, mapping=mapping)  # type: ignore[arg-type]


SETUPS: dict[str, ModuleSetup] = {
    "accounts": default_setup("customers"),
    "contacts": shaped("contacts"),
    "accounts and contacts": shaped("accounts_contacts"),
    "all contacts": shaped("accounts_contacts_all"),
    "vendors": default_setup("vendors"),
    "items": default_setup("items"),
}
EDITED: dict[str, tuple[str, str, str]] = {"vendors": ("Vendors", "contacts", "notes"),
                                           "items": ("Products", "items", "description")}  # fmt: skip


def everything(wire: Wire) -> dict[str, Any]:
    """Return all records of both sides, under names that do not hang on the order in which they were made."""
    rows = {f"{side}:{row[key]}": row for side, module, key in ENTITIES for row in wire.truth(side, module)}
    links = [link for module in ("customers", "persons", "vendors", "items") for link in wire.store.links(module)]  # type: ignore[arg-type]
    labels = {each.books_id: f"of {each.crm_id}" for each in links if each.books_id and each.crm_id in wire.before}
    labels |= {each.crm_id: f"of {each.books_id}" for each in links if each.crm_id and each.crm_id not in wire.before}
    return {
        "records": sorted((_plain(row, labels) for row in rows.values()), key=repr),
        "links": sorted((each.module, each.state, labels.get(each.crm_id, each.crm_id)) for each in links),
        "failures": sorted((each.direction, each.name, each.reason) for each in wire.store.failures()),
    }


def _plain(value: Any, labels: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _plain(each, labels) for key, each in sorted(value.items()) if key not in PASSING}
    if isinstance(value, list):
        return [_plain(each, labels) for each in value]
    return labels.get(value, value) if isinstance(value, str) else value


def people_work(wire: Wire, name: str) -> None:
    """People edit linked records on both sides, and delete one."""
    module, theirs, field = EDITED.get(name, ("Contacts" if name == "contacts" else "Accounts", "contacts", "notes"))
    there = {row["id"] for row in wire.truth("crm", module)} & wire.before
    links = sorted(
        (each for each in wire.store.links(wire.module, "linked") if each.crm_id in there), key=lambda each: each.crm_id
    )
    for at, link in enumerate(links):
        if at % 3 == 0:
            wire.edit("crm", "change", link.crm_id, module=module, Description=f"seen {at}")
        elif at % 3 == 1:
            wire.edit("books", "change", link.books_id, module=theirs, **{field: f"told {at}"})
    wire.edit("crm", "delete", links[-1].crm_id, module=module)


def ended(
    zoho: RunningSandbox, name: str, *, seed: int | None, duplicates: str = "overwrite"
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return how the story ends, and the requests that were sent; without a ``seed`` there are no faults."""
    wire = Wire(zoho, structs.replace(SETUPS[name], duplicates=duplicates))  # type: ignore[arg-type]
    wire.before = {row[key] for side, module, key in ENTITIES for row in wire.truth(side, module)}
    try:
        sent = synced(wire, seed)
        wire.until_done(retry=("*",))
        people_work(wire, name)
        sent += synced(wire, None if seed is None else seed + 100)
        wire.until_done(retry=("*",))
        wire.settled()
        return everything(wire), sent
    finally:
        wire.close()


def synced(wire: Wire, seed: int | None) -> list[dict[str, Any]]:
    """Sync while three calls in ten meet a fault, every kind as often as any other; return the requests sent."""
    each = 1 - (1 - SHARE) ** (1 / len(FAULTS))
    rules = [{**fault, "probability": each, "seed": seed} for fault in FAULTS]
    wire.zoho.control("PUT", "faults", {"faults": rules if seed is not None else []})
    before = wire.asked()
    wire.until_done(runs=60)
    wire.zoho.fault()
    return wire.zoho.requests(before)


def compare(zoho: RunningSandbox, name: str, seed: int, duplicates: str = "overwrite") -> list[str]:
    """Compare the end with faults to the end without; return what befell each request, empty where nothing did."""
    calm, _ = ended(zoho, name, seed=None, duplicates=duplicates)
    stormy, sent = ended(zoho, name, seed=seed, duplicates=duplicates)
    for what in calm:
        assert [each for each in stormy[what] if each not in calm[what]] == [], what
        assert stormy[what] == calm[what], what
    assert calm["links"]
    return [each["fault"] or "" for each in sent]


@pytest.fixture(scope="module")
def zoho() -> Iterator[RunningSandbox]:
    with started(accounts=24, seed=11, planted=False) as made:
        yield made


@pytest.mark.parametrize("name", sorted(SETUPS))
def test_with_faults_at_three_calls_in_ten_a_sync_ends_as_without(zoho: RunningSandbox, name: str) -> None:
    assert any(compare(zoho, name, seed=1))


@pytest.mark.long
@pytest.mark.timeout(3_000)
@pytest.mark.parametrize("name", sorted(SETUPS))
def test_with_faults_at_three_calls_in_ten_large_syncs_end_as_without(name: str) -> None:
    befell: list[str] = []
    for seed, accounts, duplicates in ((1, 900, "overwrite"), (2, 300, "skip"), (3, 60, "overwrite"), (4, 60, "clone")):
        with started(accounts=accounts, seed=seed, planted=False) as zoho:
            befell += compare(zoho, name, seed, duplicates)
    assert sum(map(bool, befell)) > len(befell) / 5
    kinds = {kind for each in befell for kind in each.split(",")}
    assert kinds >= {"reset", "lost_reply", "truncated", "malformed", "html", "status", "throttle", "expire_token"}
