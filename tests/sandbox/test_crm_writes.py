from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.sandbox.client import Client

Start = Callable[..., Client]
GOOD = {"Account_Name": "Good", "Phone": "03-1"}


def _insert(client: Client, *rows: dict[str, Any]) -> tuple[int, list[dict[str, Any]]]:
    answer = client.crm("POST", "Accounts", json={"data": list(rows), "trigger": []})
    return answer.status_code, answer.json()["data"]


def _unique_key(client: Client) -> None:
    field = {"field_label": "Key", "data_type": "text", "unique": {"case_sensitive": False}}
    assert client.crm("POST", "settings/fields", module="Accounts", json={"fields": [field]}).status_code == 201


def test_an_insert_answers_with_id_and_times_only(client: Client) -> None:
    status, (result,) = _insert(client, GOOD)
    assert (status, result["code"], result["message"]) == (201, "SUCCESS", "record added")
    assert set(result["details"]) == {
        "id",
        "Created_Time",
        "Modified_Time",
        "Created_By",
        "Modified_By",
        "$approval_state",
    }


def test_what_was_inserted_is_there(client: Client) -> None:
    record = client.account(client.insert(Account_Name="㈱あ", Annual_Revenue=12.5, Employees=3))
    assert (record["Account_Name"], record["Annual_Revenue"], record["Employees"]) == ("㈱あ", 12.5, 3)
    assert record["Owner"]["email"] == client.zoho.info["crm"]["email"]
    assert record["Currency"] == "JPY"


def test_results_keep_the_order_of_a_mixed_batch(client: Client) -> None:
    status, results = _insert(client, GOOD, {"Phone": "1"}, GOOD)
    assert status == 207
    assert [result["code"] for result in results] == ["SUCCESS", "MANDATORY_NOT_FOUND", "SUCCESS"]
    assert results[1]["details"] == {"api_name": "Account_Name", "json_path": "$.data[1].Account_Name"}


def test_when_all_fail_the_status_is_400(client: Client) -> None:
    assert _insert(client, {"Phone": "1"})[0] == 400


@pytest.mark.parametrize(
    ("fields", "details"),
    [
        ({"Phone": "1" * 31}, {"maximum_length": 30}),
        ({"Billing_Street": "x" * 251}, {"maximum_length": 250}),
        ({"Employees": "many"}, {"expected_data_type": "integer"}),
        ({"Annual_Revenue": True}, {"expected_data_type": "double"}),
        ({"Account_Name": 5}, {"expected_data_type": "string"}),
        ({"Parent_Account": {"id": "1"}}, {"expected_data_type": "lookup"}),
    ],
)
def test_invalid_data_says_why(client: Client, fields: dict[str, Any], details: dict[str, Any]) -> None:
    _, (result,) = _insert(client, GOOD | fields)
    (api_name,) = fields
    assert result["code"] == "INVALID_DATA"
    assert result["details"] == details | {"api_name": api_name, "json_path": f"$.data[0].{api_name}"}


def test_an_inactive_currency_is_refused(client: Client) -> None:
    _, (result,) = _insert(client, GOOD | {"Currency": "GBP"})
    assert result["details"]["supported_values"] == ["JPY", "USD", "EUR"]


def test_several_failures_of_one_record_come_together(client: Client) -> None:
    _, (result,) = _insert(client, {"Phone": "1" * 31})
    assert result["code"] == "MULTIPLE_OR_MULTI_ERRORS"
    assert [each["code"] for each in result["details"]["errors"]] == ["INVALID_DATA", "MANDATORY_NOT_FOUND"]


def test_several_failures_may_be_told_one_at_a_time(client: Client) -> None:
    client.zoho.switch("crm.several_errors", "first")
    assert _insert(client, {"Phone": "1" * 31})[1][0]["code"] == "INVALID_DATA"


def test_the_layouts_required_fields_bind_inserts(client: Client) -> None:
    assert _insert(client, {"Account_Name": "A"})[1][0]["details"]["api_name"] == "Phone"
    client.zoho.switch("crm.layout_required", "never")
    assert _insert(client, {"Account_Name": "A"})[0] == 201


def test_a_validation_rule_refuses(client: Client) -> None:
    _, (result,) = _insert(client, GOOD | {"Website": "www.example.jp"})
    assert (result["code"], "validation rule" in result["message"]) == ("CANNOT_PERFORM_ACTION", True)


def test_unknown_and_read_only_names_are_ignored(client: Client) -> None:
    record = client.account(client.insert(Nonsense=1, Created_Time="2001-01-01T00:00:00+09:00"))
    assert "Nonsense" not in record
    assert not record["Created_Time"].startswith("2001")


def test_a_hundred_records_at_a_time(client: Client) -> None:
    assert _insert(client, *[GOOD] * 100)[0] == 201
    too_many = client.crm("POST", "Accounts", json={"data": [GOOD] * 101})
    assert (too_many.status_code, too_many.json()["details"]["maximum_length"]) == (400, 100)


