"""What the setup and the preview look at, over a real sandbox."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from core.agent.clock import SystemClock
from core.agent.local import LocalService
from core.agent.places import Place
from core.model.problems import Problem
from core.sandbox.testing import RunningSandbox
from core.service import JoinRequest
from core.service_setup import PlanFilter
from tests.agent.test_local import join, requests


@pytest.fixture(scope="module")
def zoho() -> Any:
    with RunningSandbox(accounts=60, seed=7) as made:
        yield made


@pytest.fixture
async def joined(place: Place, zoho: RunningSandbox) -> AsyncIterator[LocalService]:
    service = LocalService(place, SystemClock())
    await service.load()
    await join(service, zoho)
    yield service
    await service.close()


async def test_examining_tells_what_joining_would_and_stores_nothing(place: Place, zoho: RunningSandbox) -> None:
    service = LocalService(place, SystemClock())
    await service.load()
    try:
        request = JoinRequest(**await requests(service, zoho), limits=zoho.info["limits"], sandbox=True)
        found = await service.examine(request)
        assert found.done
        assert found.books.organization_id == zoho.info["books"]["organization_id"]
        assert any(each.id == "sharing" for each in found.checks)
        assert (await service.status()).health == "not_connected"
    finally:
        await service.close()


async def test_a_plan_is_read_by_kind_and_name(joined: LocalService) -> None:
    await joined.configure(await joined.default_setup("customers"))
    plan = await joined.plan("customers")
    whole = await joined.plan_window(plan.id, PlanFilter(), 0, 500)
    assert whole.count == len(whole.actions) == plan.actions == sum(each.count for each in whole.tallies)
    assert all(each.crm_base is None for each in whole.actions)
    for tally in whole.tallies:
        found = await joined.plan_window(plan.id, PlanFilter(verbs=(tally.verb,), direction=tally.direction), 0, 500)
        assert found.count >= tally.count
        assert {each.verb for each in found.actions} == {tally.verb}
    name = whole.actions[3].name
    named = await joined.plan_window(plan.id, PlanFilter(text=name), 0, 10)
    assert name in [each.name for each in named.actions]
    assert (await joined.plan_window(plan.id, PlanFilter(), 2, 5)).actions == whole.actions[2:5]
    with pytest.raises(Problem, match="plan gone"):
        await joined.plan_window("gone", PlanFilter(), 0, 1)


async def test_views_and_fields_can_be_asked_for_before_anything_is_stored(joined: LocalService) -> None:
    assert [each.name for each in await joined.shape_views("customers", "contacts", "main")] != [
        each.name for each in await joined.shape_views("customers", "accounts", "main")
    ]
    accounts = {each.name for each in await joined.shape_fields("customers", "accounts", "main", "crm")}
    contacts = {each.name for each in await joined.shape_fields("customers", "accounts_contacts", "persons", "crm")}
    assert "Account_Name" in accounts
    assert "First_Name" in contacts and "First_Name" not in accounts
    assert "contact_name" in {each.name for each in await joined.shape_fields("customers", "accounts", "main", "books")}


async def test_a_view_tells_how_many_records_it_holds(joined: LocalService) -> None:
    views = await joined.shape_views("customers", "accounts", "main")
    sizes = [await joined.view_size("customers", "accounts", "main", each.id) for each in views]
    assert max(each.count for each in sizes) >= 60
    assert not any(each.more for each in sizes)


async def test_samples_come_from_real_records_before_and_after_the_first_sync(joined: LocalService) -> None:
    fields = ("Account_Name", "Phone")
    before = await joined.samples("customers", "accounts", "main", "crm", fields)
    assert {each.field for each in before} == set(fields)
    await joined.configure(await joined.default_setup("customers"))
    await joined.plan("customers")
    assert {each.field for each in await joined.samples("customers", "accounts", "main", "crm", fields)} == set(fields)
    books = await joined.samples("customers", "accounts", "main", "books", ("contact_name",))
    assert [each.field for each in books] == ["contact_name"]


async def test_the_guide_to_a_key_has_scopes_and_data_centres(joined: LocalService) -> None:
    guide = await joined.key_guide("books")
    assert "ZohoBooks.contacts.ALL" in guide.scopes
    assert {"jp", "us", "eu"} <= {each.location for each in guide.centres}
    assert all(each.console_url.startswith("https://api-console.") for each in guide.centres)
