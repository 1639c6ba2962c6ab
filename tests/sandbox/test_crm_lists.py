from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.sandbox.client import Client

Start = Callable[..., Client]


@pytest.fixture
def many(started: Start) -> Client:
    return started(accounts=450, seed=5)


def test_fields_are_mandatory(client: Client) -> None:
    answer = client.crm("GET", "Accounts")
    assert (answer.status_code, answer.json()["code"], answer.json()["details"]) == (
        400, "REQUIRED_PARAM_MISSING", {"param_name": "fields"},
    )  # fmt: skip


def test_fifty_fields_at_most(client: Client) -> None:
    assert client.crm("GET", "Accounts", fields=",".join(["Phone"] * 51)).json()["code"] == "LIMIT_EXCEEDED"


def test_only_the_chosen_fields_and_the_id_are_shown(client: Client) -> None:
    record = client.crm("GET", "Accounts", fields="Phone,Nonsense").json()["data"][0]
    assert set(record) == {"Phone", "id"}


def test_page_tokens_reach_every_record_once(many: Client) -> None:
    ids = [record["id"] for record in many.walk()]
    assert len(ids) == 450
    assert ids == sorted(set(ids), reverse=True)


def test_pages_by_number_agree_with_page_tokens(many: Client) -> None:
    by_number = [
        record["id"]
        for page in (1, 2, 3)
        for record in many.crm("GET", "Accounts", fields="Phone", page=page).json()["data"]
    ]
    assert by_number == [record["id"] for record in many.walk()]


def test_a_page_past_the_end_is_empty(many: Client) -> None:
    assert many.crm("GET", "Accounts", fields="Phone", page=4).status_code == 204


def test_numbers_end_at_two_thousand(many: Client) -> None:
    answer = many.crm("GET", "Accounts", fields="Phone", page=11)
    assert answer.json()["code"] == "DISCRETE_PAGINATION_LIMIT_EXCEEDED"


def test_a_page_token_is_bound_to_its_parameters(many: Client) -> None:
    token = many.crm("GET", "Accounts", fields="Phone").json()["info"]["next_page_token"]
    assert many.crm("GET", "Accounts", fields="Fax", page_token=token).json()["code"] == "TOKEN_BOUND_DATA_MISMATCH"


def test_a_page_token_dies_after_a_day(many: Client) -> None:
    token = many.crm("GET", "Accounts", fields="Phone").json()["info"]["next_page_token"]
    many.zoho.control("POST", "time", {"advance": 86_400})
    many.authorise(many.renew().json()["access_token"])
    assert many.crm("GET", "Accounts", fields="Phone", page_token=token).json()["code"] == "EXPIRED_VALUE"


def test_page_and_page_token_exclude_each_other(many: Client) -> None:
    answer = many.crm("GET", "Accounts", fields="Phone", page=1, page_token="x")
    assert answer.json()["code"] == "AMBIGUITY_DURING_PROCESSING"


@pytest.mark.parametrize("column", ["Created_Time", "Modified_Time"])
@pytest.mark.parametrize("order", ["asc", "desc"])
def test_lists_are_sorted_by_time(many: Client, column: str, order: str) -> None:
    touched = many.walk()[77]["id"]
    many.zoho.control("POST", "edit", {"side": "crm", "id": touched, "fields": {"Fax": "1"}})
    times = [record[column] for record in many.walk(fields=column, sort_by=column, sort_order=order)]
    assert len(times) == 450
    assert times == sorted(times, reverse=order == "desc")


def test_a_record_moves_up_when_it_is_modified(many: Client) -> None:
    touched = many.walk()[77]["id"]
    many.zoho.control("POST", "edit", {"side": "crm", "id": touched, "fields": {"Fax": "1"}})
    first = many.crm("GET", "Accounts", fields="Fax", sort_by="Modified_Time", per_page=1).json()["data"]
    assert first == [{"Fax": "1", "id": touched}]


def test_new_and_deleted_records_do_not_disturb_paging_by_id(many: Client) -> None:
    page = many.crm("GET", "Accounts", fields="Phone").json()
    gone = page["data"][5]["id"]
    many.crm("DELETE", "Accounts", ids=gone)
    many.insert()
    rest = many.walk(fields="Phone", page_token=page["info"]["next_page_token"])
    assert len({record["id"] for record in [*page["data"], *rest]}) == 450


def test_ids_pick_records(many: Client) -> None:
    chosen = [record["id"] for record in many.walk()[10:13]]
    found = many.crm("GET", "Accounts", fields="Phone", ids=",".join([*chosen, "4876876000000000000"])).json()["data"]
    assert sorted(record["id"] for record in found) == sorted(chosen)