def test_an_unknown_trigger_is_refused(client: Client) -> None:
    assert client.crm("POST", "Accounts", json={"data": [GOOD], "trigger": ["magic"]}).status_code == 400


def test_an_update_changes_what_is_sent_and_nothing_else(client: Client) -> None:
    record_id = client.insert(Fax="1", Website="https://a.example")
    client.zoho.control("POST", "time", {"advance": 60})
    answer = client.crm("PUT", "Accounts", json={"data": [{"id": record_id, "Fax": None, "Phone": "2"}]})
    assert (answer.status_code, answer.json()["data"][0]["message"]) == (200, "record updated")
    record = client.account(record_id)
    assert (record["Fax"], record["Phone"], record["Website"]) == (None, "2", "https://a.example")
    assert record["Modified_Time"] > record["Created_Time"]


def test_the_id_of_an_update_may_be_in_the_path(client: Client) -> None:
    record_id = client.insert()
    assert client.crm("PUT", f"Accounts/{record_id}", json={"data": [{"Phone": "2"}]}).status_code == 200
    assert client.account(record_id)["Phone"] == "2"


def test_a_mandatory_field_cannot_be_cleared(client: Client) -> None:
    answer = client.crm("PUT", f"Accounts/{client.insert()}", json={"data": [{"Account_Name": None}]})
    assert answer.json()["data"][0]["code"] == "MANDATORY_NOT_FOUND"


def test_an_unknown_record_cannot_be_updated(client: Client) -> None:
    answer = client.crm("PUT", "Accounts", json={"data": [{"id": "4876876000099999999", "Phone": "2"}]})
    assert (answer.status_code, answer.json()["data"][0]["code"]) == (400, "INVALID_DATA")


def test_if_unmodified_since_guards_an_update(client: Client) -> None:
    record_id = client.insert()
    seen = client.account(record_id)["Modified_Time"]
    client.zoho.control("POST", "edit", {"side": "crm", "id": record_id, "fields": {"Fax": "9"}})
    answer = client.crm(
        "PUT", f"Accounts/{record_id}", json={"data": [{"Phone": "2"}]}, headers={"If-Unmodified-Since": seen}
    )
    assert (answer.status_code, answer.json()["data"][0]["code"]) == (412, "ALREADY_MODIFIED")
    seen = client.account(record_id)["Modified_Time"]
    answer = client.crm(
        "PUT", f"Accounts/{record_id}", json={"data": [{"Phone": "2"}]}, headers={"If-Unmodified-Since": seen}
    )
    assert answer.status_code == 200


def test_a_locked_record_refuses_update_and_delete(client: Client) -> None:
    record_id = client.insert()
    client.zoho.control("POST", "edit", {"side": "crm", "id": record_id, "fields": {"Locked__s": True}})
    assert (
        client.crm("PUT", f"Accounts/{record_id}", json={"data": [{"Phone": "2"}]}).json()["data"][0]["code"]
        == "RECORD_LOCKED"
    )
    assert client.crm("DELETE", f"Accounts/{record_id}").json()["data"][0]["code"] == "RECORD_LOCKED"


def test_a_unique_field_refuses_a_second_value(client: Client) -> None:
    _unique_key(client)
    first = client.insert(Key="A-1")
    _, (result,) = _insert(client, GOOD | {"Key": "a-1"})
    assert (result["code"], result["details"]["duplicate_record"]["id"]) == ("DUPLICATE_DATA", first)
    assert client.crm("PUT", f"Accounts/{first}", json={"data": [{"Key": "A-1"}]}).status_code == 200


def test_a_unique_value_is_free_again_once_its_record_is_gone(client: Client) -> None:
    _unique_key(client)
    client.crm("DELETE", f"Accounts/{client.insert(Key='A-1')}")
    assert _insert(client, GOOD | {"Key": "A-1"})[0] == 201


def _upsert(client: Client, row: dict[str, Any], *fields: str) -> dict[str, Any]:
    body = {"data": [row], "trigger": []} | ({"duplicate_check_fields": list(fields)} if fields else {})
    answer = client.crm("POST", "Accounts/upsert", json=body)
    result: dict[str, Any] = answer.json()["data"][0] if "data" in answer.json() else answer.json()
    return result


def test_upsert_inserts_then_updates_by_name(client: Client) -> None:
    first = _upsert(client, GOOD)
    second = _upsert(client, GOOD | {"Fax": "1"})
    assert (first["action"], first["duplicate_field"]) == ("insert", None)
    assert (second["action"], second["duplicate_field"]) == ("update", "Account_Name")
    assert first["details"]["id"] == second["details"]["id"]


