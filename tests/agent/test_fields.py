"""Mapped fields of every kind, both ways, over a real sandbox: made in Books for CRM fields that had no counterpart."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import msgspec
import pytest

from core.agent.clock import SystemClock
from core.agent.local import LocalService
from core.agent.places import Place
from core.model.mapping import row_of
from core.model.problems import Problem
from core.model.setup import FieldMap
from core.sandbox.testing import RunningSandbox
from tests.agent.test_local import join, sync
from tests.sandbox.client import Client

CHOICES = [{"display_value": each, "actual_value": each} for each in ("Retail", "Export", "Online")]
NEW: dict[str, tuple[dict[str, Any], Any, Any, Any]] = {
    "Motto": ({"data_type": "text", "length": 60}, "誠実", "誠実と挑戦", "誠実と挑戦"),
    "Memo": ({"data_type": "textarea", "textarea": {"type": "small"}}, "one\ntwo", "three", "three"),
    "Invoice Mail": ({"data_type": "email", "length": 100}, "in@aoba.example", "out@aoba.example", "out@aoba.example"),
    "Night Phone": ({"data_type": "phone", "length": 30}, "03-5555-0100", "03-5555-0101", "03-5555-0101"),
    "Shop": ({"data_type": "website", "length": 200}, "https://a.example", "https://b.example", "https://b.example"),
    "Branches": ({"data_type": "integer", "length": 9}, 12, 15, 15),
    "Margin": ({"data_type": "double", "length": 16}, 2.5, 3.25, 3.25),
    "Key Account": ({"data_type": "boolean"}, True, False, False),
    "Founded": ({"data_type": "date"}, "1999-04-01", "2001-05-02", "2001-05-02"),
    "Channel": ({"data_type": "picklist", "pick_list_values": CHOICES}, "Retail", "Export", "Export"),
    "Channels": (
        {"data_type": "multiselectpicklist", "pick_list_values": CHOICES}, ["Retail", "Online"], "Online; Export",
        ["Export", "Online"],
    ),
}  # fmt: skip
"""Label → the field, a value in CRM, one that is written in Books later, and what CRM then holds."""


@pytest.fixture(scope="module")
def zoho() -> Any:
    with RunningSandbox(accounts=4, seed=3, planted=False) as made:
        client = Client(made)
        wanted = [{"field_label": label} | field for label, (field, *_) in NEW.items()]
        for at in range(0, len(wanted), 5):
            answer = client.crm("POST", "settings/fields", module="Accounts", json={"fields": wanted[at : at + 5]})
            assert answer.status_code == 201, answer.text
        client.http.close()
        yield made


@pytest.fixture
def client(zoho: RunningSandbox) -> Iterator[Client]:
    made = Client(zoho)
    yield made
    made.http.close()


@pytest.fixture
async def service(place: Place, zoho: RunningSandbox) -> AsyncIterator[LocalService]:
    made = LocalService(place, SystemClock())
    await made.load()
    await join(made, zoho)
    await made.configure(await made.default_setup("customers"))
    yield made
    await made.close()


async def map_all(service: LocalService) -> dict[str, FieldMap]:
    """Make every new field in Books, and map it; label → row."""
    missing = {each.crm.label: each for each in await service.missing_fields("customers", "accounts", "main")}
    rows = {}
    for label in NEW:
        made = await service.create_books_field("customers", "accounts", "main", missing[label].crm.name)
        assert made.kind == missing[label].books_kind
        rows[label] = row_of(missing[label].crm, made)
    setup = await service.default_setup("customers")
    await service.configure(msgspec.structs.replace(setup, mapping=(*setup.mapping, *rows.values())))
    return rows


def put(client: Client, books_id: str, custom: list[dict[str, Any]]) -> None:
    """Write custom fields in Books, some seconds later: an edit of the same second could not be told from ours."""
    client.zoho.control("POST", "time", {"advance": 5})
    answer = client.books("PUT", f"contacts/{books_id}", json={"custom_fields": custom})
    assert answer.status_code == 200, answer.text


def held_in_books(client: Client, books_id: str) -> dict[str, Any]:
    contact = client.books("GET", f"contacts/{books_id}").json()["contact"]
    return {each["label"]: each["value"] for each in contact["custom_fields"]}


async def test_values_of_every_kind_travel_both_ways(service: LocalService, client: Client) -> None:
    rows = await map_all(service)
    crm = client.insert(Account_Name="Aoba Foods", **{rows[label].crm: value for label, (_, value, *_) in NEW.items()})
    await sync(service)
    books = next(each.books_id for each in await service.links("customers", "linked", 0, 99) if each.crm_id == crm)
    told = held_in_books(client, books)
    for label, (_, value, *_) in NEW.items():
        expected = "Online; Retail" if label == "Channels" else value
        assert str(told[label]).casefold() == str(expected).casefold(), label

    custom = [{"api_name": rows[label].books, "value": value} for label, (_, _, value, _) in NEW.items()]
    put(client, books, custom)
    run = await sync(service)
    assert run.counts["to_crm"].updated == 1 and not await service.failures("customers", None)
    account = client.account(crm)
    for label, (_, _, _, value) in NEW.items():
        assert account[rows[label].crm] == value or str(account[rows[label].crm]) == str(value), label
    again = await sync(service)
    assert again.counts["to_crm"].updated == again.counts["to_books"].updated == 0


async def test_the_same_choices_in_another_order_are_no_change(
    service: LocalService, zoho: RunningSandbox, client: Client
) -> None:
    rows = await map_all(service)
    crm = client.insert(Account_Name="Minato Steel", Channels=["Retail", "Export"])
    await sync(service)
    books = next(each.books_id for each in await service.links("customers", "linked", 0, 99) if each.crm_id == crm)
    assert held_in_books(client, books)["Channels"] == "Export; Retail"
    custom = [{"api_name": rows["Channels"].books, "value": "Retail;Export"}]
    put(client, books, custom)
    before = zoho.writes()
    await sync(service)
    assert zoho.writes() == before


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (FieldMap(crm="Parent_Account", books="website"), "refers to another record"),
        (FieldMap(crm="Phone", books="credit_limit"), "kinds do not go together"),
        (FieldMap(crm="Created_Time", books="facebook"), "cannot be written"),
        (FieldMap(crm="Key_Account", books="facebook"), "kinds do not go together"),
    ],
)
async def test_a_row_that_cannot_work_is_not_stored(service: LocalService, row: FieldMap, why: str) -> None:
    setup = await service.default_setup("customers")
    with pytest.raises(Problem) as refused:
        await service.configure(msgspec.structs.replace(setup, mapping=(*setup.mapping, row)))
    assert refused.value.code == "row_unfit"
    assert why in refused.value.message("en")
    assert await service.default_setup("customers") == setup


async def test_a_field_that_is_not_there_is_named(service: LocalService) -> None:
    setup = await service.default_setup("customers")
    with pytest.raises(Problem) as refused:
        row = FieldMap(crm="Nothing", books="facebook")
        await service.configure(msgspec.structs.replace(setup, mapping=(*setup.mapping, row)))
    assert (refused.value.code, refused.value.detail["field"]) == ("field_missing", "Nothing")


async def test_a_check_box_becomes_a_word_where_a_table_says_which(service: LocalService, client: Client) -> None:
    made = await service.create_books_field("customers", "accounts", "main", "Motto")
    row = FieldMap(crm="Key_Account", books=made.name, values=(("true", "はい"), ("false", "いいえ")))
    setup = await service.default_setup("customers")
    await service.configure(msgspec.structs.replace(setup, mapping=(*setup.mapping, row)))
    crm = client.insert(Account_Name="Kita Print", Key_Account=True)
    await sync(service)
    books = next(each.books_id for each in await service.links("customers", "linked", 0, 99) if each.crm_id == crm)
    assert held_in_books(client, books)["Motto"] == "はい"
    put(client, books, [{"api_name": made.name, "value": "いいえ"}])
    await sync(service)
    assert client.account(crm)["Key_Account"] is False


async def test_a_field_of_another_layout_is_neither_mapped_nor_made(
    service: LocalService, zoho: RunningSandbox
) -> None:
    zoho.switch("crm.other_layout", "Motto")
    try:
        missing = await service.missing_fields("customers", "accounts", "main")
        assert "Motto" not in {each.crm.name for each in missing}
        setup = await service.default_setup("customers")
        for start in (
            lambda: service.create_books_field("customers", "accounts", "main", "Motto"),
            lambda: service.configure(
                msgspec.structs.replace(setup, mapping=(*setup.mapping, FieldMap(crm="Motto", books="facebook")))
            ),
        ):
            with pytest.raises(Problem) as refused:
                await start()
            assert "Standard layout" in refused.value.message("en")
    finally:
        zoho.switch("crm.other_layout", "")
