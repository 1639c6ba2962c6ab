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


def test_organisations_need_no_organisation(client: Client) -> None:
    (org,) = client.http.get("/books/v3/organizations").json()["organizations"]
    assert org["organization_id"] == client.zoho.info["books"]["organization_id"]
    assert (org["currency_code"], org["fiscal_year_start_month"]) == ("JPY", 3)
    detail = client.books("GET", f"organizations/{org['organization_id']}").json()["organization"]
    assert detail["fiscal_year_start_month"] == "april"


def test_everything_else_needs_one_that_is_yours(client: Client) -> None:
    answer = client.books("GET", "contacts", organization_id="123")
    assert (answer.status_code, answer.json()["code"]) == (400, 6041)
    assert answer.json()["message"] == "This user is not associated with the CompanyID/CompanyName:123."


def test_the_organisation_may_be_in_a_header(client: Client) -> None:
    headers = {"X-com-zoho-books-organizationid": client.zoho.info["books"]["organization_id"]}
    assert client.http.get("/books/v3/contacts", headers=headers).status_code == 200


def test_currencies_taxes_and_users(client: Client) -> None:
    shown = client.books("GET", "settings/currencies").json()["currencies"]
    assert [each["currency_code"] for each in shown if each["is_base_currency"]] == ["JPY"]
    assert client.books("GET", "settings/taxes").json()["taxes"] == []
    assert client.books("GET", "users/me").json()["user"]["is_current_user"] is True


def test_a_new_contact_is_answered_whole(client: Client) -> None:
    contact = client.customer(
        "Zeta", billing_address={"city": "京都市"}, contact_persons=[{"first_name": "Ann", "email": "a@b.c"}]
    )
    assert contact["billing_address"]["city"] == "京都市"
    assert contact["billing_address"]["address_id"] != contact["shipping_address"]["address_id"]
    assert (contact["contact_type"], contact["customer_sub_type"], contact["source"]) == ("customer", "business", "api")
    assert (contact["email"], contact["primary_contact_id"]) == (
        "a@b.c",
        contact["contact_persons"][0]["contact_person_id"],
    )
    assert client.books("GET", f"contacts/{contact['contact_id']}").json()["contact"] == contact


def test_json_may_come_in_a_form(client: Client) -> None:
    path = f"/books/v3/contacts?organization_id={client.zoho.info['books']['organization_id']}"
    assert client.http.post(path, data={"JSONString": '{"contact_name":"Formal"}'}).status_code == 201


