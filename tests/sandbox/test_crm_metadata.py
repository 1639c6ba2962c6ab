from __future__ import annotations

import pytest

from tests.sandbox.client import Client


def test_the_organisation_tells_edition_and_base_currency(client: Client) -> None:
    org = client.crm("GET", "org").json()["org"][0]
    assert org["license_details"]["paid_type"] == "enterprise"
    assert (org["iso_code"], org["mc_status"]) == ("JPY", True)
    assert org["zgid"] == client.zoho.info["crm"]["organization_id"]


def test_the_current_user_is_the_administrator(client: Client) -> None:
    (user,) = client.crm("GET", "users", type="CurrentUser").json()["users"]
    assert (user["profile"]["name"], user["status"]) == ("Administrator", "active")
    assert user["email"] == client.zoho.info["crm"]["email"]


def test_nobody_of_a_type_is_an_empty_answer(client: Client) -> None:
    answer = client.crm("GET", "users", type="DeletedUsers")
    assert (answer.status_code, answer.content) == (204, b"")


def test_currencies_know_base_and_active(client: Client) -> None:
    shown = {
        each["iso_code"]: (each["is_base"], each["is_active"])
        for each in client.crm("GET", "org/currencies").json()["currencies"]
    }
    assert shown == {"JPY": (True, True), "USD": (False, True), "EUR": (False, True), "GBP": (False, False)}


def test_modules_say_what_the_user_may_do(client: Client) -> None:
    client.zoho.control("PUT", "settings", {"crm": {"denied": {"Accounts": ["edit"]}}})
    shown = {each["api_name"]: each for each in client.crm("GET", "settings/modules").json()["modules"]}
    assert list(shown)[:5] == ["Accounts", "Contacts", "Vendors", "Products", "Deals"]
    assert (shown["Accounts"]["viewable"], shown["Accounts"]["editable"]) == (True, False)


def test_what_a_profile_denies_is_refused(client: Client) -> None:
    client.zoho.control("PUT", "settings", {"crm": {"denied": {"Accounts": ["edit"]}}})
    answer = client.crm("PUT", "Accounts", json={"data": [{"id": "1"}]})
    assert (answer.status_code, answer.json()["code"]) == (403, "NO_PERMISSION")
    assert answer.json()["details"] == {"permissions": ["Crm_Implied_Edit_Accounts"]}


def test_fields_state_lengths_and_what_is_mandatory(client: Client) -> None:
    fields = {
        each["api_name"]: each for each in client.crm("GET", "settings/fields", module="Accounts").json()["fields"]
    }
    assert (fields["Account_Name"]["length"], fields["Account_Name"]["system_mandatory"]) == (200, True)
    assert fields["Billing_Street"]["length"] == 250
    assert fields["Modified_Time"]["operation_type"]["api_update"] is False


def test_layouts_state_what_is_required(client: Client) -> None:
    (layout,) = client.crm("GET", "settings/layouts", module="Accounts").json()["layouts"]
    required = {field["api_name"] for field in layout["sections"][0]["fields"] if field["required"]}
    assert required == {"Account_Name", "Phone"}


@pytest.mark.parametrize("path", ["settings/fields", "settings/layouts", "settings/custom_views"])
def test_metadata_needs_a_module(client: Client, path: str) -> None:
    missing = client.crm("GET", path)
    assert (missing.status_code, missing.json()["details"]) == (400, {"param_name": "module"})
    assert client.crm("GET", path, module="Nope").json()["code"] == "INVALID_MODULE"


def _create(client: Client, **field: object) -> dict[str, object]:
    answer = client.crm("POST", "settings/fields", module="Accounts", json={"fields": [field]})
    result: dict[str, object] = answer.json()["fields"][0]
    return result


def test_a_custom_field_gets_its_api_name_from_its_label(client: Client) -> None:
    made = _create(
        client, field_label="Books Customer (ID)", data_type="text", length=50, unique={"case_sensitive": False}
    )
    assert made["message"] == "field created"
    (field,) = client.crm("GET", f"settings/fields/{made['details']['id']}", module="Accounts").json()["fields"]  # type: ignore[index]
    assert (field["api_name"], field["custom_field"], field["length"]) == ("Books_Customer_ID", True, 50)
    assert field["unique"] == {"case_sensitive": "false"}


def test_a_label_is_used_once(client: Client) -> None:
    _create(client, field_label="Key", data_type="text")
    assert _create(client, field_label="Key", data_type="text")["code"] == "DUPLICATE_DATA"


def test_a_module_has_two_unique_fields_at_most(client: Client) -> None:
    for place in range(2):
        assert _create(client, field_label=f"Key {place}", data_type="text", unique={})["code"] == "SUCCESS"
        assert (
            _create(client, field_label=f"Id {place}", data_type="text", unique={"case_sensitive": True})["code"]
            == "SUCCESS"
        )
    assert (
        _create(client, field_label="Key 9", data_type="text", unique={"case_sensitive": True})["code"]
        == "LIMIT_EXCEEDED"
    )


def test_editions_cap_custom_fields(client: Client) -> None:
    client.zoho.control("PUT", "settings", {"crm": {"edition": "standard"}})
    results = [_create(client, field_label=f"Extra {place}", data_type="text") for place in range(11)]
    assert [result["code"] for result in results] == ["SUCCESS"] * 10 + ["LIMIT_EXCEEDED"]


def test_five_fields_at_a_time(client: Client) -> None:
    fields = [{"field_label": f"Extra {place}", "data_type": "text"} for place in range(6)]
    assert client.crm("POST", "settings/fields", module="Accounts", json={"fields": fields}).status_code == 400


def test_predefined_views_come_first(client: Client) -> None:
    answer = client.crm("GET", "settings/custom_views", module="Accounts").json()
    shown = [(view["name"], view["system_defined"]) for view in answer["custom_views"]]
    assert shown[0] == ("All Accounts", True)
    assert ("東京の取引先", False) in shown
    assert answer["info"]["default"] == answer["custom_views"][0]["id"]


def test_one_view_shows_its_criteria(client: Client) -> None:
    views = client.crm("GET", "settings/custom_views", module="Accounts").json()["custom_views"]
    tokyo = next(view["id"] for view in views if view["name"] == "東京の取引先")
    (view,) = client.crm("GET", f"settings/custom_views/{tokyo}", module="Accounts").json()["custom_views"]
    assert (view["criteria"]["field"]["api_name"], view["criteria"]["value"]) == ("Billing_State", "東京都")
    assert client.crm("GET", "settings/custom_views/9", module="Accounts").status_code == 204


@pytest.mark.parametrize("version", ["v2", "v3", "v7", "v8"])
def test_older_versions_answer_too(client: Client, version: str) -> None:
    assert client.http.get(f"/crm/{version}/org").status_code == 200


def test_unknown_paths_and_methods_have_zohos_bodies(client: Client) -> None:
    lost = client.http.get("/crm/v9/org")
    assert (lost.status_code, lost.json()["code"]) == (404, "INVALID_URL_PATTERN")
    wrong = client.crm("PATCH", "org")
    assert (wrong.status_code, wrong.json()["code"]) == (400, "INVALID_REQUEST_METHOD")
