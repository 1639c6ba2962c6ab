from __future__ import annotations

from tests.sandbox.client import Client


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
    assert [item["name"] for item in client.pages("items") if item["source"] == "api"] == ["Pen"]
    details = client.books("GET", "itemdetails", item_ids=",".join(ids)).json()["items"]
    assert [(item["rate"], item["unit"], item["status"]) for item in details] == [
        (2.5, "box", "active"),
        (1.0, "", "inactive"),
    ]
