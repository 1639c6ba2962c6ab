from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.client import Client

ROWS = "Parent_Id,Product_Name,Quantity,List_Price,Net_Total"


def _products(client: Client) -> list[str]:
    return [each["id"] for each in client.walk("Products", fields="Product_Name")]


def _quote(client: Client, *rows: dict[str, Any], **fields: Any) -> dict[str, Any]:
    body = {"Subject": "Q", "Quoted_Items": list(rows)} | fields
    answer = client.crm("POST", "Quotes", json={"data": [body], "trigger": []})
    result: dict[str, Any] = answer.json()["data"][0]
    return result


def _made(client: Client, **fields: Any) -> str:
    row = {"Product_Name": {"id": _products(client)[0]}, "Quantity": 3, "List_Price": 100, "Discount": 5}
    return str(_quote(client, row, **fields)["details"]["id"])


def _read(client: Client, record_id: str, module: str = "Quotes") -> dict[str, Any]:
    record: dict[str, Any] = client.crm("GET", f"{module}/{record_id}").json()["data"][0]
    return record


def _put(client: Client, record_id: str, **fields: Any) -> dict[str, Any]:
    result: dict[str, Any] = client.crm("PUT", f"Quotes/{record_id}", json={"data": [fields]}).json()["data"][0]
    return result


def test_a_quote_computes_its_totals(client: Client) -> None:
    tax = [{"name": "消費税", "percentage": 10}]
    row = {
        "Product_Name": {"id": _products(client)[0]},
        "Quantity": 3,
        "List_Price": 100,
        "Discount": 5,
        "Line_Tax": tax,
    }
    quote = _read(client, _quote(client, row, Discount=20, Adjustment=1, **{"$line_tax": tax})["details"]["id"])
    (shown,) = quote["Quoted_Items"]
    assert (shown["Total"], shown["Total_After_Discount"], shown["Tax"], shown["Net_Total"]) == (300, 295, 30, 325)
    assert (quote["Sub_Total"], quote["Tax"], quote["Grand_Total"]) == (325, 31, 337)
    assert quote["$line_tax"] == [{"name": "消費税", "percentage": 10, "value": 31}]


def test_what_is_left_out_of_a_row_has_a_default(client: Client) -> None:
    product = client.walk("Products", fields="Product_Name,Unit_Price,Product_Code")[0]
    quote = _read(client, _quote(client, {"Product_Name": {"id": product["id"]}, "Discount": "50%"})["details"]["id"])
    (shown,) = quote["Quoted_Items"]
    assert (shown["Quantity"], shown["List_Price"]) == (1, product["Unit_Price"])
    assert shown["Discount"] == product["Unit_Price"] / 2
    assert shown["Product_Name"]["Product_Code"] == product["Product_Code"]
    assert (quote["Quote_Stage"], quote["Carrier"]) == ("Draft", "FedEX")
    assert quote["Quote_Number"].isdecimal()


def test_totals_and_numbers_cannot_be_written(client: Client) -> None:
    quote = _read(client, _made(client, Sub_Total=1, Grand_Total=2, Quote_Number="9"))
    assert (quote["Sub_Total"], quote["Grand_Total"]) == (295, 295)
    assert quote["Quote_Number"] != "9"


@pytest.mark.parametrize(
    ("rows", "code", "path"),
    [
        ([], "MANDATORY_NOT_FOUND", "$.data[0].Quoted_Items"),
        ([{"Quantity": 1}], "MANDATORY_NOT_FOUND", "$.data[0].Quoted_Items[0].Product_Name.id"),
        ([{"Product_Name": {"id": "1"}}], "INVALID_DATA", "$.data[0].Quoted_Items[0].Product_Name.id"),
        ([{"Product_Name": {"name": "Pen"}}], "MANDATORY_NOT_FOUND", "$.data[0].Quoted_Items[0].Product_Name.id"),
    ],
)
def test_rows_are_checked(client: Client, rows: list[Any], code: str, path: str) -> None:
    result = _quote(client, *rows)
    assert (result["code"], result["details"]["json_path"]) == (code, path)


def test_a_quote_needs_rows_unless_the_organisation_lets_them_wait(client: Client) -> None:
    assert client.crm("POST", "Quotes", json={"data": [{"Subject": "Q"}]}).status_code == 400
    client.zoho.switch("crm.header_only", True)
    assert client.crm("POST", "Quotes", json={"data": [{"Subject": "Q"}]}).status_code == 201


