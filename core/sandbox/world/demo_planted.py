"""More records that are meant to fail, in the demo world: together with the others, more than twenty reasons.

Each is listed by `/_sandbox/planted?sync=…` under the sync it belongs to, as in `planted.py`. `stage` also knows
`books_update` (once something is to be written to that Books record) and `trigger` (once its deal moves).
"""

from __future__ import annotations

from typing import Any

from core.sandbox.books.contacts_write import create_contact
from core.sandbox.books.documents.kinds import ESTIMATE, INVOICE
from core.sandbox.books.documents.payments import pay
from core.sandbox.books.documents.status import move
from core.sandbox.books.documents.write import create
from core.sandbox.crm.records import bin_record, save
from core.sandbox.http import Call
from core.sandbox.sources import Row

CROWD = 501
"""One contact person more than Books takes of a linked customer."""
LINE = {"name": "導入一式", "rate": 250_000, "quantity": 1}


def plant(call: Call) -> None:
    """Make them all and list them."""
    for make in (_currency, _deleted, _merged, _inactive, _rank, _orphans, _crowd, _emails, _deals):
        call.world.clock.advance(600)
        make(call)


def _note(
    call: Call, sync: str, side: str, module: str, record: tuple[str, str], reason: str, why: str, *, stage: str,
    related: list[str] | None = None,
) -> None:  # fmt: skip
    target = call.world.planted if sync == "customers" else call.world.planted_more[sync]
    target.append({
        "side": side, "module": module, "id": record[0], "name": record[1], "reason": reason, "detail": why,
        "stage": stage, "alternates": [], "related": related or [],
    })  # fmt: skip


def _account(call: Call, name: str, **more: Any) -> Row:
    crm = call.world.crm
    values = {"Account_Name": name, "Phone": "03-5550-0100", "Billing_City": "港区", "Billing_Country": "日本"} | more
    return save(call, crm.records["Accounts"], None, values | {"id": crm.ids.take()})


def _customer(call: Call, name: str, **more: Any) -> Row:
    body = {"contact_name": name, "contact_persons": [{"first_name": "担当", "email": "keiri@demo.example.jp"}]}
    return create_contact(call, body | more.pop("body", {}), **more)


def _currency(call: Call) -> None:
    """F8: the account is in dollars, its customer in yen and already invoiced."""
    account = _account(call, "横浜港通商株式会社", Currency="USD", Exchange_Rate=147.0)
    customer = _customer(call, "横浜港通商株式会社", zcrm_account_id=account["id"], source="crm")
    body = {"customer_id": customer["contact_id"], "line_items": [LINE]}
    move(INVOICE, "sent", call, create(call, INVOICE, body))
    why = "the account's currency differs from its customer's, which has transactions"
    _note(call, "customers", "crm", "Accounts", (account["id"], account["Account_Name"]), "F8", why,
          stage="books_update", related=[customer["contact_id"]])  # fmt: skip


def _deleted(call: Call) -> None:
    """F29: the account of a linked customer is in CRM's bin."""
    account = _account(call, "北浜精機株式会社")
    customer = _customer(call, "北浜精機株式会社", zcrm_account_id=account["id"], source="crm")
    bin_record(call, call.world.crm.records["Accounts"], account)
    _note(call, "customers", "books", "contacts", (customer["contact_id"], customer["contact_name"]), "F29",
          "the CRM account it is linked to was deleted", stage="first_sync", related=[account["id"]])  # fmt: skip


def _merged(call: Call) -> None:
    """F30: the account of a linked customer was merged into another, which has a customer of its own."""
    gone, kept = _account(call, "南郷システム (旧)"), _account(call, "南郷システム株式会社")
    customer = _customer(call, "南郷システム (旧)", zcrm_account_id=gone["id"], source="crm")
    _customer(call, "南郷システム株式会社", zcrm_account_id=kept["id"], source="crm")
    bin_record(call, call.world.crm.records["Accounts"], gone)
    _note(call, "customers", "books", "contacts", (customer["contact_id"], customer["contact_name"]), "F30",
          "the CRM account it is linked to was merged into another", stage="first_sync",
          related=[gone["id"], kept["id"]])  # fmt: skip


def _inactive(call: Call) -> None:
    """F31: the customer of a living account is inactive."""
    account = _account(call, "有限会社すみれ文具")
    customer = _customer(call, "有限会社すみれ文具", zcrm_account_id=account["id"], status="inactive")
    _note(call, "customers", "crm", "Accounts", (account["id"], account["Account_Name"]), "F31",
          "its customer is inactive in Books", stage="first_sync", related=[customer["contact_id"]])  # fmt: skip


