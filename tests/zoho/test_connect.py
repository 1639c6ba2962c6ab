from __future__ import annotations

from typing import Any

import pytest

from core.model.problems import Problem
from core.zoho.connect import choose, discover
from core.zoho.datacentres import DATA_CENTRES, by_accounts_url, tidy
from core.zoho.scopes import SCOPES, not_held
from tests.zoho.conftest import Ground, everything


async def checks(side: Any) -> dict[str, Any]:
    return {each.id: each for each in await side.preflight()}


@pytest.mark.parametrize("service", ["crm", "books"])
@pytest.mark.parametrize("api_url", [True, False])
async def test_discovering_the_organisation(ground: Ground, service: Any, api_url: bool) -> None:
    url = ground.zoho.base_url if api_url else ""
    (found,) = await discover(ground.credential(service), url, clock=ground.clock)
    info = ground.zoho.info[service]
    assert (found.side, found.organization_id, found.currency) == (service, info["organization_id"], "JPY")
    assert (found.email, found.api_url, found.name) == (info["email"], ground.zoho.base_url, "架け橋商会")
    assert found.edition == {"crm": "enterprise", "books": "PREMIUM"}[service]


async def test_choosing_an_organisation(ground: Ground) -> None:
    found = await discover(ground.credential("books"), clock=ground.clock)
    assert choose(found) is found[0] and choose(found, f" {found[0].organization_id} ") is found[0]
    with pytest.raises(Problem) as caught:
        choose(found, "123")
    assert caught.value.code == "not_your_organisation" and found[0].organization_id in caught.value.detail["choices"]


async def test_an_organisation_that_is_not_the_users(ground: Ground) -> None:
    with pytest.raises(Problem) as caught:
        await everything(ground.open("books", organization_id="123").changes("customers", ("contact_name",), None))
    assert (caught.value.code, caught.value.detail["id"]) == ("not_your_organisation", "123")
    assert ground.zoho.info["books"]["organization_id"] in caught.value.detail["choices"]


async def test_the_preflight_of_a_good_crm(ground: Ground) -> None:
    found = await checks(ground.open("crm"))
    assert {each.state for each in found.values()} == {"ok"}
    assert set(found) == {
        "organisation", "edition", "base_currency", "multi_currency", "user_active", "modules", "currencies", "scopes",
        "quota",
    }  # fmt: skip
    assert found["base_currency"].detail["currency"] == "JPY" and found["multi_currency"].detail["on"] == "yes"


async def test_the_preflight_of_books_warns_of_the_native_integration(ground: Ground) -> None:
    found = await checks(ground.open("books"))
    assert {name for name, each in found.items() if each.state != "ok"} == {"native_integration"}
    assert found["native_integration"].state == "warning"
    assert found["sharing"].detail["country"] == "Japan" and found["plan"].detail["plan"] == "PREMIUM"


@pytest.mark.parametrize(("edition", "state"), [("free", "stop"), ("standard", "stop"), ("professional", "ok")])
async def test_editions(started: Any, edition: str, state: str) -> None:
    ground = started(accounts=5)
    ground.zoho.control("PUT", "settings", {"crm": {"edition": edition}})
    assert (await checks(ground.open("crm")))["edition"].state == state
    await ground.close()


async def test_base_currencies_are_told(started: Any) -> None:
    ground = started(accounts=5)
    ground.zoho.control("PUT", "settings", {"books": {"base_currency": "USD"}, "crm": {"multi_currency": False}})
    assert (await checks(ground.open("books")))["base_currency"].detail["currency"] == "USD"
    assert (await checks(ground.open("crm")))["multi_currency"].detail["on"] == "no"
    await ground.close()


@pytest.mark.parametrize(("module", "state"), [("Accounts", "stop"), ("Products", "warning")])
async def test_modules_out_of_reach(started: Any, module: str, state: str) -> None:
    ground = started(accounts=5)
    ground.zoho.control("PUT", "settings", {"crm": {"denied": {module: ["edit"]}}})
    found = (await checks(ground.open("crm")))["modules"]
    assert found.state == state and found.detail["lacking"] == f"{module}: editable"
    await ground.close()


@pytest.mark.parametrize("told", [True, False])
@pytest.mark.parametrize(
    ("service", "scope", "missing"),
    [("crm", "ZohoCRM.settings.ALL,ZohoCRM.org.READ,ZohoCRM.modules.ALL", "ZohoCRM.users.READ"),
     ("books", "ZohoBooks.settings.ALL", "ZohoBooks.contacts")],
)  # fmt: skip
async def test_missing_scopes(ground: Ground, service: Any, scope: str, missing: str, told: bool) -> None:
    ground.zoho.switch("oauth.scope_in_reply", told)
    found = (await checks(ground.open(service, scope=scope)))["scopes"]
    assert found.state == "stop" and missing in found.detail["missing"]


async def test_the_wrong_organisation_in_the_preflight(ground: Ground) -> None:
    for service in ("crm", "books"):
        assert (await checks(ground.open(service, organization_id="123")))["organisation"].state == "stop"


async def test_another_user_than_the_keys_is_a_warning(ground: Ground) -> None:
    import msgspec

    reference = ground.organisation("crm")
    ground.organisation = lambda *_: msgspec.structs.replace(reference, email="other@example.jp")  # type: ignore[assignment,method-assign]
    assert (await checks(ground.open("crm")))["user_active"].state == "warning"


async def test_the_quota_is_shown(started: Any) -> None:
    ground = started(accounts=5, limits="free", clock="frozen")
    found = (await checks(ground.open("books")))["quota"]
    assert found.detail["limit"] == "1000" and int(found.detail["used"]) > 0
    await ground.close()


def test_data_centres() -> None:
    assert len({each.accounts_url for each in DATA_CENTRES}) == len(DATA_CENTRES)
    japan = by_accounts_url("accounts.zoho.jp/")
    assert japan is not None and japan.api_url == "https://www.zohoapis.jp"
    canada = by_accounts_url("https://accounts.zohocloud.ca")
    assert canada is not None and canada.api_url == "https://www.zohoapis.ca"
    assert by_accounts_url("http://127.0.0.1:5") is None and tidy(" accounts.zoho.eu/ ") == "https://accounts.zoho.eu"


@pytest.mark.parametrize(
    ("told", "missing"),
    [
        ("", []), ("ZohoBooks.fullaccess.all", []), ("ZohoBooks.contacts.ALL ZohoBooks.settings.ALL", []),
        ("ZohoBooks.contacts.READ,ZohoBooks.settings.ALL", ["ZohoBooks.contacts.ALL"]),
    ],
)  # fmt: skip
def test_scopes_that_a_token_holds(told: str, missing: list[str]) -> None:
    assert not_held(told, SCOPES["books"]) == missing
