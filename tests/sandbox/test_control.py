from __future__ import annotations

import pytest

from core.sandbox.switches import SWITCHES
from tests.sandbox.client import Client


def test_switches_explain_themselves(client: Client) -> None:
    listed = client.zoho.control("GET", "switches")["switches"]
    assert [each["name"] for each in listed] == [switch.name for switch in SWITCHES]
    assert all(each["doc"] and each["source"] and each["value"] == each["default"] for each in listed)


@pytest.mark.parametrize("wanted", [{"nope": 1}, {"crm.unknown_id": 500}, {"books.list_zcrm_ids": 1}])
def test_a_wrong_switch_changes_nothing(client: Client, wanted: dict[str, object]) -> None:
    with pytest.raises(AssertionError):
        client.zoho.control("PUT", "switches", {"oauth.scope_in_reply": False} | wanted)
    assert "scope" in client.renew().json()


def test_the_log_knows_writes_from_reads(client: Client) -> None:
    before = client.zoho.requests()[-1]["sequence"]
    client.crm("GET", "Accounts", fields="Phone")
    client.insert()
    client.crm("POST", "coql", json={"select_query": "select id from Accounts where id is not null"})
    client.customer("Zeta")
    log = client.zoho.requests(before)
    assert [(each["side"], each["method"], each["write"], each["status"]) for each in log] == [
        ("crm", "GET", False, 200), ("crm", "POST", True, 201), ("crm", "POST", False, 200), ("books", "POST", True,
        201),
    ]  # fmt: skip
    assert log[0]["query"] == "fields=Phone"
    assert [each["sequence"] for each in client.zoho.writes(before)] == [before + 2, before + 4]


def test_the_log_can_be_emptied(client: Client) -> None:
    last = client.zoho.requests()[-1]["sequence"]
    client.zoho.control("DELETE", "requests")
    client.crm("GET", "org")
    assert [each["sequence"] for each in client.zoho.requests()] == [last + 1]


def test_the_control_surface_leaves_no_trace(client: Client) -> None:
    before, now = len(client.zoho.requests()), client.zoho.control("POST", "time")["epoch"]
    client.zoho.control("GET", "truth/crm/Accounts")
    assert (len(client.zoho.requests()), client.zoho.control("POST", "time")["epoch"]) == (before, now)


def test_time_moves_when_told(client: Client) -> None:
    client.zoho.control("POST", "time", {"set": "2027-01-01T00:00:00+09:00"})
    client.authorise(client.renew().json()["access_token"])
    assert client.account(client.insert())["Created_Time"] == "2027-01-01T00:00:00+09:00"


def test_the_date_header_is_the_sandboxs_own(client: Client) -> None:
    client.zoho.control("POST", "time", {"set": "2027-01-01T00:00:00+00:00", "mode": "frozen"})
    assert client.crm("GET", "org").headers["date"] == "Fri, 01 Jan 2027 00:00:00 GMT"


def test_truth_is_everything_at_once(client: Client) -> None:
    client.insert()
    truth = client.zoho.control("GET", "truth/crm/Accounts")["records"]
    assert len(truth) == 31
    contacts = client.zoho.control("GET", "truth/books/contacts")["records"]
    assert {row["contact_id"] for row in contacts} == {
        row["contact_id"] for row in client.pages(filter_by="Status.All")
    }


def test_a_person_changes_an_account(client: Client) -> None:
    before = client.walk(fields="Modified_Time,Phone")[3]
    client.zoho.control(
        "POST", "edit", {"side": "crm", "id": before["id"], "fields": {"Phone": "110", "Website": None}}
    )
    after = client.account(before["id"])
    assert (after["Phone"], after["Website"]) == ("110", None)
    assert after["Modified_Time"] > before["Modified_Time"]
    assert after["Modified_By"]["email"] != client.zoho.info["crm"]["email"]


def test_a_person_makes_and_deletes_an_account(client: Client) -> None:
    made = client.zoho.control("POST", "edit", {"side": "crm", "op": "create", "fields": {"Account_Name": "New"}})
    assert client.account(made["id"])["Account_Name"] == "New"
    gone = client.zoho.control("POST", "edit", {"side": "crm", "op": "delete", "id": made["id"]})
    assert gone["record"] is None
    assert client.crm("GET", "Accounts/deleted").json()["data"][0]["id"] == made["id"]


@pytest.mark.parametrize("listed", [True, False])
def test_a_merge_leaves_one_account(client: Client, listed: bool) -> None:
    client.zoho.switch("crm.merged_in_deleted", listed)
    gone, kept = client.insert(Fax="7"), client.insert(Phone="8")
    client.zoho.control("POST", "edit", {"side": "crm", "op": "merge", "id": gone, "into": kept})
    assert client.crm("GET", f"Accounts/{gone}").status_code == 204
    assert (client.account(kept)["Fax"], client.account(kept)["Phone"]) == ("7", "8")
    assert (client.crm("GET", "Accounts/deleted").status_code == 200) is listed


