"""What the demo world holds beyond the generated records: two months of business, on both sides.

Quotes and orders in CRM; estimates, orders, invoices, purchase orders and payments in Books, some of them from deals; a
ranking that both sides keep in a custom field. Made through the sandbox's own functions, so that everything adds up:
numbers, totals, balances, stage histories.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from typing import Any

from core.sandbox.books.documents.convert import invoice_from
from core.sandbox.books.documents.kinds import ESTIMATE, INVOICE, PURCHASE_ORDER, SALES_ORDER, Kind
from core.sandbox.books.documents.payments import pay
from core.sandbox.books.documents.status import move
from core.sandbox.books.documents.store import balance_of
from core.sandbox.books.documents.write import create
from core.sandbox.books.state import CustomField
from core.sandbox.crm.catalogue import Field
from core.sandbox.crm.criteria import Leaf
from core.sandbox.crm.records import save
from core.sandbox.crm.viewsets import View
from core.sandbox.http import Call
from core.sandbox.sources import Row
from core.sandbox.world.demo_planted import plant
from core.sandbox.world.names import scramble
from core.sandbox.world.products import STANDARD_TAX
from core.sandbox.world.world import World

DAY = 86_400
RANKS = ("A", "B", "C")
DOCUMENTED = 24
"""How many customers have documents."""
SHIFTS = ("sent", "accepted", "declined")


def dress(world: World, *, planted: bool) -> None:
    """Add it all, in the past, and put the clock back to the world's beginning."""
    with past(world) as call:
        _settings(call)
        customers = list(islice(_customers(call), DOCUMENTED))
        for place, customer in enumerate(customers):
            call.world.clock.advance(DAY + place * 60)
            _sell(call, customer, place)
        for place, vendor in enumerate(_vendors(call)):
            call.world.clock.advance(3_600)
            _buy(call, vendor, place)
        _crm_documents(call)
        if planted:
            plant(call)


@contextmanager
def past(world: World) -> Iterator[Call]:
    """A call two months before the world begins."""
    start, mode = world.clock.now(), world.clock.mode
    world.clock.change_mode("frozen")
    world.clock.set(start - 62 * DAY)
    try:
        yield Call(world, "", "", {}, {}, b"", {})
    finally:
        world.clock.set(start)
        world.clock.change_mode(mode)


def _settings(call: Call) -> None:
    """The ranking in both, a view of it, and how this organisation answers what the reference leaves open."""
    crm, books = call.world.crm, call.world.books
    choices = tuple((rank, rank) for rank in (*RANKS, "S"))
    rank = Field("Rank", "ランク", "picklist", choices=choices, custom=True, id=crm.meta_ids.take())
    for module in ("Accounts", "Vendors"):
        crm.records[module].add_field(replace(rank, id=crm.meta_ids.take()))
    crm.views["Accounts"].append(
        View(crm.meta_ids.take(), "重要顧客", "", Leaf("Rank", "in", ("A", "S")), created_by=crm.me.id)
    )
    books.custom_fields.append(
        CustomField(books.ids.take(), "cf_rank", "ランク", "dropdown", "contact", 1, values=RANKS)
    )
    wish = {"books.void_paid": "refused", "books.unknown_salesperson": "refused", "books.person_emails": "unique"}
    call.world.switches.change(wish)


def _customers(call: Call) -> Iterator[Row]:
    base = next(each["currency_id"] for each in call.world.books.currencies if each["is_base_currency"])
    for row in call.world.books.contacts.rows():
        if row["contact_type"] == "customer" and row["status"] == "active" and row["currency_id"] == base:
            yield row


def _vendors(call: Call) -> list[Row]:
    rows = call.world.books.contacts.rows()
    return [row for row in rows if row["contact_type"] == "vendor" and row["status"] == "active"][:6]


def _lines(call: Call, place: int) -> list[dict[str, Any]]:
    """One to three items at their price, with the standard tax."""
    items = [row["item_id"] for row in call.world.books.items.rows() if row["status"] == "active"][:20]
    tax = next(each["tax_id"] for each in call.world.books.taxes if each["tax_name"] == STANDARD_TAX)
    bits = scramble(call.world.seed, place, 31)
    return [
        {"item_id": items[(bits >> 8 * at) % len(items)], "quantity": 1 + (bits >> 5 * at) % 9, "tax_id": tax}
        for at in range(1 + bits % 3)
    ]


def _make(call: Call, kind: Kind, party: Row, place: int, **more: Any) -> Row:
    body: dict[str, Any] = {kind.party_key: party["contact_id"], "line_items": _lines(call, place), **more}
    return create(call, kind, body)


