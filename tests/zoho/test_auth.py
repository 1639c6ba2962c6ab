from __future__ import annotations

from typing import Any

import orjson
import pytest

from core.model.problems import Problem
from core.zoho.connect import discover, exchange_grant
from tests.zoho.conftest import BOOKS_FIELDS, CRM_FIELDS, Ground, everything


class Keeper:
    """Keeps the token in a list."""

    def __init__(self, text: str | None = None) -> None:
        self.texts = [] if text is None else [text]

    def load(self) -> str | None:
        return self.texts[-1] if self.texts else None

    def save(self, text: str) -> None:
        self.texts.append(text)


def asked(ground: Ground) -> int:
    return sum(each["side"] == "accounts" for each in ground.zoho.requests())


async def count(side: Any) -> int:
    entity, fields = ("Accounts", CRM_FIELDS) if side.name == "crm" else ("customers", BOOKS_FIELDS)
    return len(await everything(side.changes(entity, fields, "2027-01-01T00:00:00Z")))


async def test_a_token_is_kept_for_its_hour_across_restarts(ground: Ground) -> None:
    keeper = Keeper()
    for _ in range(3):
        await count(ground.open("crm", tokens=keeper))
    assert asked(ground) == 1
    ground.clock.seconds += 3_600
    await count(ground.open("crm", tokens=keeper))
    assert asked(ground) == 2


async def test_a_new_credential_does_not_use_the_old_ones_token(ground: Ground) -> None:
    keeper = Keeper()
    await count(ground.open("crm", tokens=keeper))
    await count(ground.open("crm", tokens=keeper, credential=ground.credential("crm", email="other@example.jp")))
    assert asked(ground) == 2


@pytest.mark.parametrize("text", ["", "{", "[]", '{"access_token":5}', '{"access_token":"x","expires":9e99}', "\ud800"])
async def test_a_kept_token_that_was_spoiled(ground: Ground, text: str) -> None:
    await count(ground.open("crm", tokens=Keeper(text)))
    assert asked(ground) == 1


async def test_ten_refreshes_in_ten_minutes_are_not_exceeded(ground: Ground) -> None:
    side = ground.open("crm")
    for _ in range(11):
        ground.zoho.control("POST", "tokens/expire", {})
        await count(side)
        ground.clock.seconds += 10
    assert asked(ground) == 11
    ((code, seconds),) = ground.waits
    assert code == "rate_limit" and 495 <= seconds <= 601


@pytest.mark.parametrize("status", [400, 200])
async def test_the_throttle_of_the_token_endpoint_is_waited_out(started: Any, status: int) -> None:
    ground = started(accounts=20, limits="professional", clock="frozen")
    ground.zoho.switch("oauth.throttle_status", status)
    book = ground.zoho.world.tokens
    for _ in range(10):
        book.renew(ground.zoho.info["refresh_token"])

    async def follow(seconds: float) -> None:
        ground.clock.slept.append(seconds)
        ground.clock.seconds += seconds
        ground.zoho.control("POST", "time", {"advance": seconds})

    ground.clock.sleep = follow
    await count(ground.open("crm", limits={"mode": "off"}))
    assert ground.clock.slept == [600] and asked(ground) == 2
    await ground.close()


async def test_a_throttle_that_does_not_end(started: Any) -> None:
    ground = started(accounts=20, limits="professional", clock="frozen")
    for _ in range(10):
        ground.zoho.world.tokens.renew(ground.zoho.info["refresh_token"])
    with pytest.raises(Problem) as caught:
        await count(ground.open("crm", limits={"mode": "off"}))
    assert caught.value.code == "blocked" and asked(ground) == 2, "waited for, not hammered against"
    await ground.close()


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"refresh_token": "1000.gone.gone"}, "revoked"),
        ({"client_id": "1000.OTHER"}, "does not know this client id"),
        ({"client_secret": "wrong"}, "client secret"),
    ],
)
@pytest.mark.parametrize("service", ["crm", "books"])
async def test_each_wrong_credential_says_what_is_wrong(
    ground: Ground, service: Any, changed: dict[str, str], why: str
) -> None:
    with pytest.raises(Problem) as caught:
        await count(ground.open(service, credential=ground.credential(service, **changed)))
    assert caught.value.code == "credential_refused" and why in caught.value.detail["why"]
    assert asked(ground) == 1, "refused is refused: not asked again"