def test_a_person_edits_a_contact(client: Client) -> None:
    contact = client.customer("Zeta", billing_address={"city": "津市", "zip": "1"})
    fields = {
        "billing_address": {"city": "奈良市"},
        "website": "https://z.example",
        "contact_persons": [{"first_name": "Ann"}],
    }
    client.zoho.control("POST", "edit", {"side": "books", "id": contact["contact_id"], "fields": fields})
    after = client.books("GET", f"contacts/{contact['contact_id']}").json()["contact"]
    assert (after["billing_address"]["city"], after["billing_address"]["zip"]) == ("奈良市", "1")
    assert (after["website"], after["contact_persons"][0]["first_name"]) == ("https://z.example", "Ann")
    assert after["last_modified_time"] > contact["last_modified_time"]


def test_a_person_may_edit_within_the_same_second(client: Client) -> None:
    client.zoho.control("POST", "time", {"mode": "frozen"})
    record_id = client.insert()
    client.zoho.control("POST", "edit", {"side": "crm", "id": record_id, "fields": {"Fax": "1"}, "advance": 0})
    record = client.account(record_id)
    assert record["Modified_Time"] == record["Created_Time"]


def test_a_person_deletes_and_merges_contacts(client: Client) -> None:
    one, two, three = (client.customer(name)["contact_id"] for name in ("A", "B", "C"))
    client.zoho.control("POST", "edit", {"side": "books", "op": "delete", "id": one})
    client.zoho.control("POST", "edit", {"side": "books", "op": "merge", "id": two, "into": three})
    left = {row["contact_id"] for row in client.pages(filter_by="Status.All")}
    assert {one, two, three} & left == {three}


def test_editing_what_is_not_there_is_refused(client: Client) -> None:
    with pytest.raises(AssertionError, match="no such record"):
        client.zoho.control("POST", "edit", {"side": "crm", "id": "1"})


def test_a_restored_world_is_as_it_was(client: Client) -> None:
    def picture() -> object:
        control = client.zoho.control
        return control("GET", "truth/crm/Accounts"), control("GET", "truth/books/contacts"), control("GET", "switches")

    kept = client.insert()
    before = picture()
    client.zoho.control("POST", "snapshot", {"name": "here"})
    for _ in range(2):
        client.crm("DELETE", f"Accounts/{kept}")
        client.insert(Account_Name="Later")
        client.customer("Later")
        client.zoho.switch("books.list_zcrm_ids", True)
        assert picture() != before
        client.zoho.control("POST", "restore", {"name": "here"})
        assert picture() == before
    assert client.crm("GET", "Accounts/search", word="Later").status_code == 204
    client.customer("Later")


def test_an_unknown_snapshot_is_refused(client: Client) -> None:
    with pytest.raises(AssertionError, match="no such snapshot"):
        client.zoho.control("POST", "restore", {"name": "nowhere"})


def test_tokens_can_be_revoked_in_mid_run(client: Client) -> None:
    assert client.zoho.control("POST", "tokens/revoke") == {"revoked": 1}
    assert client.crm("GET", "org").status_code == 401
    assert client.renew().json() == {"error": "invalid_code"}


def test_settings_make_preflights_fail(client: Client) -> None:
    client.zoho.control(
        "PUT", "settings", {"crm": {"edition": "standard", "base_currency": "USD"}, "books": {"plan": "FREE"}}
    )
    org = client.crm("GET", "org").json()["org"][0]
    assert (org["license_details"]["paid_type"], org["iso_code"]) == ("standard", "USD")
    assert client.books("GET", "organizations").json()["organizations"][0]["plan_name"] == "FREE"


def test_a_view_can_be_made(client: Client) -> None:
    wanted = {"name": "Big", "field": "Employees", "comparator": "greater_than", "value": 400}
    view = client.zoho.control("POST", "views", wanted)["id"]
    assert all(record["Employees"] > 400 for record in client.walk(fields="Employees", cvid=view))


def test_a_custom_field_can_be_deleted(client: Client) -> None:
    field = {"field_label": "Key", "data_type": "text", "unique": {"case_sensitive": False}}
    client.crm("POST", "settings/fields", module="Accounts", json={"fields": [field]})
    client.zoho.control("DELETE", "crm/fields/Accounts/Key")
    assert client.crm("GET", "settings/fields/Key", module="Accounts").status_code == 204