def test_nothing_modified_since_is_304_without_a_body(client: Client) -> None:
    answer = client.crm("GET", "Accounts", fields="Phone", headers={"If-Modified-Since": "2030-01-01T00:00:00+09:00"})
    assert (answer.status_code, answer.content) == (304, b"")


def test_nothing_modified_since_may_be_204(client: Client) -> None:
    client.zoho.switch("crm.not_modified_status", 204)
    answer = client.crm("GET", "Accounts", fields="Phone", headers={"If-Modified-Since": "2030-01-01T00:00:00+09:00"})
    assert answer.status_code == 204


def test_only_what_was_modified_since_is_listed(many: Client) -> None:
    records = many.walk()
    since = sorted(record["Modified_Time"] for record in records)[99]
    changed = many.walk(headers={"If-Modified-Since": since})
    assert len(changed) == 350
    assert {record["id"] for record in changed} == {
        record["id"] for record in records if record["Modified_Time"] > since
    }


def test_modified_since_may_include_the_very_second(many: Client) -> None:
    since = sorted(record["Modified_Time"] for record in many.walk())[99]
    many.zoho.switch("crm.modified_since", "inclusive")
    assert len(many.walk(headers={"If-Modified-Since": since})) == 351


def test_an_http_date_is_not_understood(client: Client) -> None:
    headers = {"If-Modified-Since": "Wed, 21 Oct 2026 07:28:00 GMT"}
    assert client.crm("GET", "Accounts", fields="Phone", headers=headers).json()["code"] == "INVALID_DATA"


def _view(client: Client, name: str) -> str:
    views = client.crm("GET", "settings/custom_views", module="Accounts").json()["custom_views"]
    return next(str(view["id"]) for view in views if view["name"] == name)


def test_a_view_holds_what_meets_its_criteria(many: Client) -> None:
    inside = many.walk(fields="Billing_State", cvid=_view(many, "東京の取引先"))
    everybody = many.walk(fields="Billing_State")
    assert inside == [record for record in everybody if record["Billing_State"] == "東京都"]
    assert 0 < len(inside) < len(everybody)


def test_a_view_follows_its_records(many: Client) -> None:
    view = _view(many, "東京の取引先")
    inside = many.walk(fields="Phone", cvid=view)
    many.zoho.control("POST", "edit", {"side": "crm", "id": inside[0]["id"], "fields": {"Billing_State": "大阪府"}})
    new = many.insert(Billing_State="東京都")
    now = [record["id"] for record in many.walk(fields="Phone", cvid=view)]
    assert now == [new, *(record["id"] for record in inside[1:])]


def test_my_accounts_are_those_i_own(many: Client) -> None:
    owners = {record["Owner"]["email"] for record in many.walk(fields="Owner", cvid=_view(many, "My Accounts"))}
    assert owners == {many.zoho.info["crm"]["email"]}


def test_a_view_and_an_order_exclude_each_other(many: Client) -> None:
    answer = many.crm("GET", "Accounts", fields="Phone", cvid="1", sort_by="id")
    assert answer.json()["code"] == "AMBIGUITY_DURING_PROCESSING"


def test_a_deleted_view_is_refused(many: Client) -> None:
    view = _view(many, "東京の取引先")
    many.zoho.control("DELETE", f"views/{view}")
    assert many.crm("GET", "Accounts", fields="Phone", cvid=view).json()["message"] == "Customview not accessible"


def test_counting(many: Client) -> None:
    assert many.crm("GET", "Accounts/actions/count").json() == {"count": 450}
    view = _view(many, "東京の取引先")
    assert many.crm("GET", "Accounts/actions/count", cvid=view).json() == {"count": len(many.walk(cvid=view))}


def test_an_unknown_id_is_an_empty_answer(client: Client) -> None:
    assert client.crm("GET", "Accounts/4876876000099999999").status_code == 204
    client.zoho.switch("crm.unknown_id", 400)
    assert client.crm("GET", "Accounts/4876876000099999999").json()["code"] == "INVALID_DATA"


def test_a_malformed_id_is_refused_with_its_place(client: Client) -> None:
    answer = client.crm("GET", "Accounts/abc")
    assert (answer.status_code, answer.json()["details"]) == (400, {"resource_path_index": 1})


def test_ids_are_long_strings_and_times_carry_an_offset(client: Client) -> None:
    record = client.walk(fields="Modified_Time,Owner")[0]
    assert len(record["id"]) == 19
    assert record["Modified_Time"].endswith("+09:00")
    assert set(record["Owner"]) == {"name", "id", "email"}


