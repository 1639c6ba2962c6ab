"""Many documents there and back: equal lines, totals and statuses, and a second run that writes nothing."""

from __future__ import annotations

import random
from typing import Any

import pytest

from core.documents.mirror.statuses import TO_CRM
from core.model.documents import DocumentKind
from core.model.mirror import CRM_MODULES
from tests.documents.conftest import Office
from tests.documents.test_mirror import ROWS, crm
from tests.sandbox.client import Client

SALES: tuple[DocumentKind, ...] = ("estimate", "salesorder", "invoice")
STAGES = {"estimate": ("Quote_Stage", ("Draft", "Delivered", "Confirmed", "Closed Lost")),
          "salesorder": ("Status", ("Created", "Approved")), "invoice": ("Status", ("Created",))}  # fmt: skip
MOVES = {"estimate": ((), ("sent",), ("sent", "accepted"), ("sent", "declined")), "salesorder": ((), ("open",)),
         "invoice": ((), ("sent",), ("void",))}  # fmt: skip


def in_books(dice: random.Random, client: Client, customer: str, kind: DocumentKind, taxes: list[str]) -> None:
    lines = [
        {"name": f"部品 {each}", "rate": dice.choice([1, 105, 333.33, 99_999]), "quantity": dice.choice([1, 2.5, 7]),
         "tax_id": dice.choice(["", *taxes]), **({"discount": "5%"} if dice.random() < 0.2 else {})}
        for each in range(dice.randrange(1, 6))
    ]  # fmt: skip
    plain = not any("discount" in each for each in lines)
    more: dict[str, Any] = {"adjustment": dice.choice([0, -3])}
    if plain and dice.random() < 0.2:
        more |= {"discount": "3%", "is_discount_before_tax": dice.random() < 0.5}
    elif not plain:
        more["discount_type"] = "item_level"
    body = {"customer_id": customer, "line_items": lines, **more}
    made = client.books("POST", f"{kind}s", json=body).json()[kind]
    for word in dice.choice(MOVES[kind]):
        client.books("POST", f"{kind}s/{made[f'{kind}_id']}/status/{word}")


def in_crm(dice: random.Random, client: Client, account: str, kind: DocumentKind, product: str) -> None:
    field, values = STAGES[kind]
    rows = [
        {"Product_Name": {"id": product}, "Quantity": dice.choice([1, 2.5, 7]),
         "List_Price": dice.choice([1, 105, 333.33, 99_999]), "Description": f"行 {each}",
         "Discount": dice.choice([0, 0, 1]),
         "Line_Tax": dice.choice([[], [{"name": "消費税", "percentage": 10}], [{"name": "軽減税率", "percentage": 8}]])}
        for each in range(dice.randrange(1, 6))
    ]  # fmt: skip
    body = {"Subject": f"案件 {dice.random()}", "Account_Name": {"id": account}, ROWS[kind]: rows,
            "Adjustment": dice.choice([0, 5]), "Discount": dice.choice([0, 2]), field: dice.choice(values)}  # fmt: skip
    answer = client.crm("POST", CRM_MODULES[kind], json={"data": [body], "trigger": []})
    assert answer.status_code == 201, answer.text


async def round_trip(office: Office, count: int) -> None:
    account, customer = office.party()
    await office.transactions.switch_on()
    dice, client = random.Random(11), Client(office.zoho)
    taxes = [each.id for each in await office.books.taxes()]
    product = office.zoho.control("GET", "truth/crm/Products")["records"][0]["id"]
    for at in range(count):
        kind = SALES[at % 3]
        if at % 2:
            in_books(dice, client, customer, kind, taxes)
        else:
            in_crm(dice, client, account, kind, product)
    client.http.close()
    for _ in range(2):
        run = await office.transactions.run()
        assert (run.state, run.problem) == ("done", "")
    assert [(each.reason, each.message) for each in office.store.failures("documents")] == []
    equal(office, count)
    since = len(office.zoho.writes())
    await office.transactions.run()
    assert len(office.zoho.writes()) == since


def equal(office: Office, count: int) -> None:
    """Every document is on both sides once, with the same lines, total and status."""
    seen = 0
    for kind in SALES:
        shown = {each["Kakehashi_Books_ID"]: each for each in crm(office, kind)}
        papers = office.papers(kind)
        assert shown.keys() == {each[f"{kind}_id"] for each in papers}
        for paper in papers:
            record, seen = shown[paper[f"{kind}_id"]], seen + 1
            assert record["Grand_Total"] == paper["total"]
            assert [(row["Quantity"], row["List_Price"]) for row in record[ROWS[kind]]] == [
                (line["quantity"], line["rate"]) for line in paper["line_items"]
            ]
            assert record[STAGES[kind][0]] == TO_CRM[kind][record["Books_Status"]]
            assert record["Books_Status"] == (paper["status"] if kind != "invoice" else record["Books_Status"])
    assert seen == count


async def test_documents_go_there_and_back(office: Office) -> None:
    await round_trip(office, 60)


@pytest.mark.long
@pytest.mark.timeout(900)
async def test_a_thousand_documents_go_there_and_back(office: Office) -> None:
    await round_trip(office, 1_000)