def test_a_purchase_order_needs_its_vendor(client: Client) -> None:
    row = {"Product_Name": {"id": _products(client)[0]}}
    answer = client.crm("POST", "Purchase_Orders", json={"data": [{"Subject": "P", "Purchase_Items": [row]}]})
    assert answer.json()["data"][0]["details"]["api_name"] == "Vendor_Name"


def test_rows_are_changed_added_and_removed_one_by_one(client: Client) -> None:
    quote, (first, second, *_) = _made(client), _products(client)
    (old,) = _read(client, quote)["Quoted_Items"]
    _put(client, quote, Quoted_Items=[{"Product_Name": {"id": second}, "Quantity": 1, "List_Price": 10}])
    assert [row["Net_Total"] for row in _read(client, quote)["Quoted_Items"]] == [295, 10]
    _put(client, quote, Quoted_Items=[{"id": old["id"], "Quantity": 1}])
    assert [row["Net_Total"] for row in _read(client, quote)["Quoted_Items"]] == [95, 10]
    _put(client, quote, Quoted_Items=[{"id": old["id"], "_delete": None}])
    (left,) = _read(client, quote)["Quoted_Items"]
    assert (left["Product_Name"]["id"], _read(client, quote)["Grand_Total"]) == (second, 10)
    _put(client, quote, Subject="Other")
    assert [row["id"] for row in _read(client, quote)["Quoted_Items"]] == [left["id"]]
    assert first != second


def test_an_empty_list_removes_all_rows_or_is_refused(client: Client) -> None:
    quote = _made(client)
    client.zoho.switch("crm.empty_subform", "refused")
    assert _put(client, quote, Quoted_Items=[])["code"] == "MANDATORY_NOT_FOUND"
    client.zoho.switch("crm.empty_subform", "removes")
    assert _put(client, quote, Quoted_Items=[])["code"] == "SUCCESS"
    assert _read(client, quote)["Quoted_Items"] == []


def test_lists_show_no_rows_but_rows_have_a_list(client: Client) -> None:
    quote = _made(client)
    (listed,) = client.walk("Quotes", fields="Subject,Quoted_Items,Grand_Total")
    assert listed == {"Subject": "Q", "Grand_Total": 295, "id": quote}
    (row,) = client.walk("Quoted_Items", fields=ROWS)
    assert (row["Parent_Id"]["id"], row["Quantity"]) == (quote, 3)
    refused = client.crm("POST", "Quoted_Items", json={"data": [{}]})
    assert (refused.status_code, refused.json()["code"]) == (400, "NOT_SUPPORTED")
    (shown,) = client.crm("GET", "settings/modules/Quoted_Items").json()["modules"]
    assert (shown["generated_type"], shown["parent_module"]["api_name"], shown["creatable"]) == (
        "subform",
        "Quotes",
        False,
    )


def test_rows_go_and_come_back_with_their_document(client: Client) -> None:
    quote = _made(client)
    rows = _read(client, quote)["Quoted_Items"]
    client.crm("DELETE", f"Quotes/{quote}")
    assert client.crm("GET", "Quoted_Items", fields=ROWS).status_code == 204
    client.crm("POST", f"settings/recycle_bin/{quote}/actions/restore")
    assert _read(client, quote)["Quoted_Items"] == rows


def test_an_unknown_tax_is_ignored_or_refused(client: Client) -> None:
    row = {"Product_Name": {"id": _products(client)[0]}, "Line_Tax": [{"name": "Moon Tax", "percentage": 9}]}
    quote = _read(client, _quote(client, row)["details"]["id"])
    assert quote["Quoted_Items"][0]["Line_Tax"] == []
    client.zoho.switch("crm.unknown_tax", "refused")
    assert _quote(client, row)["code"] == "INVALID_DATA"


def _module_id(client: Client, name: str) -> str:
    return str(client.crm("GET", f"settings/modules/{name}").json()["modules"][0]["id"])


def _convert(client: Client, path: str, target: str) -> Any:
    body = {"convert_to": [{"module": {"api_name": target, "id": _module_id(client, target)}}]}
    return client.crm("POST", f"{path}/actions/convert", json={"data": [body]})


