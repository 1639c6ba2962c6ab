from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.client import Client


def _field(client: Client, label: str = "CRM ID", **more: Any) -> dict[str, Any]:
    body = {"label": label, "data_type": "string", "entity": "contact", "show_on_pdf": False} | more
    field: dict[str, Any] = client.books("POST", "settings/fields", json=body).json()["field"]
    return field


def _unique_field(client: Client) -> dict[str, Any]:
    field = _field(client)
    client.zoho.control("POST", "books/fields/unique", {"field": field["api_name"]})
    return field


def _put(client: Client, value: str, upsert: bool = True, **body: Any) -> Any:
    headers = {"X-Unique-Identifier-Key": "cf_crm_id", "X-Unique-Identifier-Value": value}
    return client.books("PUT", "contacts", json=body, headers=headers | ({"X-Upsert": "true"} if upsert else {}))


def test_custom_values_are_shown_three_times(client: Client) -> None:
    field = _field(client)
    contact = client.customer("Zeta", custom_fields=[{"customfield_id": field["field_id"], "value": "42"}])
    assert [(each["api_name"], each["value"]) for each in contact["custom_fields"]] == [("cf_crm_id", "42")]
    assert (contact["cf_crm_id"], contact["custom_field_hash"]["cf_crm_id_unformatted"]) == ("42", "42")
    row = client.pages(contact_name="Zeta")[0]
    assert row["custom_fields"] == contact["custom_fields"]


@pytest.mark.parametrize("name", ["customfield_id", "api_name", "label", "index"])
def test_a_custom_field_may_be_named_in_four_ways(client: Client, name: str) -> None:
    field = _field(client)
    contact = client.customer("Zeta", custom_fields=[{name: field[name], "value": "42"}])
    assert contact["cf_crm_id"] == "42"


def test_fields_without_a_value_are_left_out(client: Client) -> None:
    field = _field(client)
    contact = client.customer("Zeta", custom_fields=[{"api_name": "cf_crm_id", "value": "42"}])
    cleared = {"custom_fields": [{"customfield_id": field["field_id"], "value": ""}]}
    changed = client.books("PUT", f"contacts/{contact['contact_id']}", json=cleared).json()["contact"]
    assert changed["custom_fields"] == []
    assert "cf_crm_id" not in changed


def test_a_field_cannot_be_made_unique_over_the_api_unless_switched(client: Client) -> None:
    assert _field(client, is_unique=True)["is_unique"] is False
    client.zoho.switch("books.unique_by_api", True)
    assert _field(client, "Other", is_unique=True)["is_unique"] is True


def test_the_name_of_the_uniqueness_flag_varies(client: Client) -> None:
    field = _unique_field(client)
    client.zoho.switch("books.unique_flag", "is_duplicate_allowed")
    (shown,) = client.books("GET", "settings/fields", entity="contact").json()["fields"]
    assert (shown["field_id"], shown["is_duplicate_allowed"]) == (field["field_id"], False)


def test_a_unique_value_is_taken_once(client: Client) -> None:
    _unique_field(client)
    client.customer("A", custom_fields=[{"api_name": "cf_crm_id", "value": "1"}])
    answer = client.books(
        "POST", "contacts", json={"contact_name": "B", "custom_fields": [{"api_name": "cf_crm_id", "value": "1"}]}
    )
    assert (answer.status_code, answer.json()["code"]) == (400, 120303)


def test_upsert_creates_once_and_then_updates(client: Client) -> None:
    _unique_field(client)
    made, again = _put(client, "1", contact_name="A"), _put(client, "1", contact_name="A", notes="n")
    assert (made.status_code, again.status_code) == (201, 200)
    assert made.json()["contact"]["contact_id"] == again.json()["contact"]["contact_id"]
    assert (again.json()["contact"]["cf_crm_id"], again.json()["contact"]["notes"]) == ("1", "n")


def test_without_upsert_an_unmatched_value_is_refused(client: Client) -> None:
    _unique_field(client)
    answer = _put(client, "1", upsert=False, contact_name="A")
    assert (answer.status_code, answer.json()["code"]) == (404, 1002)


def test_upsert_needs_a_field_that_prevents_duplicates(client: Client) -> None:
    _field(client)
    assert _put(client, "1", contact_name="A").json()["code"] == 4


def test_an_upsert_that_creates_is_held_to_names(client: Client) -> None:
    _unique_field(client)
    client.customer("A")
    assert _put(client, "1", contact_name="A").json()["code"] == 3062


def test_persons_are_addressed_one_by_one(client: Client) -> None:
    contact = client.customer("Zeta", contact_persons=[{"first_name": "Ann"}])["contact_id"]
    made = client.books("POST", "contacts/contactpersons", json={"contact_id": contact, "first_name": "Bob"})
    assert (made.status_code, made.json()["message"]) == (201, "The contactperson has been Created")
    bob = made.json()["contact_person"][0]["contact_person_id"]
    client.books("PUT", f"contacts/contactpersons/{bob}", json={"email": "b@c.d"})
    client.books("POST", f"contacts/contactpersons/{bob}/primary")
    shown = client.books("GET", f"contacts/{contact}/contactpersons").json()["contact_persons"]
    assert [(each["first_name"], each["email"], each["is_primary_contact"]) for each in shown] == [
        ("Ann", "", False), ("Bob", "b@c.d", True),
    ]  # fmt: skip


def test_a_person_of_a_generated_contact_is_found_too(client: Client) -> None:
    contact = client.pages()[0]["contact_id"]
    (person,) = client.books("GET", f"contacts/{contact}/contactpersons").json()["contact_persons"]
    answer = client.books("PUT", f"contacts/contactpersons/{person['contact_person_id']}", json={"mobile": "9"})
    assert answer.json()["contact_person"][0]["mobile"] == "9"


def test_there_is_always_one_primary_person(client: Client) -> None:
    contact = client.customer("Zeta", contact_persons=[{"first_name": "Ann"}, {"first_name": "Bob"}])
    ann = contact["contact_persons"][0]["contact_person_id"]
    client.books("DELETE", f"contacts/contactpersons/{ann}")
    shown = client.books("GET", f"contacts/{contact['contact_id']}").json()["contact"]["contact_persons"]
    assert [(each["first_name"], each["is_primary_contact"]) for each in shown] == [("Bob", True)]


def test_addresses_may_be_added_and_changed(client: Client) -> None:
    contact = client.customer("Zeta")
    path = f"contacts/{contact['contact_id']}/address"
    added = client.books("POST", path, json={"city": "津市"}).json()["address_info"]["address_id"]
    client.books("PUT", f"{path}/{added}", json={"zip": "1"})
    client.books("PUT", f"{path}/{contact['billing_address']['address_id']}", json={"city": "奈良市"})
    shown = client.books("GET", f"contacts/{contact['contact_id']}").json()["contact"]
    assert [(each["city"], each["zip"]) for each in shown["addresses"]] == [("津市", "1")]
    assert shown["billing_address"]["city"] == "奈良市"
    client.books("DELETE", f"{path}/{added}")
    assert client.books("GET", path).json()["addresses"] == []
