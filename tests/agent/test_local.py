"""The service in this process, over a real sandbox: what the commands do not reach."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest

from core.agent.clock import SystemClock
from core.agent.local import LocalService
from core.agent.places import Place
from core.model.catalogue import default_mapping
from core.model.names import SideName
from core.model.problems import Problem
from core.model.run import Run
from core.sandbox.testing import RunningSandbox
from core.service import ConnectRequest, JoinRequest, KeyRequest, ListQuery, SyncRequest


async def requests(service: LocalService, zoho: RunningSandbox) -> dict[SideName, ConnectRequest]:
    """Make both keys."""
    info, sides = zoho.info, dict[SideName, ConnectRequest]()
    for side in ("crm", "books"):
        email = info[side]["email"]
        request = KeyRequest(
            service=side, email=email, accounts_url=info["base_url"], client_id=info["client_id"],
            client_secret=info["client_secret"], refresh_token=info["refresh_token"],
        )  # fmt: skip
        sides[side] = ConnectRequest(email=email, key=await service.make_key(request))
    return sides


async def join(service: LocalService, zoho: RunningSandbox, **more: Any) -> None:
    """Make both keys and join with them."""
    sides = await requests(service, zoho)
    wanted = {"limits": zoho.info["limits"], "sandbox": True} | more
    done = await service.join(JoinRequest(**sides, **wanted))
    assert done.done


async def sync(service: LocalService, **request: Any) -> Run:
    """Sync to the end."""
    events = service.events()
    await anext(events)
    run = await service.sync(SyncRequest(module="customers", **request))
    async for event in events:
        if event.run is not None and event.run.id == run.id and event.run.state != "running":
            return event.run
    raise AssertionError("no end was told")


@pytest.fixture(scope="module")
def zoho() -> Any:
    with RunningSandbox(accounts=60, seed=7) as made:
        yield made


@pytest.fixture
async def service(place: Place) -> AsyncIterator[LocalService]:
    made = LocalService(place, SystemClock())
    await made.load()
    yield made
    await made.close()


@pytest.fixture
async def joined(service: LocalService, zoho: RunningSandbox) -> LocalService:
    await join(service, zoho)
    await service.configure(await service.default_setup("customers"))
    return service


async def test_a_profile_grows_from_nothing_to_synced(service: LocalService, zoho: RunningSandbox) -> None:
    assert (await service.status()).health == "not_connected"
    await join(service, zoho)
    assert (await service.status()).health == "not_configured"
    await service.configure(await service.default_setup("customers"))
    status = await service.status()
    assert (status.health, [each.side for each in status.budgets]) == ("ok", ["crm", "books"])
    run = await sync(service)
    status = await service.status()
    customers = status.modules[0]
    assert (run.state, status.health) == ("done", "attention")
    assert customers.last_run == run
    assert customers.links > 40
    assert status.attention == customers.failures + customers.held > 0
    groups = await service.failure_groups()
    assert sum(each.count for each in groups) == len(await service.failures(None, None))
    assert [each.count for each in groups] == sorted((each.count for each in groups), reverse=True)


async def test_the_list_shows_what_was_synced(joined: LocalService) -> None:
    await sync(joined)
    opened = await joined.open_list(ListQuery(module="customers", filter="crm"))
    assert opened.count == (await joined.status()).modules[0].links
    window = await joined.rows(opened.id, 0, 10)
    assert len(window.rows) == 10
    assert all(each.state == "linked" and each.owner and each.synced_at for each in window.rows)
    failed = await joined.open_list(ListQuery(module="customers", filter="failures"))
    reasons = {each.reason for each in await joined.failures("customers", None)}
    assert {each.failed for each in (await joined.rows(failed.id, 0, 100)).rows} <= reasons


async def test_a_list_keeps_up_with_the_sync_that_runs_beside_it(joined: LocalService) -> None:
    assert (await joined.open_list(ListQuery(module="customers", filter="crm"))).count == 0
    await sync(joined)
    assert (await joined.open_list(ListQuery(module="customers", filter="crm"))).count > 40


async def test_a_records_page_has_both_sides_live_and_what_happened(joined: LocalService, zoho: RunningSandbox) -> None:
    await sync(joined)
    link = (await joined.links("customers", "linked", 0, 1))[0]
    page = await joined.record("customers", link.key, False)
    assert page.link == link
    assert {(each.crm_field, each.books_field) for each in page.fields} == {
        (each.crm, each.books) for each in default_mapping("customers", "accounts")
    }
    name = next(each for each in page.fields if each.books_field == "contact_name")
    assert name.crm == name.crm_base == name.books == page.row.name
    zoho.control(
        "POST", "edit",
        {"side": "crm", "module": "Accounts", "op": "change", "id": link.crm_id, "fields": {"Phone": "03-0000-1111"}},
    )  # fmt: skip
    live = await joined.record("customers", link.key, True)
    phone = next(each for each in live.fields if each.crm_field == "Phone")
    assert (live.live, phone.crm, phone.crm_base == phone.crm) == (True, "03-0000-1111", False)
    assert live.history or link.run_id == ""


async def test_a_failed_records_page_has_its_failure(joined: LocalService) -> None:
    await sync(joined)
    failure = (await joined.failures("customers", None))[0]
    side = "crm:Accounts" if failure.direction == "to_books" else "books:customers"
    page = await joined.record("customers", f"{side}:{failure.record}", False)
    assert page.failures == (failure,)


@pytest.mark.parametrize("key", ["", "nonsense", "customers:1:2", "crm:Accounts:1", "crm:Contacts:1", "::::"])
async def test_a_record_that_is_not_there(joined: LocalService, key: str) -> None:
    with pytest.raises(Problem) as caught:
        await joined.record("customers", key, False)
    assert caught.value.code == "not_found"


async def test_metadata_comes_from_the_sides(joined: LocalService) -> None:
    assert {"Account_Name", "Phone"} <= {each.name for each in await joined.describe("customers", "crm")}
    assert "contact_name" in {each.name for each in await joined.describe("customers", "books")}
    assert await joined.views("customers")
    checks = await joined.preflight()
    assert {"base_currencies", "user_active", "scopes"} <= {each.id for each in checks}


async def test_a_plan_is_held_and_read_in_windows(joined: LocalService) -> None:
    summary = await joined.plan("customers")
    whole = await joined.plan_actions(summary.id, 0, summary.actions)
    assert len(whole) == summary.actions
    assert await joined.plan_actions(summary.id, 3, 5) == whole[3:5]
    with pytest.raises(Problem) as caught:
        await joined.plan_actions("no such plan", 0, 1)
    assert caught.value.code == "not_found"


async def test_one_run_at_a_time(joined: LocalService) -> None:
    run = await joined.sync(SyncRequest(module="customers"))
    for call in (
        joined.sync(SyncRequest(module="customers")),
        joined.plan("customers"),
    ):
        with pytest.raises(Problem) as caught:
            await call
        assert caught.value.code == "run_in_progress"
        assert caught.value.detail == {"run": run.id}
    assert joined.busy
    await joined.cancel()


async def test_settings_edited_during_a_run_hold_from_the_next_one(joined: LocalService) -> None:
    before = await joined.default_setup("customers")
    events = joined.events()
    await anext(events)
    run = await joined.sync(SyncRequest(module="customers"))
    edited = await joined.configure(msgspec.structs.replace(before, create_cap=1_000))
    assert (edited.revision, joined.busy) == (before.revision + 1, True)
    async for event in events:
        if event.run is not None and event.run.state != "running":
            assert (event.run.id, event.run.state, event.run.setup_revision) == (run.id, "done", before.revision)
            break
    assert (await sync(joined)).setup_revision == edited.revision
    assert (await joined.default_setup("customers")).create_cap == 1_000


async def test_starting_twice_at_the_same_moment_starts_once(joined: LocalService) -> None:
    request = SyncRequest(module="customers")
    results = await asyncio.gather(*(joined.sync(request) for _ in range(5)), return_exceptions=True)
    assert [type(each) for each in results].count(Run) == 1
    assert {each.code for each in results if isinstance(each, Problem)} == {"run_in_progress"}


async def test_closing_ends_the_run_as_interrupted(place: Place, zoho: RunningSandbox) -> None:
    service = LocalService(place, SystemClock())
    await service.load()
    await join(service, zoho)
    await service.configure(await service.default_setup("customers"))
    run = await service.sync(SyncRequest(module="customers"))
    await service.close()
    with pytest.raises(Problem) as caught:
        await service.runs(1)
    assert caught.value.code == "agent_unreachable"
    again = LocalService(place, SystemClock())
    await again.load()
    assert (await again.run(run.id)).state in ("interrupted", "done")
    assert (await again.status()).health in ("ok", "attention")
    await again.close()


async def test_what_cannot_be_configured(joined: LocalService) -> None:
    setup = await joined.default_setup("customers")
    for wrong, code in (
        ({"create_cap": -1}, "bad_request"),
        ({"mapping": (*setup.mapping, setup.mapping[0])}, "bad_request"),
        ({"view": "999", "view_name": "gone"}, "view_missing"),
    ):
        with pytest.raises(Problem) as caught:
            await joined.configure(msgspec.structs.replace(setup, **wrong))
        assert caught.value.code == code
    assert await joined.default_setup("customers") == setup


async def test_joining_again_replaces_the_credentials_and_keeps_the_settings(
    joined: LocalService, zoho: RunningSandbox
) -> None:
    before = await joined.default_setup("customers")
    await join(joined, zoho)
    assert await joined.default_setup("customers") == before
    assert (await joined.status()).health == "ok"


async def test_a_check_that_says_stop_stores_nothing(service: LocalService) -> None:
    with RunningSandbox(accounts=3) as zoho:
        zoho.control("PUT", "settings", {"crm": {"edition": "free"}})
        with pytest.raises(AssertionError):
            await join(service, zoho)
    assert (await service.status()).health == "not_connected"


async def test_no_secret_is_in_what_the_service_returns_or_keeps(
    joined: LocalService, place: Place, zoho: RunningSandbox
) -> None:
    await sync(joined)
    told = msgspec.json.encode([await joined.status(), await joined.runs(9), await joined.failures(None, None)])
    kept = b"".join(
        path.read_bytes() for path in place.home.rglob("*") if path.is_file() and not path.name.startswith("vault")
    )
    for name in ("client_secret", "refresh_token"):
        assert zoho.info[name].encode() not in told + kept