def test_a_quote_becomes_an_order_once(client: Client) -> None:
    account = client.insert(Account_Name="Buyer")
    quote = _made(client, Account_Name={"id": account})
    answer = _convert(client, f"Quotes/{quote}", "Sales_Orders").json()["data"][0]
    order = _read(client, answer["details"]["Sales_Orders"]["id"], "Sales_Orders")
    assert (order["Quote_Name"]["id"], order["Account_Name"]["name"], order["Status"]) == (quote, "Buyer", "Created")
    assert [row["Net_Total"] for row in order["Ordered_Items"]] == [295]
    assert _read(client, quote)["$converted"] is True
    again = _convert(client, f"Quotes/{quote}", "Invoices")
    assert (again.status_code, again.json()["data"][0]["code"]) == (400, "ID_ALREADY_CONVERTED")
    shown = client.crm("GET", f"Accounts/{account}/SalesOrders", fields="Subject").json()["data"]
    assert [each["id"] for each in shown] == [order["id"]]


def test_nothing_becomes_a_purchase_order(client: Client) -> None:
    refused = _convert(client, f"Quotes/{_made(client)}", "Purchase_Orders")
    assert (refused.status_code, refused.json()["code"]) == (400, "INVALID_DATA")


def test_converted_quotes_may_be_hidden(client: Client) -> None:
    quote = _made(client)
    _convert(client, f"Quotes/{quote}", "Invoices")
    assert len(client.walk("Quotes", fields="Subject")) == 1
    client.zoho.switch("crm.converted_hidden", True)
    assert client.crm("GET", "Quotes", fields="Subject").status_code == 204
    assert len(client.walk("Quotes", fields="Subject", converted="both")) == 1


@pytest.mark.parametrize(("edition", "quotes", "orders"), [("standard", False, False), ("professional", True, True)])
def test_editions_decide_what_there_is(client: Client, edition: str, quotes: bool, orders: bool) -> None:
    client.zoho.control("PUT", "settings", {"crm": {"edition": edition}})
    names = {each["api_name"] for each in client.crm("GET", "settings/modules").json()["modules"]}
    assert ("Quotes" in names, "Purchase_Orders" in names) == (quotes, orders)
    answer = client.crm("GET", "Quotes", fields="Subject")
    assert quotes or answer.json()["code"] == "INVALID_MODULE"


def test_purchase_orders_may_need_enterprise(client: Client) -> None:
    client.zoho.switch("crm.purchase_orders_need", "enterprise")
    client.zoho.control("PUT", "settings", {"crm": {"edition": "professional"}})
    assert client.crm("GET", "Purchase_Orders", fields="Subject").json()["code"] == "INVALID_MODULE"


def test_documents_are_found_by_query_and_search(client: Client) -> None:
    quote = _made(client)
    query = {"select_query": "select Subject, Grand_Total from Quotes where Grand_Total > 100"}
    assert client.crm("POST", "coql", json=query).json()["data"][0]["id"] == quote
    found = client.crm("GET", "Quotes/search", criteria="(Subject:equals:Q)").json()["data"]
    assert found[0]["id"] == quote


def test_invoices_may_lack_the_deal(client: Client) -> None:
    client.zoho.switch("crm.invoice_deal", False)
    names = {each["api_name"] for each in client.crm("GET", "settings/fields", module="Invoices").json()["fields"]}
    lists = client.crm("GET", "settings/related_lists", module="Deals").json()["related_lists"]
    assert "Deal_Name__s" not in names
    assert "Invoices" not in {each["api_name"] for each in lists}
    client.zoho.switch("crm.invoice_deal", True)
    names = {each["api_name"] for each in client.crm("GET", "settings/fields", module="Invoices").json()["fields"]}
    assert "Deal_Name__s" in names


def test_a_layout_may_want_the_account_of_a_document(client: Client) -> None:
    row = {"Product_Name": {"id": _products(client)[0]}}
    assert _quote(client, row)["code"] == "SUCCESS"
    client.zoho.switch("crm.documents_need_account", True)
    refused = _quote(client, row)
    assert (refused["code"], refused["details"]["api_name"]) == ("MANDATORY_NOT_FOUND", "Account_Name")


def test_without_currencies_there_are_no_fields_for_them(client: Client) -> None:
    client.zoho.control("PUT", "settings", {"crm": {"multi_currency": False}})
    record = client.crm("GET", "Accounts", fields="Phone,Currency,Exchange_Rate").json()["data"][0]
    assert set(record) == {"Phone", "id"}