def _sell(call: Call, customer: Row, place: int) -> None:
    """What happened with one customer: an estimate and where it went, an order, an invoice and whether it was paid."""
    deal = _deal_of(call, customer, place)
    people = call.world.books.salespersons
    more = deal | {"salesperson_id": people[place % len(people)]["salesperson_id"]}
    estimate = _make(call, ESTIMATE, customer, place, **more)
    if place % 4:
        estimate = move(ESTIMATE, "sent", call, estimate)
        call.world.clock.advance(7_200)
        word = SHIFTS[place % 3]
        estimate = move(ESTIMATE, word, call, estimate)
        if word == "accepted":
            _settle(call, invoice_from(call, ESTIMATE, estimate), place)
    elif place % 8 == 0:
        order = move(SALES_ORDER, "open", call, _make(call, SALES_ORDER, customer, place + 100, **more))
        _settle(call, invoice_from(call, SALES_ORDER, order), place)
    if place % 5 == 0:
        _settle(call, _make(call, INVOICE, customer, place + 200, notes="毎度ありがとうございます。"), place + 1)


def _settle(call: Call, invoice: Row, place: int) -> None:
    """Paid, half paid, sent, or left a draft."""
    if place % 4 == 3:
        return
    invoice = move(INVOICE, "sent", call, invoice)
    call.world.clock.advance(5_400)
    part = {0: 1.0, 1: 0.5}.get(place % 4)
    if part is not None:
        amount = float(int(balance_of(invoice) * part))
        applied = [{"invoice_id": invoice["invoice_id"], "amount_applied": amount}]
        pay(call, invoice["customer_id"], amount, applied, {"payment_mode": "banktransfer"})


def _deal_of(call: Call, customer: Row, place: int) -> dict[str, str]:
    """The deal of the customer's own account, where there is one."""
    crm = call.world.crm
    account = customer.get("zcrm_account_id")
    if account is None:
        found = crm.records["Accounts"].holders("Account_Name", customer["contact_name"])
        account = found[0] if found else None
    deals = crm.records["Deals"].holders("Account_Name", account) if account else []
    if not deals or place % 2:
        return {}
    deal = crm.records["Deals"].table.get(deals[0]) or {}
    return {"zcrm_potential_id": deals[0], "zcrm_potential_name": str(deal.get("Deal_Name", ""))}


def _buy(call: Call, vendor: Row, place: int) -> None:
    order = _make(call, PURCHASE_ORDER, vendor, place + 300)
    if place % 3:
        order = move(PURCHASE_ORDER, "open", call, order)
    if place % 3 == 2:
        move(PURCHASE_ORDER, "billed", call, order)


def _crm_documents(call: Call) -> None:
    """Quotes of the first open deals, orders to vendors, and an invoice or two, in CRM's own modules."""
    crm = call.world.crm
    products = [row["id"] for row in crm.records["Products"].table.rows()][:12]
    deals = [row for row in crm.records["Deals"].table.rows() if row.get("Account_Name")][:10]
    for place, deal in enumerate(deals):
        call.world.clock.advance(4_000)
        row = {"Product_Name": products[place % len(products)], "Quantity": 1 + place, "Discount": "5%",
               "Line_Tax": [{"name": STANDARD_TAX, "percentage": 10}]}  # fmt: skip
        common = {"Account_Name": deal["Account_Name"], "Contact_Name": deal.get("Contact_Name")}
        subject = f"{deal['Deal_Name']} 御見積"
        values = common | {"Subject": subject, "Deal_Name": deal["id"], "Quoted_Items": [dict(row)]}
        stage = ("Draft", "Delivered", "Confirmed")[place % 3]
        quote = save(call, crm.records["Quotes"], None, values | {"id": crm.ids.take(), "Quote_Stage": stage})
        if place % 3 == 2:
            ordered = common | {"Subject": subject, "Quote_Name": quote["id"], "Ordered_Items": [dict(row)],
                                "Deal_Name": deal["id"]}  # fmt: skip
            save(call, crm.records["Sales_Orders"], None, ordered | {"id": crm.ids.take()})
    vendors = [row["id"] for row in crm.records["Vendors"].table.rows()][:3]
    for place, vendor in enumerate(vendors):
        row = {"Product_Name": products[place], "Quantity": 10}
        values = {"Subject": f"仕入 {place + 1}", "Vendor_Name": vendor, "Purchase_Items": [row], "id": crm.ids.take()}
        save(call, crm.records["Purchase_Orders"], None, values)
