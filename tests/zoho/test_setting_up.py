"""What the setup shows before anything is stored: how many records a view holds, and some of them."""

from __future__ import annotations

from typing import Any

import pytest

from core.model.problems import Problem
from tests.zoho.conftest import BOOKS_FIELDS, CRM_FIELDS, Ground

SEARCH = "ZohoSearch.securesearch.READ"
WITHOUT_SEARCH = "ZohoCRM.modules.ALL,ZohoCRM.settings.ALL,ZohoCRM.users.READ,ZohoCRM.org.READ,ZohoCRM.coql.READ"


async def test_a_view_is_counted_for_two_credits(ground: Ground) -> None:
    wanted = {"module": "Accounts", "name": "Tokyo", "field": "Billing_Country", "comparator": "equal", "value": "日本"}
    view = ground.zoho.control("POST", "views", wanted)["id"]
    side = ground.open("crm", scope=f"{WITHOUT_SEARCH},{SEARCH}")
    truth = ground.truth("crm")
    assert await side.count("Accounts") == len(truth)
    assert await side.count("Accounts", view) == sum(row["Billing_Country"] == "日本" for row in truth.values())
    assert side.calls == 2
    ground.zoho.control("DELETE", f"views/{view}")
    with pytest.raises(Problem) as caught:
        await side.count("Accounts", view)
    assert caught.value.code == "view_missing"


async def test_without_the_search_scope_nothing_tells(ground: Ground) -> None:
    side = ground.open("crm", scope=WITHOUT_SEARCH)
    assert await side.count("Accounts") is None
    assert await ground.open("books").count("customers") is None


async def test_samples_of_crm_take_one_call(ground: Ground) -> None:
    side = ground.open("crm")
    await side.describe("Accounts")
    before = side.calls
    records = await side.sample("Accounts", CRM_FIELDS, 5)
    truth = ground.truth("crm")
    assert len({each.id for each in records}) == 5 and side.calls - before == 1
    assert all(each.fields["Phone"] == truth[each.id].get("Phone") for each in records)


@pytest.mark.parametrize(
    ("entity", "fields", "calls"),
    [
        ("customers", BOOKS_FIELDS, 4),
        ("vendors", ("contact_name", "primary.email"), 3),
        ("items", ("name", "description"), 2),
        ("persons", ("first_name", "department"), 4),
    ],
)
async def test_samples_of_books_are_complete(ground: Ground, entity: str, fields: Any, calls: int) -> None:
    side = ground.open("books")
    await side.describe(entity)
    await side.describe("customers")
    before = side.calls
    records = await side.sample(entity, fields, 3)
    assert records and len(records) <= 3 and side.calls - before == calls
    assert all(each.complete and set(each.fields) == set(fields) for each in records)


async def test_samples_of_an_empty_organisation(started: Any) -> None:
    ground = started(accounts=0, planted=False)
    assert await ground.open("crm").sample("Accounts", CRM_FIELDS, 3) == []
    await ground.close()