def _rank(call: Call) -> None:
    """F17: a rank that the drop-down in Books does not have."""
    account = _account(call, "頂プレミアム株式会社", Rank="S")
    _note(call, "customers", "crm", "Accounts", (account["id"], account["Account_Name"]), "F17",
          "its rank S is no value of the drop-down in Books (once Rank is mapped)", stage="mapped")  # fmt: skip


def _orphans(call: Call) -> None:
    """F21: contacts of an account that cannot become a customer."""
    crm = call.world.crm
    blocked = [each["id"] for each in call.world.planted if each["reason"] == "F7" and each["side"] == "crm"]
    for account in blocked[:2]:
        for contact in crm.records["Contacts"].holders("Account_Name", account):
            row = crm.records["Contacts"].table.get(contact) or {}
            name = f"{row.get('First_Name', '')} {row.get('Last_Name', '')}".strip()
            _note(call, "contacts", "crm", "Contacts", (contact, name), "F21",
                  "its account cannot become a customer", stage="first_sync", related=[account])  # fmt: skip


def _crowd(call: Call) -> None:
    """F15: an account with more contacts than a linked customer may have."""
    crm = call.world.crm
    account = _account(call, "大手町ホールディングス株式会社")
    _customer(call, "大手町ホールディングス株式会社", zcrm_account_id=account["id"], source="crm")
    for place in range(CROWD):
        values = {"Last_Name": f"社員{place + 1:03d}", "First_Name": "担当", "Account_Name": account["id"],
                  "Email": f"member{place + 1:03d}@ohtemachi.example.jp", "id": crm.ids.take()}  # fmt: skip
        save(call, crm.records["Contacts"], None, values)
    _note(call, "contacts", "crm", "Accounts", (account["id"], account["Account_Name"]), "F15",
          f"it has {CROWD} contacts, and a linked customer takes 500 contact persons", stage="first_sync")  # fmt: skip


def _emails(call: Call) -> None:
    """F10: two contacts of one account with one address."""
    crm = call.world.crm
    account = _account(call, "双葉デザイン合同会社")
    ids = []
    for first in ("一", "二"):
        values = {"Last_Name": "双葉", "First_Name": first, "Account_Name": account["id"],
                  "Email": "info@futaba.example.jp", "id": crm.ids.take()}  # fmt: skip
        ids.append(str(save(call, crm.records["Contacts"], None, values)["id"]))
    _note(call, "contacts", "crm", "Contacts", (ids[1], "二 双葉"), "F10",
          "another contact of the account has this e-mail address", stage="first_sync", related=ids[:1])  # fmt: skip


def _deals(call: Call) -> None:
    """F24, F25 and F28: what keeps a deal's documents from following it."""
    crm = call.world.crm
    account = _account(call, "港南ロジスティクス株式会社")
    customer = _customer(call, "港南ロジスティクス株式会社", zcrm_account_id=account["id"], source="crm")
    stranger = crm.users[2].id
    rows = (
        ("F24", "倉庫改修", crm.me.id, "its estimate is sent already, so the deal no longer moves it"),
        ("F25", "フォークリフト", crm.me.id, "its invoice is paid and cannot be voided"),
        ("F28", "配送管理", stranger, "its owner is no salesperson in Books"),
    )
    for reason, topic, owner, why in rows:
        values = {"Deal_Name": f"港南ロジスティクス {topic}", "Stage": "Qualification", "Amount": 250_000,
                  "Owner": owner, "Account_Name": account["id"], "Closing_Date": "2026-12-20",
                  "id": crm.ids.take()}  # fmt: skip
        deal = save(call, crm.records["Deals"], None, values)
        body = {"customer_id": customer["contact_id"], "line_items": [LINE], "zcrm_potential_id": deal["id"],
                "zcrm_potential_name": deal["Deal_Name"]}  # fmt: skip
        related = []
        if reason == "F24":
            related = [move(ESTIMATE, "sent", call, create(call, ESTIMATE, body))["estimate_id"]]
        if reason == "F25":
            deal = save(call, crm.records["Deals"], deal, deal | {"Stage": "Closed Won"})
            invoice = move(INVOICE, "sent", call, create(call, INVOICE, body))
            part = [{"invoice_id": invoice["invoice_id"], "amount_applied": invoice["total"]}]
            pay(call, customer["contact_id"], invoice["total"], part, {})
            related = [invoice["invoice_id"]]
        stage = "first_sync" if reason == "F28" else "trigger"
        _note(call, "deals", "crm", "Deals", (deal["id"], deal["Deal_Name"]), reason, why, stage=stage, related=related)
