"""What goes wrong on the way to and from a read, and throttles, on an injected clock."""

from __future__ import annotations

from typing import Any

import pytest

from core.model.problems import Problem
from tests.zoho.conftest import BOOKS_FIELDS, CRM_FIELDS, Ground, books_write, crm_write, everything, outcomes

SIDES = ("crm", "books")
LISTS = {"crm": "Accounts$", "books": "contacts$"}


async def pull(ground: Ground, side: Any) -> list[Any]:
    entity, fields = ("Accounts", CRM_FIELDS) if side.name == "crm" else ("customers", BOOKS_FIELDS)
    return await everything(side.changes(entity, fields, None))


@pytest.mark.parametrize("service", SIDES)
@pytest.mark.parametrize("kind", ["lost_reply", "truncated", "malformed", "status", "html", "reset"])
async def test_a_read_is_sent_again(ground: Ground, service: Any, kind: str) -> None:
    side = ground.open(service)
    ground.zoho.fault(kind=kind, side=service, path=LISTS[service], count=3, status=503)
    assert await pull(ground, side)
    assert {code for code, _ in ground.waits} == {"retry"} and len(ground.waits) == 3
    assert side.calls == sum(each["side"] == service for each in ground.zoho.requests()), "retries are counted"


@pytest.mark.parametrize("service", SIDES)
@pytest.mark.parametrize(
    ("kind", "code"), [("lost_reply", "server_trouble"), ("malformed", "server_trouble"), ("html", "server_trouble")]
)
async def test_trouble_that_does_not_end_stops_the_whole(ground: Ground, service: Any, kind: str, code: str) -> None:
    side = ground.open(service)
    ground.zoho.fault(kind=kind, side=service, path=LISTS[service], status=502)
    with pytest.raises(Problem) as caught:
        await pull(ground, side)
    assert caught.value.code == code and caught.value.exit == 5
    assert 0 < sum(ground.clock.slept) < 120


@pytest.mark.parametrize("service", SIDES)
async def test_an_answer_that_does_not_come_in_time(ground: Ground, service: Any) -> None:
    side = ground.open(service, read_timeout=0.05)
    await side.describe("Accounts" if service == "crm" else "customers")
    ground.zoho.fault(kind="delay", side=service, path=LISTS[service], count=1, seconds=0.3)
    assert await pull(ground, side)


@pytest.mark.parametrize("service", SIDES)
async def test_a_host_that_is_not_there(ground: Ground, service: Any) -> None:
    import msgspec

    from core.zoho.connect import open_side

    credential = ground.credential(service, accounts_url="http://127.0.0.1:1")
    reference = msgspec.structs.replace(ground.organisation(service), api_url="http://127.0.0.1:1")
    side = open_side(credential, reference, clock=ground.clock, limits={"mode": "off"})
    with pytest.raises(Problem) as caught:
        await pull(ground, side)
    assert (caught.value.code, caught.value.detail["host"]) == ("unreachable", "127.0.0.1:1")
    await side.close()


async def test_writes_that_never_left_are_no_unknown_outcomes(ground: Ground) -> None:
    import msgspec

    side: Any = await ground.prepared("books", unique=False)
    side._metadata._caller._base = "http://127.0.0.1:1"
    with pytest.raises(Problem) as caught:
        await outcomes(side.write(BOOKS_FIELDS, [books_write("a", key="1", fields={"contact_name": "N"})]))
    assert caught.value.code == "unreachable" and msgspec


@pytest.mark.parametrize("status", [44, 1070])
async def test_a_books_throttle_is_waited_out(ground: Ground, status: int) -> None:
    side = await ground.prepared("books", unique=False)
    ground.zoho.fault(kind="throttle", side="books", count=2, status=status)
    assert await pull(ground, side)
    assert {code for code, _ in ground.waits} == {"rate_limit"}
    assert status != 44 or sum(ground.clock.slept) >= 60


async def test_a_throttled_write_is_sent_again_for_it_was_not_acted_on(ground: Ground) -> None:
    side = await ground.prepared("books", unique=False)
    ground.zoho.fault(kind="throttle", side="books", method="POST", count=1, status=44)
    (done,) = (
        await outcomes(side.write(BOOKS_FIELDS, [books_write("a", key="1", fields={"contact_name": "N"})]))
    ).values()
    assert done.created


async def test_the_hour_long_block_stops_and_is_not_tried_against(ground: Ground) -> None:
    side = ground.open("books")
    ground.zoho.fault(kind="throttle", side="books", status=43, count=1)
    for _ in range(3):
        with pytest.raises(Problem) as caught:
            await pull(ground, side)
        assert caught.value.code == "blocked" and int(caught.value.detail["seconds"]) > 3_000
    assert sum(each["side"] == "books" for each in ground.zoho.requests()) == 1, "Retry-After is never undercut (I19)"
    ground.clock.seconds += 3_601
    assert await pull(ground, side)