@pytest.mark.parametrize(
    ("value", "why"), [("wrong_client", "another data centre"), ("wrong_code", "another data centre")]
)
async def test_another_data_centre(ground: Ground, value: str, why: str) -> None:
    ground.zoho.switch("oauth.data_centre", value)
    with pytest.raises(Problem) as caught:
        await discover(ground.credential("crm"), clock=ground.clock)
    assert caught.value.code == "credential_refused" and why in caught.value.detail["why"]


async def test_a_grant_code_becomes_a_credential(ground: Ground) -> None:
    info = ground.zoho.info
    code = ground.zoho.control("POST", "tokens/grant", {})["code"]
    given = ("crm", " a@example.jp ", ground.zoho.base_url + "/", info["client_id"], info["client_secret"])
    credential = await exchange_grant(*given, code, clock=ground.clock)  # type: ignore[arg-type]
    assert credential.email == "a@example.jp" and await count(ground.open("crm", credential=credential)) == 0
    with pytest.raises(Problem) as caught:
        await exchange_grant(*given, code, clock=ground.clock)  # type: ignore[arg-type]
    assert "grant code" in caught.value.detail["why"]


async def test_a_grant_whose_answer_was_lost_is_not_sent_again(ground: Ground) -> None:
    info = ground.zoho.info
    code = ground.zoho.control("POST", "tokens/grant", {})["code"]
    ground.zoho.fault(kind="lost_reply", side="accounts", count=1)
    with pytest.raises(Problem) as caught:
        await exchange_grant(
            "crm", "a", ground.zoho.base_url, info["client_id"], info["client_secret"], code, clock=ground.clock
        )
    assert caught.value.code == "unreachable" and asked(ground) == 1


@pytest.mark.parametrize("kind", ["lost_reply", "truncated", "malformed", "html", "status", "reset"])
async def test_a_refresh_gets_through_trouble(ground: Ground, kind: str) -> None:
    ground.zoho.fault(kind=kind, side="accounts", count=2, status=502)
    assert await count(ground.open("crm")) == 0


async def test_a_token_endpoint_that_stays_broken(ground: Ground) -> None:
    ground.zoho.fault(kind="html", side="accounts", status=502)
    with pytest.raises(Problem) as caught:
        await count(ground.open("crm"))
    assert caught.value.code == "unreachable" and asked(ground) == 5


async def test_a_missing_scope_in_crm_is_named_and_costs_no_refresh(ground: Ground) -> None:
    side = ground.open("crm", scope="ZohoCRM.settings.ALL")
    with pytest.raises(Problem) as caught:
        await count(side)
    assert (caught.value.code, caught.value.detail["scope"]) == ("scope_missing", "ZohoCRM.modules.Accounts.READ")
    assert asked(ground) == 1


async def test_a_missing_scope_in_books_costs_one_refresh_in_all(ground: Ground) -> None:
    side = ground.open("books", scope="ZohoBooks.settings.ALL")
    for _ in range(3):
        with pytest.raises(Problem) as caught:
            await count(side)
        assert (caught.value.code, caught.value.detail["scope"]) == ("scope_missing", "ZohoBooks.contacts.READ")
    assert asked(ground) == 2, "57 may mean an expired token, but a fresh one was refused as well"


@pytest.mark.parametrize("service", ["crm", "books"])
async def test_a_token_that_is_replaced_under_a_call_is_asked_for_again(ground: Ground, service: str) -> None:
    side = ground.open(service)
    found = await count(side)
    ground.zoho.fault(kind="expire_token", side=service, count=3)
    assert await count(side) == found
    assert asked(ground) == 4


async def test_lifetimes_in_milliseconds(ground: Ground) -> None:
    from core.zoho.auth import TokenReply

    assert TokenReply(access_token="x", expires_in=3_600_000).life() == 3_600
    assert TokenReply(access_token="x", expires_in=3_600_000, expires_in_sec=3_600).life() == 3_600
    assert TokenReply(access_token="x").life() == 3_600


async def test_what_is_kept_is_the_token_and_nothing_of_the_credential(ground: Ground) -> None:
    keeper = Keeper()
    await count(ground.open("crm", tokens=keeper))
    text = keeper.texts[-1]
    assert ground.zoho.info["client_secret"] not in text and ground.zoho.info["refresh_token"] not in text
    assert orjson.loads(text)["access_token"]
