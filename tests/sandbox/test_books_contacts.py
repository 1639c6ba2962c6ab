from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.client import Client


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
    assert [each["tax_percentage"] for each in client.pages("settings/taxes", key="taxes")] == [10, 8]
    client.zoho.switch("books.sales_tax", False)
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
