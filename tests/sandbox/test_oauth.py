from __future__ import annotations

from collections.abc import Callable

import httpx

from tests.sandbox.client import Client

Start = Callable[..., Client]


def test_a_refresh_token_gives_an_access_token_for_an_hour(client: Client) -> None:
    answer = client.renew().json()
    assert answer["expires_in"] == 3600
    assert answer["api_domain"] == client.zoho.base_url
    assert "refresh_token" not in answer


def test_parameters_may_come_in_the_query(client: Client) -> None:
    names = ("client_id", "client_secret", "refresh_token")
    query = {"grant_type": "refresh_token", **{name: client.zoho.info[name] for name in names}}
    assert "access_token" in client.http.post("/oauth/v2/token", params=query).json()


def test_a_grant_code_gives_both_tokens_once(client: Client) -> None:
    code = client.zoho.control("POST", "tokens/grant", {"scope": "ZohoCRM.org.READ"})["code"]
    assert "refresh_token" in client.token_call(grant_type="authorization_code", code=code).json()
    assert client.token_call(grant_type="authorization_code", code=code).json() == {"error": "invalid_code"}


def test_a_grant_code_dies_after_three_minutes(client: Client) -> None:
    code = client.zoho.control("POST", "tokens/grant", {})["code"]
    client.zoho.control("POST", "time", {"advance": 180})
    assert client.token_call(grant_type="authorization_code", code=code).json() == {"error": "invalid_code"}


def test_errors_come_with_status_200(client: Client) -> None:
    answer = client.token_call(grant_type="refresh_token", refresh_token="1000.no.such")
    assert (answer.status_code, answer.json()) == (200, {"error": "invalid_code"})


def test_a_wrong_client_is_named(client: Client) -> None:
    assert client.token_call(grant_type="refresh_token", client_id="x").json() == {"error": "invalid_client"}
    assert client.token_call(grant_type="x", client_secret="x").json() == {"error": "invalid_client_secret"}


def test_another_data_centre_knows_neither_client_nor_code(client: Client) -> None:
    client.zoho.switch("oauth.data_centre", "wrong_client")
    assert client.renew().json() == {"error": "invalid_client"}


def test_an_access_token_expires(client: Client) -> None:
    client.zoho.control("POST", "tokens/expire")
    answer = client.crm("GET", "org")
    assert (answer.status_code, answer.json()["code"]) == (401, "INVALID_TOKEN")
    assert client.books("GET", "contacts").json()["code"] == 57


def test_no_token_is_told_from_a_bad_one(client: Client) -> None:
    del client.http.headers["Authorization"]
    assert client.crm("GET", "org").json()["code"] == "AUTHENTICATION_FAILURE"
    client.authorise("nonsense")
    assert client.crm("GET", "org").json()["code"] == "INVALID_TOKEN"
    assert client.books("GET", "contacts").json()["code"] == 14


def test_scopes_are_held_to(client: Client) -> None:
    client.narrow("ZohoCRM.modules.accounts.READ,ZohoBooks.contacts.READ")
    assert client.crm("GET", "Accounts", fields="Account_Name").status_code == 200
    assert client.crm("GET", "Contacts", fields="Last_Name").json()["code"] == "OAUTH_SCOPE_MISMATCH"
    refused = client.crm("POST", "Accounts", json={"data": [{}]})
    assert (refused.status_code, refused.json()["code"]) == (401, "OAUTH_SCOPE_MISMATCH")
    assert client.books("GET", "contacts").status_code == 200
    assert client.books("POST", "contacts", json={"contact_name": "A"}).json()["code"] == 57


def test_revoking_a_refresh_token_kills_its_access_tokens(client: Client) -> None:
    revoked = client.http.post("/oauth/v2/token/revoke", params={"token": client.zoho.info["refresh_token"]})
    assert revoked.json() == {"status": "success"}
    assert client.crm("GET", "org").status_code == 401
    assert client.renew().json() == {"error": "invalid_code"}


def test_revoking_what_is_unknown_is_refused(client: Client) -> None:
    assert client.http.post("/oauth/v2/token/revoke", data={"token": "x"}).status_code == 400


def test_the_eleventh_token_in_ten_minutes_is_too_much(started: Start) -> None:
    client = started(accounts=1, limits="professional", clock="frozen")
    answers = [client.renew() for _ in range(10)]
    assert [answer.status_code for answer in answers] == [200] * 9 + [400]
    assert answers[-1].json()["error"] == "Access Denied"
    client.zoho.control("POST", "time", {"advance": 601})
    assert client.renew().status_code == 200


def test_the_sixteenth_live_token_kills_the_oldest(started: Start) -> None:
    client = started(accounts=1, limits="professional", clock="frozen")
    for _ in range(2):
        for _ in range(7):
            client.renew()
        assert client.crm("GET", "org").status_code == 200
        client.zoho.control("POST", "time", {"advance": 601})
    client.renew()
    assert client.crm("GET", "org").status_code == 401


def test_the_twenty_first_refresh_token_kills_the_oldest(started: Start) -> None:
    client = started(accounts=1)
    for _ in range(20):
        code = client.zoho.control("POST", "tokens/grant", {})["code"]
        assert "refresh_token" in client.token_call(grant_type="authorization_code", code=code).json()
    assert client.crm("GET", "org").status_code == 401


def test_without_limits_tokens_are_free(client: Client) -> None:
    answers: list[httpx.Response] = [client.renew() for _ in range(20)]
    assert all("access_token" in answer.json() for answer in answers)
    assert client.crm("GET", "org").status_code == 200
