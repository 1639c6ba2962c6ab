from __future__ import annotations

import httpx
import pytest

from tests.sandbox.client import Client


def test_a_lost_reply_was_committed(client: Client) -> None:
    client.zoho.fault(kind="lost_reply", side="books", method="POST", path="/contacts$", count=1)
    with pytest.raises(httpx.RemoteProtocolError):
        client.books("POST", "contacts", json={"contact_name": "Zeta"})
    assert [row["contact_name"] for row in client.pages(contact_name="Zeta")] == ["Zeta"]
    assert client.books("POST", "contacts", json={"contact_name": "Zeta"}).json()["code"] == 3062


def test_a_reset_was_not_committed(client: Client) -> None:
    client.zoho.fault(kind="reset", side="books", method="POST", count=1)
    with pytest.raises(httpx.TransportError):
        client.books("POST", "contacts", json={"contact_name": "Zeta"})
    assert client.pages(contact_name="Zeta") == []


def test_a_truncated_reply_breaks_off(client: Client) -> None:
    client.zoho.fault(kind="truncated", side="crm", count=1)
    with pytest.raises(httpx.RemoteProtocolError):
        client.crm("GET", "org")
    assert client.crm("GET", "org").status_code == 200


def test_a_malformed_reply_is_whole_but_no_json(client: Client) -> None:
    client.zoho.fault(kind="malformed", count=1)
    answer = client.crm("GET", "org")
    assert answer.status_code == 200
    with pytest.raises(ValueError, match=r"."):
        answer.json()


def test_a_status_comes_with_the_sides_own_body(client: Client) -> None:
    client.zoho.fault(kind="status", status=500, count=2)
    assert client.crm("GET", "org").json()["code"] == "INTERNAL_ERROR"
    assert client.books("GET", "contacts").json() == {"code": 1000, "message": "Internal error"}
    assert client.crm("GET", "org").status_code == 200


def test_a_proxy_answers_in_html(client: Client) -> None:
    client.zoho.fault(kind="html", status=502, count=1)
    answer = client.crm("GET", "org")
    assert (answer.status_code, answer.headers["content-type"].split(";")[0]) == (502, "text/html")


@pytest.mark.parametrize(("status", "code"), [(43, 43), (45, 45), (503, 44)])
def test_a_throttle_answers_as_the_side_does(client: Client, status: int, code: int) -> None:
    client.zoho.fault(kind="throttle", side="books", status=status, count=1)
    answer = client.books("GET", "contacts")
    assert (answer.status_code, answer.json()["code"]) == (429, code)


def test_an_access_token_may_expire_in_mid_page(client: Client) -> None:
    client.zoho.fault(kind="expire_token", side="crm", path="/Accounts", skip=1, count=1)
    assert client.crm("GET", "Accounts", fields="Phone").status_code == 200
    assert client.crm("GET", "Accounts", fields="Phone").status_code == 401
    assert client.crm("GET", "org").status_code == 401


def test_a_page_token_may_expire(client: Client) -> None:
    client.zoho.fault(kind="expire_page_token", count=1)
    token = client.crm("GET", "Accounts", fields="Phone", per_page=5).json()["info"]["next_page_token"]
    client.zoho.fault(kind="expire_page_token", path="Accounts", count=1)
    assert client.crm("GET", "Accounts", fields="Phone", per_page=5, page_token=token).json()["code"] == "EXPIRED_VALUE"


def test_a_delay_takes_its_time(client: Client) -> None:
    client.zoho.fault(kind="delay", seconds=0.2, count=1)
    assert client.crm("GET", "org").elapsed.total_seconds() >= 0.2


def test_rules_match_side_method_and_path(client: Client) -> None:
    client.zoho.fault(kind="status", side="crm", method="POST", path="/Accounts$")
    assert client.crm("GET", "Accounts", fields="Phone").status_code == 200
    assert client.books("POST", "contacts", json={"contact_name": "A"}).status_code == 201
    assert client.crm("POST", "Accounts", json={"data": [{}]}).status_code == 503


def test_dice_are_seeded(client: Client) -> None:
    def throws() -> list[int]:
        client.zoho.fault(kind="status", probability=0.5, seed=4)
        return [client.crm("GET", "org").status_code for _ in range(20)]

    first = throws()
    assert set(first) == {200, 503}
    assert throws() == first


def test_faults_add_up(client: Client) -> None:
    rules = [{"kind": "delay", "seconds": 0.1}, {"kind": "status", "status": 500, "count": 1}]
    client.zoho.control("PUT", "faults", {"faults": rules})
    answer = client.crm("GET", "org")
    assert (answer.status_code, answer.elapsed.total_seconds() >= 0.1) == (500, True)
    assert client.zoho.requests()[-1]["fault"] == "delay,status"


def test_an_unknown_kind_is_refused(client: Client) -> None:
    with pytest.raises(AssertionError, match="kind is one of"):
        client.zoho.fault(kind="mischief")


def test_a_write_of_several_may_succeed_in_part(client: Client) -> None:
    client.zoho.fault(kind="partial", side="crm", method="POST", count=1)
    rows = [{"Account_Name": f"Part {place}", "Phone": "1"} for place in range(4)] + [{"Phone": "1"}]
    answer = client.crm("POST", "Accounts", json={"data": rows})
    results = answer.json()["data"]
    assert answer.status_code == 207
    assert [each["code"] for each in results[:4]] == ["SUCCESS", "INTERNAL_ERROR"] * 2
    assert results[4]["details"]["json_path"] == "$.data[4].Account_Name"
    names = {row["Account_Name"] for row in client.walk()}
    assert {"Part 0", "Part 2"} <= names
    assert not {"Part 1", "Part 3"} & names


def test_the_clock_of_a_reply_may_be_off(client: Client) -> None:
    before = client.crm("GET", "org").headers["date"]
    client.zoho.fault(kind="skew", seconds=86_400.0, count=1)
    assert client.crm("GET", "org").headers["date"][5:7] != before[5:7]
    assert client.crm("GET", "org").headers["date"][5:7] == before[5:7]
