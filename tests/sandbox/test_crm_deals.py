from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.client import Client

ENTRY = "Stage,Amount,Probability,Expected_Revenue,Closing_Date,Modified_Time,Modified_By"


def _layout(client: Client) -> str:
    return str(client.crm("GET", "settings/layouts", module="Deals").json()["layouts"][0]["id"])


def _deal(client: Client, **fields: Any) -> dict[str, Any]:
    row = {"Deal_Name": "D", "Stage": "Qualification", "Closing_Date": "2026-12-01", "Amount": 1000} | fields
    answer = client.crm("POST", "Deals", json={"data": [row]})
    result: dict[str, Any] = answer.json()["data"][0]
    return result


def _read(client: Client, deal_id: str) -> dict[str, Any]:
    record: dict[str, Any] = client.crm("GET", f"Deals/{deal_id}").json()["data"][0]
    return record


def _stages(client: Client, deal_id: str, name: str = "Stage_History") -> list[str]:
    answer = client.crm("GET", f"Deals/{deal_id}/{name}", fields=ENTRY)
    return [each["Stage"] for each in answer.json()["data"]]


def test_pipelines_need_the_layout_of_deals(client: Client) -> None:
    assert client.crm("GET", "settings/pipeline").json()["code"] == "REQUIRED_PARAM_MISSING"
    wrong = client.crm("GET", "settings/pipeline", layout_id="1")
    assert (wrong.status_code, wrong.json()["message"]) == (400, "Invalid layoutid")
    shown = client.crm("GET", "settings/pipeline", layout_id=_layout(client)).json()["pipeline"]
    assert [(each["display_value"], each["default"]) for each in shown] == [
        ("Standard (Standard)", True),
        ("Renewals", False),
    ]
    one = client.crm("GET", f"settings/pipeline/{shown[1]['id']}", layout_id=_layout(client)).json()["pipeline"]
    assert one == [shown[1]]
    assert [each["forecast_type"] for each in one[0]["maps"]] == ["Open", "Open", "Closed Won", "Closed Lost"]


def test_probabilities_stand_in_the_fields(client: Client) -> None:
    (stage,) = client.crm("GET", "settings/fields/Stage", module="Deals").json()["fields"]
    shown = {each["display_value"]: each["probability"] for each in stage["pick_list_values"]}
    assert (shown["Qualification"], shown["Closed Won"], shown["Closed Lost"]) == (10, 100, 0)


def test_probability_follows_the_stage_unless_it_is_given(client: Client) -> None:
    deal_id = _deal(client)["details"]["id"]
    assert (_read(client, deal_id)["Probability"], _read(client, deal_id)["Expected_Revenue"]) == (10, 100)
    client.crm("PUT", "Deals", json={"data": [{"id": deal_id, "Stage": "Closed Won"}]})
    assert (_read(client, deal_id)["Probability"], _read(client, deal_id)["Expected_Revenue"]) == (100, 1000)
    given = _deal(client, Probability=55)["details"]["id"]
    assert _read(client, given)["Probability"] == 55


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"Pipeline": "Renewals", "Stage": "Needs Analysis"}, "MAPPING_MISMATCH"),
        ({"Pipeline": "Nope"}, "MAPPING_MISMATCH"),
        ({"Probability": 101}, "INVALID_DATA"),
        ({"Pipeline": "Renewals"}, "SUCCESS"),
    ],
)
def test_stage_and_pipeline_must_match(client: Client, fields: dict[str, Any], code: str) -> None:
    assert _deal(client, **fields)["code"] == code


def test_a_deal_remembers_its_stages(client: Client) -> None:
    deal_id = _deal(client)["details"]["id"]
    for stage in ("Needs Analysis", "Closed Won"):
        client.crm("PUT", "Deals", json={"data": [{"id": deal_id, "Stage": stage}]})
    client.crm("PUT", "Deals", json={"data": [{"id": deal_id, "Next_Step": "call"}]})
    assert _stages(client, deal_id) == ["Closed Won", "Needs Analysis", "Qualification"]


def test_a_person_who_moves_a_stage_is_in_the_history(client: Client) -> None:
    deal_id = _deal(client)["details"]["id"]
    client.zoho.control(
        "POST", "edit", {"side": "crm", "module": "Deals", "id": deal_id, "fields": {"Stage": "Closed Lost"}}
    )
    entry = client.crm("GET", f"Deals/{deal_id}/Stage_History", fields=ENTRY).json()["data"][0]
    assert (entry["Stage"], entry["Probability"], entry["Modified_By"]["name"]) == ("Closed Lost", 0, "Owen Marsh")


def test_the_deals_of_a_world_have_histories_that_end_where_they_stand(client: Client) -> None:
    deals = client.walk("Deals", fields="Stage,Amount,Account_Name,Created_Time")
    assert len(deals) == 15
    for deal in deals:
        trail = client.crm("GET", f"Deals/{deal['id']}/Stage_History", fields=ENTRY).json()["data"]
        assert trail[0]["Stage"] == deal["Stage"]
        times = [each["Modified_Time"] for each in trail]
        assert times == sorted(times, reverse=True)
        assert times[-1] == deal["Created_Time"]


