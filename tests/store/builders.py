"""Product-like values for the store's tests: one account and its customer, numbered."""

from typing import Any

from core.model.link import Link, Seen
from core.model.plan import Action
from core.model.run import Failure, HistoryLine, Intent, Run

AT = "2024-05-10T08:00:00Z"


def crm_id(number: int) -> str:
    return str(5_725_767_000_000_000_000 + number)


def books_id(number: int) -> str:
    return str(460_000_000_000_000 + number)


def link(number: int, **over: Any) -> Link:
    base = {"Account_Name": f"株式会社 架橋 {number}", "Phone": f"03-1234-{number:04d}", "Billing_City": "港区"}
    values: dict[str, Any] = {
        "module": "customers",
        "crm_id": crm_id(number),
        "books_id": books_id(number),
        "name": f"株式会社 架橋 {number}",
        "crm_base": base,
        "books_base": {"contact_name": base["Account_Name"], "tags": ("a", "b"), "notes": None},
        "crm_version": AT,
        "books_version": AT,
    }
    return Link(**values | over)


def seen(number: int, **over: Any) -> Seen:
    values: dict[str, Any] = {
        "side": "crm",
        "entity": "Accounts",
        "id": crm_id(number),
        "name": f"Bridge Trading {number}",
        "folded": f"bridge trading {number}",
        "version": AT,
    }
    return Seen(**values | over)


def failure(number: int, **over: Any) -> Failure:
    values: dict[str, Any] = {
        "module": "customers",
        "direction": "to_books",
        "crm_id": crm_id(number),
        "reason": "F1",
        "message": "The name is too long.",
    }
    return Failure(**values | over)


def intent(name: str) -> Intent:
    action = Action(
        verb="create", why="new", module="customers", target="books", crm_id=crm_id(1), books_id=None, name="架橋"
    )
    return Intent(
        id=name, run_id="r1", action=action, entity="customers", fields={"contact_name": "架橋"}, written_at=AT
    )


def run(name: str, **over: Any) -> Run:
    values: dict[str, Any] = {"id": name, "module": "customers", "cause": "manual", "started": AT}
    return Run(**values | over)


def line(number: int, **over: Any) -> HistoryLine:
    values: dict[str, Any] = {
        "id": f"h{number}",
        "run_id": "r1",
        "at": AT,
        "module": "customers",
        "verb": "update",
        "why": "changed",
        "direction": "to_books",
        "crm_id": crm_id(number),
        "books_id": books_id(number),
        "before": {"contact_name": "前"},
        "after": {"contact_name": "後"},
    }
    return HistoryLine(**values | over)
