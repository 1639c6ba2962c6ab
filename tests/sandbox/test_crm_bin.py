from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.client import Client

MODULE = {"plural_label": "Sync Jobs", "singular_label": "Sync Job", "profiles": [{"id": "1"}]}


def test_what_was_deleted_can_be_restored(client: Client) -> None:
    account = client.insert(Account_Name="Gone")
    client.crm("DELETE", f"Accounts/{account}")
    (held,) = client.crm("GET", "settings/recycle_bin").json()["recycle_bin"]
    assert (held["id"], held["display_name"], held["module"]) == (account, "Gone", "Accounts")
    assert client.crm("GET", "settings/recycle_bin/actions/count").json() == {"count": 1}
    body = {"recycle_bin": [{"ids": [account]}]}
    assert client.crm("POST", "settings/recycle_bin/actions/restore", json=body).status_code == 200
    assert client.account(account)["Account_Name"] == "Gone"
    assert client.crm("GET", "Accounts/deleted", type="all").status_code == 204
    assert client.crm("GET", "settings/recycle_bin").status_code == 204


def test_what_is_purged_is_shown_as_permanent_and_cannot_be_restored(client: Client) -> None:
    account = client.insert()
    client.crm("DELETE", f"Accounts/{account}")
    assert client.crm("DELETE", f"settings/recycle_bin/{account}").status_code == 200
    (shown,) = client.crm("GET", "Accounts/deleted", type="permanent").json()["data"]
    assert (shown["id"], shown["display_name"]) == (account, None)
    refused = client.crm("POST", f"settings/recycle_bin/{account}/actions/restore")
    assert (refused.status_code, refused.json()["recycle_bin"][0]["code"]) == (400, "INVALID_DATA")


def test_the_bin_can_be_emptied(client: Client) -> None:
    for _ in range(2):
        client.crm("DELETE", f"Accounts/{client.insert()}")
    client.crm("POST", "settings/recycle_bin/actions/empty")
    assert client.crm("GET", "settings/recycle_bin/actions/count").json() == {"count": 0}


def test_a_custom_module_holds_records(client: Client) -> None:
    answer = client.crm("POST", "settings/modules", json={"modules": [MODULE]})
    assert (answer.status_code, answer.json()["modules"][0]["message"]) == (201, "module created successfully")
    module_id = answer.json()["modules"][0]["details"]["id"]
    (shown,) = client.crm("GET", f"settings/modules/{module_id}").json()["modules"]
    assert (shown["api_name"], shown["generated_type"]) == ("Sync_Jobs", "custom")
    made = client.crm("POST", "Sync_Jobs", json={"data": [{"Name": "First"}, {}]})
    assert [each["code"] for each in made.json()["data"]] == ["SUCCESS", "MANDATORY_NOT_FOUND"]
    assert [each["Name"] for each in client.walk("Sync_Jobs", fields="Name")] == ["First"]


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"plural_label": "Sync-Jobs"}, 400, "INVALID_DATA"),
        ({"plural_label": "Accounts"}, 400, "DUPLICATE_DATA"),
        ({"profiles": []}, 400, "MINIMUM_DATA_NOT_FOUND"),
        ({"api_name": "9_Jobs"}, 400, "INVALID_DATA"),
        ({"api_name": "users"}, 403, "RESERVED_KEYWORD_NOT_ALLOWED"),
        ({"singular_label": ""}, 400, "MANDATORY_NOT_FOUND"),
    ],
)
def test_a_custom_module_has_rules(client: Client, change: dict[str, Any], status: int, code: str) -> None:
    answer = client.crm("POST", "settings/modules", json={"modules": [MODULE | change]})
    assert (answer.status_code, answer.json()["modules"][0]["code"]) == (status, code)


@pytest.mark.parametrize(("edition", "status"), [("professional", 400), ("enterprise", 201), ("ultimate", 201)])
def test_custom_modules_need_enterprise(client: Client, edition: str, status: int) -> None:
    client.zoho.control("PUT", "settings", {"crm": {"edition": edition}})
    answer = client.crm("POST", "settings/modules", json={"modules": [MODULE]})
    assert answer.status_code == status
    assert status == 201 or answer.json()["code"] == "NOT_SUPPORTED"


def test_profiles_tell_what_is_allowed(client: Client) -> None:
    client.zoho.control("PUT", "settings", {"crm": {"denied": {"Accounts": ["edit"]}}})
    profiles = client.crm("GET", "settings/profiles").json()["profiles"]
    (me,) = client.crm("GET", "users", type="CurrentUser").json()["users"]
    assert me["profile"]["id"] == profiles[0]["id"]
    (shown,) = client.crm("GET", f"settings/profiles/{me['profile']['id']}").json()["profiles"]
    enabled = {each["name"]: each["enabled"] for each in shown["permissions_details"]}
    assert (enabled["Crm_Implied_View_Accounts"], enabled["Crm_Implied_Edit_Accounts"]) == (True, False)