def test_upsert_by_a_unique_field_leaves_the_name_aside(client: Client) -> None:
    _unique_key(client)
    made = _upsert(client, GOOD | {"Key": "1"}, "Key")
    assert _upsert(client, GOOD | {"Key": "2"}, "Key")["action"] == "insert"
    again = _upsert(client, {"Account_Name": "Other", "Phone": "1", "Key": "1"}, "Key")
    assert (again["action"], again["details"]["id"]) == ("update", made["details"]["id"])


def test_upsert_finds_generated_records_by_name(client: Client) -> None:
    record = client.walk()[0]
    found = _upsert(client, {"Account_Name": record["Account_Name"], "Phone": "1"})
    assert found["details"]["id"] == record["id"]


def test_upsert_that_matches_two_records_is_refused(client: Client) -> None:
    client.insert(Account_Name="Twin")
    client.insert(Account_Name="Twin")
    assert _upsert(client, {"Account_Name": "Twin"})["code"] == "DUPLICATE_DATA"


def test_upsert_takes_unique_fields_only(client: Client) -> None:
    assert _upsert(client, GOOD, "Phone")["code"] == "INVALID_DATA"


def test_deleted_records_are_listed_newest_first(client: Client) -> None:
    one, two = client.insert(Account_Name="One"), client.insert(Account_Name="Two")
    assert client.crm("DELETE", "Accounts", ids=f"{one},{two}").json()["data"][0]["message"] == "record deleted"
    assert client.crm("GET", f"Accounts/{one}").status_code == 204
    listed = client.crm("GET", "Accounts/deleted", type="all").json()["data"]
    assert [(each["id"], each["display_name"], each["type"]) for each in listed] == [
        (two, "Two", "recycle"),
        (one, "One", "recycle"),
    ]


def test_deleting_what_is_gone_fails_alone(client: Client) -> None:
    answer = client.crm("DELETE", "Accounts", ids=f"{client.insert()},1")
    assert answer.status_code == 207
    assert answer.json()["data"][1]["message"] == "record not deleted"


def test_deleting_needs_ids_that_are_numbers(client: Client) -> None:
    assert client.crm("DELETE", "Accounts").json()["code"] == "REQUIRED_PARAM_MISSING"
    assert client.crm("DELETE", "Accounts", ids="x").json()["code"] == "UNABLE_TO_PARSE_DATA_TYPE"


def test_the_deleted_list_heeds_modified_since(client: Client) -> None:
    client.crm("DELETE", f"Accounts/{client.insert()}")
    late = {"If-Modified-Since": "2030-01-01T00:00:00+09:00"}
    assert client.crm("GET", "Accounts/deleted", headers=late).status_code == 204
    early = {"If-Modified-Since": "2020-01-01T00:00:00+09:00"}
    assert len(client.crm("GET", "Accounts/deleted", headers=early).json()["data"]) == 1
    assert client.crm("GET", "Accounts/deleted", type="x").json()["code"] == "PATTERN_NOT_MATCHED"


def test_deletions_become_permanent_and_are_then_forgotten(client: Client) -> None:
    client.crm("DELETE", f"Accounts/{client.insert()}")
    client.zoho.control("POST", "time", {"advance": 61 * 86_400})
    client.authorise(client.renew().json()["access_token"])
    (listed,) = client.crm("GET", "Accounts/deleted", type="permanent").json()["data"]
    assert (listed["type"], listed["display_name"]) == ("permanent", None)
    client.zoho.control("POST", "time", {"advance": 60 * 86_400})
    client.authorise(client.renew().json()["access_token"])
    assert client.crm("GET", "Accounts/deleted").status_code == 204


def test_other_modules_have_the_same_engine(client: Client) -> None:
    account = client.insert(Account_Name="Parent")
    row = {"Last_Name": "山本", "First_Name": "太郎", "Email": "t@example.jp", "Account_Name": {"id": account}}
    made = client.crm("POST", "Contacts", json={"data": [row]}).json()["data"][0]["details"]["id"]
    contact = client.crm("GET", f"Contacts/{made}").json()["data"][0]
    assert (contact["Full_Name"], contact["Account_Name"]) == ("太郎 山本", {"name": "Parent", "id": account})
    deal = client.crm(
        "POST", "Deals", json={"data": [{"Deal_Name": "D", "Stage": "Won?", "Closing_Date": "2026-12-01"}]}
    )
    assert "Id. Decision Makers" not in deal.json()["data"][0]["details"]["supported_values"]


def test_a_pick_list_is_written_by_display_value_or_actual_value(client: Client) -> None:
    rows = [
        {"Deal_Name": "D", "Stage": stage, "Closing_Date": "2026-12-01"}
        for stage in ("Id. Decision Makers", "Closed Won")
    ]
    assert client.crm("POST", "Deals", json={"data": rows}).status_code == 201
    shown = client.walk("Deals", fields="Stage", sort_by="id", sort_order="asc")
    assert [deal["Stage"] for deal in shown[-2:]] == ["Identify Decision Makers", "Closed Won"]