async def test_the_day_of_books_is_used_up(ground: Ground) -> None:
    side = ground.open("books")
    ground.zoho.fault(kind="throttle", side="books", status=45)
    with pytest.raises(Problem) as caught:
        await pull(ground, side)
    assert caught.value.code == "daily_quota" and caught.value.detail["resets"] == "2026-10-06T00:00:00Z"


async def test_crms_429_is_backed_off_from(ground: Ground) -> None:
    side = ground.open("crm")
    ground.zoho.fault(kind="throttle", side="crm", count=4)
    assert await pull(ground, side)
    assert [code for code, _ in ground.waits] == ["rate_limit"] * 4


async def test_crms_429_without_end(ground: Ground) -> None:
    side = ground.open("crm")
    ground.zoho.fault(kind="throttle", side="crm")
    with pytest.raises(Problem) as caught:
        await pull(ground, side)
    assert caught.value.code == "blocked"


async def test_the_credits_of_crm_are_used_up(started: Any) -> None:
    ground = started(accounts=20, limits="free", clock="frozen")
    side = ground.open("crm", limits={"mode": "off"})
    ground.zoho.world.limits.spent = 5_000
    ground.zoho.world.limits.credits.append((ground.zoho.world.clock.now(), 5_000))
    with pytest.raises(Problem) as caught:
        await pull(ground, side)
    assert caught.value.code == "daily_quota"
    await ground.close()


async def test_books_limits_are_kept_and_nothing_is_refused(started: Any) -> None:
    ground = started(accounts=40, limits="free", clock="frozen")
    side = await ground.prepared("books", unique=False)
    ids = list(ground.truth("books"))
    slept = 0

    async def follow(seconds: float) -> None:
        nonlocal slept
        slept += 1
        ground.clock.seconds += seconds
        ground.zoho.control("POST", "time", {"advance": seconds})

    ground.clock.sleep = follow
    for _ in range(140 // len(ids) + 1):
        await side.read("customers", BOOKS_FIELDS, ids)
    refused = [each for each in ground.zoho.requests() if each["status"] == 429]
    assert side.calls > 100 and slept and not refused
    reading = side.budget()
    assert (reading.used_today, reading.day_limit) == (side.calls, 1_000)
    await ground.close()


@pytest.mark.parametrize("service", SIDES)
async def test_an_access_token_that_expires_in_the_middle(ground: Ground, service: Any) -> None:
    side = ground.open(service)
    ground.zoho.fault(kind="expire_token", side=service, path=LISTS[service], count=1)
    assert await pull(ground, side)
    assert sum(each["side"] == "accounts" for each in ground.zoho.requests()) == 2, "one for the start, one refresh"


@pytest.mark.parametrize("code", ["INVALID_TOKEN", "INVALID_OAUTHTOKEN"])
async def test_a_write_meets_an_expired_token(ground: Ground, code: str) -> None:
    ground.zoho.switch("crm.bad_token_code", code)
    side = await ground.prepared("crm")
    ground.zoho.control("POST", "tokens/expire", {})
    done = await outcomes(side.write(CRM_FIELDS, [crm_write("a", key="1", Account_Name="N", Phone="1")]))
    assert done["a"].created


@pytest.mark.parametrize("service", SIDES)
async def test_a_refresh_token_revoked_in_the_middle(ground: Ground, service: Any) -> None:
    token = ground.narrowed("ZohoCRM.modules.ALL,ZohoCRM.settings.ALL,ZohoBooks.contacts.ALL,ZohoBooks.settings.ALL")
    side = ground.open(service, credential=ground.credential(service, refresh_token=token))
    assert await pull(ground, side)
    ground.zoho.control("POST", "tokens/revoke", {"token": token})
    with pytest.raises(Problem) as caught:
        await pull(ground, side)
    assert caught.value.code == "credential_refused" and "revoked" in caught.value.detail["why"]


async def test_many_calls_with_an_expired_token_make_one_refresh(ground: Ground) -> None:
    side = await ground.prepared("books", unique=False)
    ids = list(ground.truth("books"))[:20]
    await side.read("customers", BOOKS_FIELDS, ids)
    ground.zoho.control("DELETE", "requests")
    ground.zoho.control("POST", "tokens/expire", {})
    await side.read("customers", BOOKS_FIELDS, ids)
    assert sum(each["side"] == "accounts" for each in ground.zoho.requests()) == 1