def test_the_list_of_stages_may_be_called_otherwise_or_be_absent(client: Client) -> None:
    deal_id = _deal(client)["details"]["id"]
    client.zoho.switch("crm.stage_history", "DealHistory")
    assert _stages(client, deal_id, "DealHistory") == ["Qualification"]
    client.zoho.switch("crm.stage_history", "absent")
    refused = client.crm("GET", f"Deals/{deal_id}/DealHistory", fields=ENTRY)
    assert (refused.status_code, refused.json()["code"]) == (400, "INVALID_DATA")
    names = client.crm("GET", "settings/related_lists", module="Deals").json()["related_lists"]
    assert not any("History" in each["api_name"] for each in names)


def test_related_records_follow_the_lookup(client: Client) -> None:
    account = client.insert()
    made = client.crm("POST", "Contacts", json={"data": [{"Last_Name": "A", "Account_Name": {"id": account}}]})
    contact = made.json()["data"][0]["details"]["id"]
    shown = client.crm("GET", f"Accounts/{account}/Contacts", fields="Last_Name").json()
    assert shown["data"] == [{"Last_Name": "A", "id": contact}]
    assert client.crm("GET", f"Accounts/{account}/Contacts").json()["code"] == "REQUIRED_PARAM_MISSING"
    assert client.crm("GET", f"Accounts/{account}/Deals", fields="Stage").status_code == 204
    assert client.crm("GET", "Accounts/1/Deals", fields="Stage").status_code == 404
    assert client.crm("GET", f"Accounts/{account}/Nope", fields="Stage").json()["code"] == "INVALID_DATA"
    gone = client.crm("DELETE", f"Accounts/{account}/Contacts", ids=contact)
    assert gone.json()["data"][0]["message"] == "relation removed"
    assert client.crm("GET", f"Accounts/{account}/Contacts", fields="Last_Name").status_code == 204


def test_products_are_linked_to_deals_by_hand(client: Client) -> None:
    deal_id = _deal(client)["details"]["id"]
    product = client.walk("Products", fields="Product_Name")[0]
    linked = client.crm("PUT", f"Deals/{deal_id}/Products", json={"data": [{"id": product["id"]}, {"id": "1"}]})
    assert (linked.status_code, linked.json()["data"][0]["message"]) == (207, "relation added")
    assert client.crm("GET", f"Deals/{deal_id}/Products", fields="Product_Name").json()["data"] == [product]
    back = client.crm("GET", f"Products/{product['id']}/Deals", fields="Deal_Name").json()["data"]
    assert [each["id"] for each in back] == [deal_id]
    counted = client.crm(
        "POST", f"Deals/{deal_id}/actions/get_related_records_count",
        json={"get_related_records_count": [{"related_list": {"api_name": "Products", "id": "1"}}]},
    )  # fmt: skip
    assert counted.json()["get_related_records_count"][0][0]["count"] == 1


def test_stages_come_back_with_a_snapshot(client: Client) -> None:
    deal_id = _deal(client)["details"]["id"]
    client.zoho.control("POST", "snapshot", {"name": "a"})
    client.crm("PUT", "Deals", json={"data": [{"id": deal_id, "Stage": "Closed Won"}]})
    client.zoho.control("POST", "restore", {"name": "a"})
    assert _stages(client, deal_id) == ["Qualification"]


def test_the_contacts_and_deals_of_an_account_are_found_wherever_they_are(client: Client) -> None:
    contacts = client.zoho.control("GET", "truth/crm/Contacts")["records"]
    deals = client.zoho.control("GET", "truth/crm/Deals")["records"]
    first, second = (each["id"] for each in client.walk(sort_order="asc")[:2])
    moved = next(each["id"] for each in contacts if each.get("Account_Name") == second)
    for account in (first, second):
        for module, records in (("Contacts", contacts), ("Deals", deals)):
            answer = client.crm("GET", f"Accounts/{account}/{module}", fields="id")
            shown = {each["id"] for each in answer.json()["data"]} if answer.content else set()
            assert shown == {each["id"] for each in records if each.get("Account_Name") == account}
    client.crm("PUT", "Contacts", json={"data": [{"id": moved, "Account_Name": {"id": first}}]})
    shown = {each["id"] for each in client.crm("GET", f"Accounts/{first}/Contacts", fields="id").json()["data"]}
    assert moved in shown
    assert client.crm("GET", f"Accounts/{second}/Contacts", fields="id").status_code == 204
    client.crm("DELETE", f"Contacts/{moved}")
    answer = client.crm("GET", f"Accounts/{first}/Contacts", fields="id")
    assert moved not in answer.text
