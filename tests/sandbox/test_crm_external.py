"""Records named from outside, by the value of an external field (`X-EXTERNAL`)."""

from __future__ import annotations

from tests.sandbox.client import Client


def _external(client: Client) -> dict[str, str]:
    """An external field on accounts; the header that names it."""
    field = {"field_label": "Outside", "data_type": "text", "external": {"type": "org", "show": True}}
    client.crm("POST", "settings/fields", module="Accounts", json={"fields": [field]})
    return {"X-EXTERNAL": "Accounts.Outside"}


def test_records_can_be_named_from_outside(client: Client) -> None:
    headers = _external(client)
    record = client.insert(Account_Name="Outer", Outside="B-7")
    assert client.crm("GET", "Accounts/B-7", headers=headers).json()["data"][0]["id"] == record
    client.crm("PUT", "Accounts/B-7", json={"data": [{"Fax": "1"}]}, headers=headers)
    batch = client.crm(
        "PUT", "Accounts", json={"data": [{"Outside": "B-7", "Website": "https://a.example"}]}, headers=headers
    )
    assert batch.json()["data"][0]["details"]["id"] == record
    assert (client.account(record)["Fax"], client.account(record)["Website"]) == ("1", "https://a.example")
    assert client.crm("DELETE", "Accounts/B-7", headers=headers).status_code == 200
    assert client.crm("GET", "Accounts/B-7", headers=headers).status_code == 204


def test_only_external_fields_name_records(client: Client) -> None:
    refused = client.crm("GET", "Accounts/x", headers={"X-EXTERNAL": "Accounts.Phone"})
    assert (refused.status_code, refused.json()["code"]) == (400, "INVALID_DATA")


def test_an_external_value_is_there_once(client: Client) -> None:
    _external(client)
    client.insert(Outside="B-7")
    again = client.crm("POST", "Accounts", json={"data": [{"Account_Name": "A", "Phone": "1", "Outside": "B-7"}]})
    assert again.json()["data"][0]["code"] == "DUPLICATE_DATA"