def test_what_is_not_json_is_refused(client: Client) -> None:
    path = f"/books/v3/contacts?organization_id={client.zoho.info['books']['organization_id']}"
    answer = client.http.post(path, content=b"{", headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (400, 1038)


def test_unknown_keys_are_silently_dropped(client: Client) -> None:
    assert "nonsense" not in client.customer("Zeta", nonsense=1, email="x@y.z", phone="1")
    assert client.books("GET", "contacts", contact_name="Zeta").json()["contacts"][0]["email"] == ""


def test_a_name_is_needed_and_used_once(client: Client) -> None:
    assert client.books("POST", "contacts", json={}).json()["code"] == 4
    client.customer("Zeta")
    answer = client.books("POST", "contacts", json={"contact_name": "Zeta"})
    assert (answer.status_code, answer.json()["code"]) == (400, 3062)
    assert answer.json()["message"] == 'The customer "Zeta" already exists. Please specify a different name.'


def test_names_of_generated_contacts_are_taken_too(client: Client) -> None:
    taken = client.pages(filter_by="Status.All")[0]["contact_name"]
    assert client.books("POST", "contacts", json={"contact_name": taken}).json()["code"] == 3062


def test_vendors_share_the_names_of_customers_unless_switched(client: Client) -> None:
    client.customer("Zeta", contact_type="vendor")
    assert client.books("POST", "contacts", json={"contact_name": "Zeta"}).json()["code"] == 3062
    client.zoho.switch("books.names_shared", False)
    client.customer("Zeta")


def test_equal_names_may_be_allowed(client: Client) -> None:
    client.zoho.switch("books.duplicate_names", "allowed")
    client.customer("Zeta")
    client.customer("Zeta")
    assert len(client.pages(contact_name="Zeta")) == 2


def test_names_may_be_compared_folded(client: Client) -> None:
    client.customer("Zeta  Ltd")
    client.zoho.switch("books.name_folding", "case_and_spaces")
    assert client.books("POST", "contacts", json={"contact_name": "zeta ltd"}).json()["code"] == 3062


@pytest.mark.parametrize(
    ("body", "limit"),
    [
        ({"contact_name": "x" * 201}, 200),
        ({"contact_name": "A", "billing_address": {"city": "x" * 101}}, 100),
        ({"contact_name": "A", "billing_address": {"zip": "x" * 51}}, 50),
        ({"contact_name": "A", "shipping_address": {"address": "x" * 501}}, 500),
        ({"contact_name": "A", "contact_persons": [{"first_name": "x" * 101}]}, 100),
    ],
)
def test_values_beyond_their_limit_are_refused(client: Client, body: dict[str, Any], limit: int) -> None:
    answer = client.books("POST", "contacts", json=body)
    assert (answer.status_code, answer.json()["code"]) == (400, 15)
    assert f"less than {limit} characters" in answer.json()["message"]
    assert len(client.pages(filter_by="Status.All", contact_name="A")) == 0


def test_an_unknown_currency_is_refused(client: Client) -> None:
    assert client.books("POST", "contacts", json={"contact_name": "A", "currency_id": "1"}).json()["code"] == 4


def test_an_update_keeps_what_is_not_sent(client: Client) -> None:
    contact = client.customer("Zeta", website="https://a.example", notes="n")
    client.zoho.control("POST", "time", {"advance": 60})
    answer = client.books("PUT", f"contacts/{contact['contact_id']}", json={"notes": ""})
    assert answer.json()["message"] == "Contact has been updated successfully"
    changed = answer.json()["contact"]
    assert (changed["website"], changed["notes"]) == ("https://a.example", "")
    assert changed["last_modified_time"] > contact["last_modified_time"]


def test_persons_left_out_of_a_sent_list_are_gone(client: Client) -> None:
    contact = client.customer("Zeta", contact_persons=[{"first_name": "Ann"}, {"first_name": "Bob"}])
    kept = {"contact_person_id": contact["contact_persons"][1]["contact_person_id"], "first_name": "Bobby"}
    changed = client.books("PUT", f"contacts/{contact['contact_id']}", json={"contact_persons": [kept]}).json()[
        "contact"
    ]
    assert [(each["contact_person_id"], each["first_name"]) for each in changed["contact_persons"]] == [
        tuple(kept.values())
    ]


def test_a_sent_address_replaces_the_old_one_but_keeps_its_id(client: Client) -> None:
    contact = client.customer("Zeta", billing_address={"city": "京都市", "zip": "1"})
    changed = client.books(
        "PUT", f"contacts/{contact['contact_id']}", json={"billing_address": {"city": "奈良市"}}
    ).json()["contact"]
    assert (changed["billing_address"]["city"], changed["billing_address"]["zip"]) == ("奈良市", "")
    assert changed["billing_address"]["address_id"] == contact["billing_address"]["address_id"]


def test_renaming_onto_a_taken_name_is_refused(client: Client) -> None:
    client.customer("Zeta")
    other = client.customer("Eta")["contact_id"]
    assert client.books("PUT", f"contacts/{other}", json={"contact_name": "Zeta"}).json()["code"] == 3062
    assert client.books("PUT", f"contacts/{other}", json={"contact_name": "Eta"}).status_code == 200


def test_unknown_contacts_do_not_exist(client: Client) -> None:
    for method in ("GET", "PUT", "DELETE"):
        answer = client.books(method, "contacts/460000000999999999", json={})
        assert (answer.status_code, answer.json()) == (404, {"code": 1002, "message": "Contact does not exist."})


def test_inactive_contacts_hide_from_the_default_list(client: Client) -> None:
    contact = client.customer("Zeta")["contact_id"]
    assert (
        client.books("POST", f"contacts/{contact}/inactive").json()["message"]
        == "The contact has been marked as inactive."
    )
    assert contact not in {row["contact_id"] for row in client.pages()}
    assert contact in {row["contact_id"] for row in client.pages(filter_by="Status.All")}
    assert contact in {row["contact_id"] for row in client.pages(filter_by="Status.Inactive")}
    client.books("POST", f"contacts/{contact}/active")
    assert contact in {row["contact_id"] for row in client.pages()}


def test_deleted_contacts_are_gone_without_a_trace(client: Client) -> None:
    one, two, three = (client.customer(name)["contact_id"] for name in ("A", "B", "C"))
    client.books("DELETE", f"contacts/{one}")
    assert client.books("DELETE", "contacts", contact_ids=f"{two},{three}").status_code == 200
    assert not {one, two, three} & {row["contact_id"] for row in client.pages(filter_by="Status.All")}


def test_list_rows_have_neither_addresses_nor_persons_nor_zcrm_ids(client: Client) -> None:
    client.customer("Zeta", billing_address={"city": "x"})
    row = client.books("GET", "contacts").json()["contacts"][0]
    assert not {"billing_address", "contact_persons", "zcrm_account_id"} & set(row)
    client.zoho.switch("books.list_zcrm_ids", True)
    assert "zcrm_account_id" in client.books("GET", "contacts").json()["contacts"][0]


def test_pages_end_with_has_more_page_and_are_cut_at_200(client: Client) -> None:
    for place in range(5):
        client.customer(f"Page {place}")
    page = client.books("GET", "contacts", contact_name_startswith="Page", per_page=2, page=3).json()
    assert (len(page["contacts"]), page["page_context"]["has_more_page"]) == (1, False)
    assert client.books("GET", "contacts", per_page=500).json()["page_context"]["per_page"] == 200
    assert client.books("GET", "contacts", page=99).json()["contacts"] == []


@pytest.mark.parametrize("column", ["created_time", "last_modified_time", "contact_name"])
@pytest.mark.parametrize("order", ["A", "D"])
def test_lists_are_sorted(client: Client, column: str, order: str) -> None:
    touched = client.pages(filter_by="Status.All")[1]["contact_id"]
    client.zoho.control("POST", "edit", {"side": "books", "id": touched, "fields": {"notes": "x"}})
    rows = client.pages(filter_by="Status.All", sort_column=column, sort_order=order, per_page=2)
    values = [row[column].casefold() for row in rows]
    assert values == sorted(values, reverse=order == "D")
    assert len({row["contact_id"] for row in rows}) == len(rows) == len(client.pages(filter_by="Status.All"))


@pytest.mark.parametrize(
    "query",
    [
        {"contact_name": "Zeta One"}, {"contact_name_startswith": "zeta"}, {"contact_name_contains": "eta o"},
        {"email": "z@example.jp"}, {"search_text": "One"}, {"address_contains": "chome"}, {"first_name": "Zoe"},
    ],
)  # fmt: skip
def test_filters(client: Client, query: dict[str, str]) -> None:
    persons = [{"first_name": "Zoe", "email": "z@example.jp"}]
    client.customer("Zeta One", contact_persons=persons, billing_address={"address": "1 chome"})
    client.customer("Other", contact_type="vendor")
    assert [row["contact_name"] for row in client.pages(**query)] == ["Zeta One"]


def test_contact_type_filters(client: Client) -> None:
    client.customer("Zeta", contact_type="vendor")
    assert {row["contact_type"] for row in client.pages(contact_type="vendor")} == {"vendor"}


def test_unknown_filters_and_columns_are_refused(client: Client) -> None:
    queries: tuple[dict[str, Any], ...] = ({"filter_by": "Status.Odd"}, {"sort_column": "city"}, {"page": "x"})
    for query in queries:
        answer = client.books("GET", "contacts", **query)
        assert (answer.status_code, answer.json()["code"]) == (400, 2)


def test_native_links_are_found_by_filter_and_shown_in_the_detail(client: Client) -> None:
    linked = client.pages(filter_by="Status.Crm")
    assert linked and all(row["is_linked_with_zohocrm"] for row in linked)
    detail = client.books("GET", f"contacts/{linked[0]['contact_id']}").json()["contact"]
    account = client.account(detail["zcrm_account_id"])
    assert account["Account_Name"] != detail["contact_name"]
    again = client.pages(zcrm_account_id=detail["zcrm_account_id"])
    assert [row["contact_id"] for row in again] == [linked[0]["contact_id"]]


def test_native_ids_cannot_be_written_unless_switched(client: Client) -> None:
    assert client.customer("A", zcrm_account_id="1")["zcrm_account_id"] == ""
    client.zoho.switch("books.zcrm_id_writable", True)
    assert client.customer("B", zcrm_account_id="1")["zcrm_account_id"] == "1"


def test_modified_since_is_no_filter_unless_switched(client: Client) -> None:
    everything = len(client.pages())
    assert len(client.pages(last_modified_time="2030-01-01T00:00:00+0900")) == everything
    client.zoho.switch("books.modified_since_filter", True)
    assert client.pages(last_modified_time="2030-01-01T00:00:00+0900") == []


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


def test_html_may_be_escaped(client: Client) -> None:
    client.zoho.switch("books.escape_html", True)
    assert client.customer("A & B")["contact_name"] == "A &amp; B"


def test_times_have_an_offset_without_a_colon_and_ids_are_strings(client: Client) -> None:
    contact = client.customer("Zeta")
    assert contact["created_time"].endswith("+0900")
    assert 15 <= len(contact["contact_id"]) <= 19


def test_unknown_paths_and_methods_have_zohos_bodies(client: Client) -> None:
    assert client.books("GET", "nope").json() == {"code": 5, "message": "Invalid URL Passed"}
    answer = client.books("PATCH", "contacts")
    assert (answer.status_code, answer.json()["code"]) == (405, 37)


def test_items_are_unique_by_name_and_sku(client: Client) -> None:
    made = client.books("POST", "items", json={"name": "Pen", "rate": 120, "sku": "P-1"})
    assert (made.status_code, made.json()["item"]["rate"]) == (201, 120.0)
    assert client.books("POST", "items", json={"name": "Pen", "rate": 1}).json()["code"] == 1001
    assert client.books("POST", "items", json={"name": "Ink", "rate": 1, "sku": "P-1"}).json()["code"] == 1001
    assert client.books("POST", "items", json={"name": "Ink"}).json()["code"] == 4


def test_items_can_be_changed_hidden_and_read_in_bulk(client: Client) -> None:
    ids = [
        client.books("POST", "items", json={"name": name, "rate": 1}).json()["item"]["item_id"]
        for name in ("Pen", "Ink")
    ]
    client.books("PUT", f"items/{ids[0]}", json={"rate": 2.5, "unit": "box"})
    client.books("POST", f"items/{ids[1]}/inactive")
    assert [item["name"] for item in client.pages("items")] == ["Pen"]
    details = client.books("GET", "itemdetails", item_ids=",".join(ids)).json()["items"]
    assert [(item["rate"], item["unit"], item["status"]) for item in details] == [
        (2.5, "box", "active"),
        (1.0, "", "inactive"),
    ]
