from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.client import Client


def _ask(client: Client, query: str, **more: Any) -> Any:
    return client.crm("POST", "coql", json={"select_query": query} | more)


def _rows(client: Client, query: str) -> list[dict[str, Any]]:
    answer = _ask(client, query)
    assert answer.status_code == 200, answer.text
    rows: list[dict[str, Any]] = answer.json()["data"]
    return rows


@pytest.fixture
def family(client: Client) -> dict[str, str]:
    """A parent account, its child, and contacts of both."""
    parent = client.insert(Account_Name="Parent", Phone="03-7", Employees=10)
    child = client.insert(Account_Name="Child", Parent_Account={"id": parent}, Employees=20)
    rows = [{"Last_Name": name, "Account_Name": {"id": account}} for name, account in (("A", child), ("B", parent))]
    client.crm("POST", "Contacts", json={"data": rows})
    return {"parent": parent, "child": child}


def test_columns_reach_through_two_lookups(client: Client, family: dict[str, str]) -> None:
    columns = "Last_Name, Account_Name, Account_Name.Account_Name, Account_Name.Parent_Account.Phone"
    where = "Account_Name.Parent_Account.Account_Name = 'Parent'"
    (row,) = _rows(client, f"select {columns} from Contacts where {where}")
    assert row["Account_Name"] == {"name": "Child", "id": family["child"]}
    assert (row["Account_Name.Account_Name"], row["Account_Name.Parent_Account.Phone"]) == ("Child", "03-7")
    far = _ask(client, "select A.B.C.D from Contacts where id is not null")
    assert far.json()["code"] == "LIMIT_EXCEEDED"


def test_conditions_may_ask_for_the_parent(client: Client, family: dict[str, str]) -> None:
    rows = _rows(client, "select Last_Name from Contacts where Account_Name.Phone = '03-7'")
    assert [row["Last_Name"] for row in rows] == ["B"]
    rows = _rows(client, f"select Account_Name from Accounts where Parent_Account = '{family['parent']}'")
    assert [row["Account_Name"] for row in rows] == ["Child"]


def test_rows_are_counted_and_added_up(client: Client, family: dict[str, str]) -> None:
    where = "where Account_Name in ('Parent', 'Child')"
    (row,) = _rows(
        client, f"select COUNT(id), SUM(Employees) as people, MAX(Employees), AVG(Employees) from Accounts {where}"
    )
    assert row == {"count(id)": 2, "people": 30, "max(Employees)": 20, "avg(Employees)": 15}


def test_groups_are_counted_and_ordered(client: Client) -> None:
    rows = _rows(client, "select Industry, COUNT(id) from Accounts where id is not null group by Industry "
                         "order by COUNT(id) desc, Industry asc")  # fmt: skip
    counts = [row["count(id)"] for row in rows]
    assert (sum(counts), counts) == (30, sorted(counts, reverse=True))
    refused = _ask(client, "select Industry, COUNT(id) from Accounts where id is not null group by Account_Type")
    assert refused.json()["code"] == "INVALID_QUERY"


def test_several_orders_hold_one_after_the_other(client: Client) -> None:
    rows = _rows(client, "select Industry, Account_Name from Accounts where id is not null "
                         "order by Industry desc, Account_Name asc limit 30")  # fmt: skip
    keys = [(row["Industry"], row["Account_Name"]) for row in rows]
    assert keys == sorted(sorted(keys, key=lambda key: key[1]), key=lambda key: key[0], reverse=True)


def test_pages_follow_one_another(client: Client) -> None:
    query = "select Account_Name from Accounts where id is not null order by Account_Name asc limit 20"
    first, second = _ask(client, query).json(), _ask(client, f"{query} offset 20").json()
    assert (first["info"], second["info"]["more_records"]) == ({"count": 20, "more_records": True}, False)
    assert len({row["id"] for row in first["data"] + second["data"]}) == 30


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("select Nope from Accounts where id is not null", "INVALID_QUERY"),
        ("select Account_Name from Nope where id is not null", "INVALID_QUERY"),
        ("select Account_Name from Accounts", "SYNTAX_ERROR"),
        ("select Account_Name from Accounts where id is not null limit 2001", "LIMIT_EXCEEDED"),
        ("select Account_Name from Accounts where id is not null limit 200 offset 99900", "LIMIT_EXCEEDED"),
        ("select Account_Name, Account_Name from Accounts where id is not null", "DUPLICATE_DATA"),
        ("select Account_Name from Accounts where Description like '%x%'", "INVALID_QUERY"),
        ("select SUM(Account_Name) from Accounts where id is not null", "INVALID_QUERY"),
        ("select MEDIAN(Employees) from Accounts where id is not null", "SYNTAX_ERROR"),
        ("select id from Accounts where a = 1 and b = 2 and c = 3", "INVALID_QUERY"),
        ("select id from Accounts where Phone = '1' and Fax = '2' and Fax = '3'", "SYNTAX_ERROR"),
        (f"select id from Accounts where id in ({', '.join(['1'] * 101)})", "LIMIT_EXCEEDED"),
        ("select Industry, Rating, Phone, Fax, Website from Accounts where id is not null "
         "group by Industry, Rating, Phone, Fax, Website", "LIMIT_EXCEEDED"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_query_is_said(client: Client, query: str, code: str) -> None:
    answer = _ask(client, query)
    assert (answer.status_code, answer.json()["code"]) == (400, code)


def test_fields_are_told_where_the_scope_allows_it(client: Client) -> None:
    query = "select Account_Name from Accounts where id is not null limit 1"
    assert _ask(client, query, include_meta=["fields"]).json()["fields"]["Account_Name"]["data_type"] == "text"
    client.narrow("ZohoCRM.coql.READ,ZohoCRM.modules.ALL")
    assert _ask(client, query, include_meta=["fields"]).json()["code"] == "OAUTH_SCOPE_MISMATCH"
    assert _ask(client, query).status_code == 200
