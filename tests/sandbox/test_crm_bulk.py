"""Bulk read, notifications and composite requests."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from typing import Any

import orjson
import pytest

from tests.sandbox.client import Client
from tests.sandbox.listener import Listener

FIELDS = ["Account_Name", "Phone", "Owner"]


@pytest.fixture
def listener() -> Iterator[Listener]:
    with Listener() as started:
        yield started


def _job(client: Client, module: str = "Accounts", **more: Any) -> Any:
    callback = more.pop("callback", None)
    query = {"module": {"api_name": module}, "fields": FIELDS} | more
    body = {"query": query} | ({"callback": callback} if callback else {})
    return client.http.post("/crm/bulk/v8/read", json=body)


def _result(client: Client, **more: Any) -> list[dict[str, str]]:
    job = _job(client, **more).json()["data"][0]["details"]["id"]
    while client.http.get(f"/crm/bulk/v8/read/{job}").json()["data"][0]["state"] != "COMPLETED":
        pass
    with zipfile.ZipFile(io.BytesIO(client.http.get(f"/crm/bulk/v8/read/{job}/result").content)) as archive:
        (name,) = archive.namelist()
        assert name == f"{job}.csv"
        return list(csv.DictReader(io.StringIO(archive.read(name).decode())))


def test_a_job_goes_through_its_states(client: Client) -> None:
    client.zoho.switch("crm.bulk_steps", 3)
    made = _job(client)
    assert (made.status_code, made.json()["data"][0]["details"]["state"]) == (201, "ADDED")
    path = f"/crm/bulk/v8/read/{made.json()['data'][0]['details']['id']}"
    assert client.http.get(f"{path}/result").json()["code"] == "RESOURCE_NOT_FOUND"
    shown = [client.http.get(path).json()["data"][0] for _ in range(3)]
    assert [each["state"] for each in shown] == ["QUEUED", "IN PROGRESS", "COMPLETED"]
    assert (shown[2]["result"]["count"], shown[2]["result"]["per_page"]) == (30, 200_000)
    assert shown[2]["result"]["more_records"] is False


def test_the_csv_holds_every_record_with_bare_ids(client: Client) -> None:
    rows = _result(client)
    listed = {row["id"]: row for row in client.walk(fields="Account_Name,Phone,Owner")}
    assert {row["Id"] for row in rows} == set(listed)
    for row in rows:
        same = listed[row["Id"]]
        assert (row["Account_Name"], row["Phone"], row["Owner"]) == (
            same["Account_Name"], same["Phone"], same["Owner"]["id"],
        )  # fmt: skip


def test_a_dot_reaches_into_the_parent(client: Client) -> None:
    account = client.insert(Account_Name="Parent", Phone="03-7")
    client.crm("POST", "Contacts", json={"data": [{"Last_Name": "Child", "Account_Name": {"id": account}}]})
    rows = _result(client, module="Contacts", fields=["Last_Name", "Account_Name", "Account_Name.Phone"])
    (child,) = [row for row in rows if row["Last_Name"] == "Child"]
    assert (child["Account_Name"], child["Account_Name.Phone"]) == (account, "03-7")


def test_criteria_and_views_narrow_a_job(client: Client) -> None:
    wanted = client.insert(Account_Name="Bulky")
    leaf = {"field": {"api_name": "Account_Name"}, "comparator": "equal", "value": "Bulky"}
    assert [row["Id"] for row in _result(client, criteria=leaf)] == [wanted]
    group = {"group": [leaf, leaf], "group_operator": "or"}
    assert [row["Id"] for row in _result(client, criteria=group)] == [wanted]
    views = client.crm("GET", "settings/custom_views", module="Accounts").json()["custom_views"]
    tokyo = next(each["id"] for each in views if each["name"] == "東京の取引先")
    assert 0 < len(_result(client, cvid=tokyo)) < 31


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"module": "Nope"}, "MODULE_NOT_AVAILABLE"), ({"fields": ["Nope"]}, "INVALID_DATA"),
        ({"page": 501}, "PAGE_RANGE_EXCEEDED"), ({"cvid": "1"}, "CVID_NOT_SUPPORTED"),
        ({"criteria": {"group": []}}, "INVALID_DATA"), ({"page_token": "x"}, "EXPIRED_VALUE"),
        ({"callback": {"url": "https://example.com", "method": "post"}}, "INVALID_CALLBACK_URL"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_job_is_said(client: Client, more: dict[str, Any], code: str) -> None:
    answer = _job(client, **more)
    assert (answer.status_code, answer.json()["code"]) == (400, code)


def test_ten_results_a_minute(client: Client) -> None:
    client.zoho.switch("crm.bulk_steps", 0)
    job = _job(client).json()["data"][0]["details"]["id"]
    codes = [client.http.get(f"/crm/bulk/v8/read/{job}/result").status_code for _ in range(11)]
    assert codes == [200] * 10 + [429]
    client.zoho.control("POST", "time", {"advance": 61})
    assert client.http.get(f"/crm/bulk/v8/read/{job}/result").status_code == 200


def test_a_job_may_fail_and_needs_json_and_a_scope(client: Client) -> None:
    client.zoho.control("PUT", "switches", {"crm.bulk_fails": True, "crm.bulk_steps": 0})
    job = _job(client).json()["data"][0]["details"]["id"]
    shown = client.http.get(f"/crm/bulk/v8/read/{job}").json()["data"][0]
    assert (shown["state"], shown["result"]["error_message"]["code"]) == ("FAILURE", "INTERNAL_ERROR")
    text = client.http.post("/crm/bulk/v8/read", content=b"{}", headers={"Content-Type": "text/plain"})
    assert text.status_code == 415
    client.narrow("ZohoCRM.bulk.READ")
    assert _job(client).json()["code"] == "OAUTH_SCOPE_MISMATCH"


def test_a_callback_is_told(client: Client, listener: Listener) -> None:
    _result(client, callback={"url": listener.url("/done"), "method": "post"})
    assert orjson.loads(listener.next().body)["state"] == "COMPLETED"


def _watch(client: Client, listener: Listener, *events: str, **more: Any) -> Any:
    channel = {"channel_id": "1000", "events": list(events), "notify_url": listener.url("/heard"), "token": "T"}
    return client.crm("POST", "actions/watch", json={"watch": [channel | more]})


def test_a_channel_hears_of_what_it_asked_for(client: Client, listener: Listener) -> None:
    made = _watch(client, listener, "Accounts.create", "Accounts.edit", return_affected_field_values=True)
    assert (made.status_code, made.json()["watch"][0]["code"]) == (201, "SUCCESS")
    account = client.insert()
    heard = orjson.loads(listener.next().body)
    assert (heard["operation"], heard["ids"], heard["module"], heard["token"]) == ("insert", [account], "Accounts", "T")
    client.crm("PUT", "Accounts", json={"data": [{"id": account, "Fax": "9"}]})
    heard = orjson.loads(listener.next().body)
    assert (heard["operation"], heard["affected_values"][0]["values"]["Fax"]) == ("update", "9")
    client.crm("DELETE", f"Accounts/{account}")
    assert len(client.zoho.control("GET", "deliveries")["deliveries"]) == 2


def test_channels_expire_after_an_hour_unless_within_a_week(client: Client, listener: Listener) -> None:
    _watch(client, listener, "Accounts.all", channel_expiry="2030-01-01T00:00:00+09:00")
    client.zoho.control("POST", "time", {"advance": 3_700})
    client.authorise(client.renew().json()["access_token"])
    client.insert()
    assert client.crm("GET", "actions/watch").status_code == 204
    assert listener.empty()


def test_channels_are_read_changed_and_closed(client: Client, listener: Listener) -> None:
    _watch(client, listener, "Accounts.all", "Deals.edit")
    shown = client.crm("GET", "actions/watch", channel_id="1000").json()["watch"]
    assert {each["resource_name"]: each["events"] for each in shown} == {
        "Accounts": ["Accounts.all"], "Deals": ["Deals.edit"],
    }  # fmt: skip
    less = {"watch": [{"channel_id": "1000", "events": ["Deals.edit"], "_delete_events": True}]}
    assert client.crm("PATCH", "actions/watch", json=less).status_code == 200
    assert len(client.crm("GET", "actions/watch").json()["watch"]) == 1
    assert client.crm("DELETE", "actions/watch", channel_ids="1000").status_code == 200
    assert client.crm("DELETE", "actions/watch", channel_ids="1000").json()["watch"][0]["code"] == "NOT_SUBSCRIBED"


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"notify_url": "https://example.com/hook"}, "notify_url"), ({"events": ["Nope.all"]}, "events"),
        ({"token": "x" * 51}, "token"), ({"channel_id": "abc"}, "channel_id"),
    ],
)  # fmt: skip
def test_a_wrong_channel_is_refused(client: Client, listener: Listener, change: dict[str, Any], key: str) -> None:
    answer = _watch(client, listener, "Accounts.all", **change)
    assert (answer.status_code, answer.json()["watch"][0]["details"]["api_name"]) == (400, key)


def _composite(client: Client, *calls: dict[str, Any], **more: Any) -> Any:
    return client.crm("POST", "__composite_requests", json={"__composite_requests": list(calls)} | more)


def _insert(name: str | None, **more: Any) -> dict[str, Any]:
    row = {"Phone": "1"} | ({"Account_Name": name} if name else {})
    return {"method": "POST", "uri": "/crm/v8/Accounts", "body": {"data": [row]}} | more


def test_several_calls_go_in_one_and_may_refer_to_each_other(client: Client) -> None:
    read = {"method": "GET", "uri": "/crm/v8/Accounts/@{made:$.data[0].details.id}"}
    answer = _composite(client, _insert("Composed", sub_request_id="made"), read)
    first, second = (each["details"]["response"] for each in answer.json()["__composite_requests"])
    assert (answer.status_code, first["status_code"], second["status_code"]) == (200, 201, 200)
    assert second["body"]["data"][0]["Account_Name"] == "Composed"


def test_an_inner_refusal_is_an_answer_like_any_other(client: Client) -> None:
    answer = _composite(client, _insert(None), {"method": "GET", "uri": "/crm/v8/nowhere/at/all/x"})
    codes = [each["details"]["response"]["status_code"] for each in answer.json()["__composite_requests"]]
    assert (answer.status_code, codes) == (200, [400, 404])


def test_all_is_taken_back_when_asked_for(client: Client) -> None:
    before = len(client.walk())
    answer = _composite(client, _insert("One"), _insert(None), _insert("Three"), rollback_on_fail=True)
    codes = [each["code"] for each in answer.json()["__composite_requests"]]
    assert (answer.status_code, codes) == (400, ["ROLLBACK_PERFORMED", "ROLLBACK_PERFORMED", "PROCESSING_STOPPED"])
    assert len(client.walk()) == before


@pytest.mark.parametrize(
    "calls",
    [
        [], [{"method": "GET", "uri": "/crm/v8/org"}] * 6, [{"method": "HEAD", "uri": "/crm/v8/org"}],
        [{"method": "GET", "uri": "/books/v3/contacts"}], [{"method": "POST", "uri": "/crm/v8/__composite_requests"}],
    ],
)  # fmt: skip
def test_a_wrong_composite_is_refused(client: Client, calls: list[dict[str, Any]]) -> None:
    assert _composite(client, *calls).status_code == 400


def test_a_reference_to_nothing_is_said(client: Client) -> None:
    answer = _composite(client, {"method": "GET", "uri": "/crm/v8/Accounts/@{who:$.id}"})
    assert answer.json()["__composite_requests"][0]["code"] == "INVALID_REFERENCE"