def test_equals_in_a_search_means_contains(client: Client) -> None:
    client.insert(Account_Name="Zebra Crossing Ltd")
    found = client.crm("GET", "Accounts/search", criteria="(Account_Name:equals:zebra)").json()["data"]
    assert [record["Account_Name"] for record in found] == ["Zebra Crossing Ltd"]


@pytest.mark.parametrize(
    ("criteria", "count"),
    [
        ("((Account_Name:starts_with:Zebra)and(Employees:greater_than:5))", 1),
        ("((Account_Name:starts_with:Zebra)or(Employees:equals:5))", 2),
        ("((Employees:between:5,6)and((Fax:equals:1)or(Fax:equals:2)))", 2),
        (r"(Account_Name:starts_with:Zebra \(east\))", 1),
        ("(Employees:in:5,6)", 2),
    ],
)
def test_search_reads_criteria(started: Start, criteria: str, count: int) -> None:
    client = started(accounts=0)
    client.insert(Account_Name="Zebra (east)", Employees=6, Fax="1")
    client.insert(Account_Name="Yak", Employees=5, Fax="2")
    assert client.crm("GET", "Accounts/search", criteria=criteria).json()["info"]["count"] == count


def test_search_by_phone_and_word(client: Client) -> None:
    client.insert(Account_Name="Zebra", Phone="99-1")
    assert len(client.crm("GET", "Accounts/search", phone="99-1").json()["data"]) == 1
    assert len(client.crm("GET", "Accounts/search", word="zebr").json()["data"]) == 1
    assert client.crm("GET", "Accounts/search", word="qqqq").status_code == 204


def test_search_needs_to_know_what_for(client: Client) -> None:
    assert client.crm("GET", "Accounts/search").json()["code"] == "EXPECTED_PARAM_MISSING"
    assert client.crm("GET", "Accounts/search", criteria="(Nope:equals:1)").json()["code"] == "INVALID_QUERY"


def test_search_may_lag(client: Client) -> None:
    client.zoho.switch("crm.search_delay_seconds", 5)
    client.insert(Account_Name="Zebra")
    assert client.crm("GET", "Accounts/search", word="zebra").status_code == 204
    client.zoho.control("POST", "time", {"advance": 6})
    assert client.crm("GET", "Accounts/search", word="zebra").status_code == 200


@pytest.mark.parametrize(
    ("where", "names"),
    [
        ("Employees > 5", ["Zebra"]),
        ("((Employees >= 5 and Account_Name like 'Y%') or Fax = '1')", ["Zebra", "Yak"]),
        ("Fax is not null", ["Zebra", "Yak"]),
        ("Fax in ('2', '3')", ["Yak"]),
        ("Account_Name not like '%eb%'", ["Yak"]),
    ],
)
def test_coql(started: Start, where: str, names: list[str]) -> None:
    client = started(accounts=0)
    client.insert(Account_Name="Zebra", Employees=6, Fax="1")
    client.insert(Account_Name="Yak", Employees=5, Fax="2")
    query = f"select Account_Name from Accounts where {where} order by id asc limit 10 offset 0"
    found = client.crm("POST", "coql", json={"select_query": query})
    assert [record["Account_Name"] for record in found.json()["data"]] == names


def test_coql_refuses_what_it_cannot_read(client: Client) -> None:
    assert client.crm("POST", "coql", json={"select_query": "select id from Accounts"}).json()["code"] == "SYNTAX_ERROR"
    query = "select Nope from Accounts where id is not null"
    assert client.crm("POST", "coql", json={"select_query": query}).json()["code"] == "INVALID_QUERY"


@pytest.mark.parametrize(
    "query", [{"criteria": "(Account_Name:equals:Counted)"}, {"word": "counted"}, {"phone": "03-1-77"}]
)
def test_records_are_counted_by_what_is_searched(client: Client, query: dict[str, Any]) -> None:
    for _ in range(2):
        client.insert(Account_Name="Counted", Phone="03-1-77")
    assert client.crm("GET", "Accounts/actions/count", **query).json() == {"count": 2}


def test_version_2_needs_no_fields_and_pages_by_number(client: Client) -> None:
    shown = client.http.get("/crm/v2/Accounts", params={"page": "11", "per_page": "200"})
    assert shown.status_code == 204
    (row,) = client.http.get("/crm/v2/Accounts", params={"per_page": "1"}).json()["data"]
    assert {"Account_Name", "Owner", "Billing_City"} <= set(row)
    assert client.http.get("/crm/v3/Accounts").json()["code"] == "REQUIRED_PARAM_MISSING"
