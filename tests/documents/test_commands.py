"""Documents, deals and triggers by command, against a sandbox of its own, through a real agent."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.sandbox.testing import RunningSandbox
from tests.cli.conftest import Commands, Done

pytestmark = pytest.mark.e2e

QUOTE, WON = "Proposal/Price Quote", "Closed Won"


class Desk:
    """A profile whose customers are synced, and what people do in CRM and Books."""

    def __init__(self, run: Commands, zoho: RunningSandbox) -> None:
        self.run, self.zoho = run, zoho
        run.connect(zoho)
        self.synced = run("sync", "customers", "--json")
        links = run("links", "customers", "--json").json
        self.account, self.customer = next((each["crm_id"], each["books_id"]) for each in links)

    def ask(self, *words: str, code: int = 0) -> Any:
        done = self.run(*words, "--json")
        assert done.code == code, (done.out, done.err)
        return done.json

    def told(self, *words: str, code: int = 0, lang: str = "en") -> Done:
        done = self.run(*words, lang=lang)
        assert done.code == code, (done.out, done.err)
        return done

    def deal(self, record_id: str = "", **fields: Any) -> str:
        base = {"Deal_Name": "年間保守", "Amount": 120_000, "Stage": "Qualification", "Account_Name": self.account}
        wanted = {"side": "crm", "module": "Deals", "op": "change" if record_id else "create", "id": record_id,
                  "fields": fields if record_id else base | fields}  # fmt: skip
        return str(self.zoho.control("POST", "edit", wanted)["id"])


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    with RunningSandbox(accounts=12, seed=9, process=True, planted=False) as zoho, Commands() as run:
        yield Desk(run, zoho)


def test_b68_from_a_preference_to_a_document_that_stays_tied(desk: Desk) -> None:
    shown = desk.ask("triggers")
    assert (shown["preference"]["kind"], WON in [each["name"] for each in shown["stages"]]) == ("none", True)
    deal = desk.deal()
    for stage in (QUOTE, WON):
        desk.deal(deal, Stage=stage)
    played = desk.ask("simulate", "estimate", "--create-at", QUOTE, "--accept-at", WON)
    assert tuple(each["verb"] for each in played["steps"] if each["deal_id"] == deal) == ("create", "accept")
    assert [each["status"] for each in played["documents"] if each["deal_id"] == deal] == ["accepted"]

    desk.ask("triggers", "estimate", "--create-at", QUOTE, "--accept-at", WON)
    fresh = desk.deal(Stage=QUOTE)
    ended = desk.ask("triggers", "run")
    assert (ended["state"], ended["counts"]["to_books"]["created"]) == ("done", 1)
    (paper,) = desk.ask("documents", "estimate")
    assert (paper["deal_id"], paper["party_id"], paper["status"], paper["total"]) == (
        fresh, desk.customer, "draft", "120000",
    )  # fmt: skip
    refused = desk.told("disassociate", "estimate", paper["id"], code=9)
    assert "trigger" in refused.err

    line = next(each for each in desk.ask("history", ended["id"]) if each["verb"] == "create")
    assert (line["crm_id"], line["books_id"]) == (fresh, paper["id"])
    assert desk.ask("triggers")["made"] == 1


def test_what_a_deal_lacks_is_a_failure_with_its_remedy(desk: Desk) -> None:
    desk.ask("triggers", "estimate", "--create-at", QUOTE)
    desk.deal(Stage=QUOTE, Amount=None)
    assert desk.ask("triggers", "run")["counts"]["to_books"]["failed"] == 1
    (failure,) = desk.ask("failures", "documents")
    assert (failure["reason"], failure["direction"]) == ("F23", "to_books")
    assert "Fill it in" in failure["remedy"]


def test_a_document_is_tied_untied_and_found_in_the_ledger(desk: Desk) -> None:
    deal = desk.deal(Deal_Name="設備更新", Amount=500, Stage="Negotiation/Review")
    desk.ask("triggers", "invoice", "--item", _item(desk))
    won = desk.deal(Stage=WON, Amount=300)
    assert desk.ask("failures", "documents") == []
    desk.ask("triggers", "run")
    (paper,) = desk.ask("documents", "invoice")
    assert paper["deal_id"] == won
    order = _order(desk)
    (loose,) = desk.ask("documents", "--loose")
    assert (loose["document"]["id"], loose["fit"]["deal_id"]) == (order, deal)
    choices = desk.ask("deals", "--document", "salesorder", order)
    assert deal in [each["deal"]["id"] for each in choices]
    assert desk.ask("associate", "salesorder", order, deal)["native"] is True
    entry = next(each for each in desk.ask("deals") if each["deal"]["id"] == deal)
    assert ([each["id"] for each in entry["documents"]], entry["invoiced"], entry["gap"]) == ([order], "0", "500")
    page = desk.ask("documents", "salesorder", "--show", order)
    assert (page["deal"]["id"], page["tie"]["by"], len(page["document"]["lines"])) == (deal, "person", 1)
    desk.ask("disassociate", "salesorder", order)
    assert [each["document"]["id"] for each in desk.ask("documents", "--loose")] == [order]


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_people_read_tables(desk: Desk, lang: str) -> None:
    assert QUOTE in desk.told("triggers", lang=lang).out
    assert "120000" in desk.told("documents", lang=lang).out
    assert "年間保守" in desk.told("deals", lang=lang).out
    assert desk.told("simulate", "invoice", "--steps", lang=lang).out
    assert desk.told("deals", "--customer", desk.customer, lang=lang).out


@pytest.mark.parametrize(
    "words",
    [
        ("triggers", "estimate", "--create-at", "無い"),
        ("triggers", "invoice"),
        ("documents", "--show", "1"),
        ("associate", "invoice", "404", "1"),
        ("deals", "--document", "purchaseorder", "404"),
    ],
)
def test_what_cannot_be_done_is_said(desk: Desk, words: tuple[str, ...]) -> None:
    done = desk.run(*words)
    assert done.code == 2
    assert done.out == ""
    assert "Traceback" not in done.err


def test_b68_e26_none_clears(desk: Desk) -> None:
    desk.ask("triggers", "none")
    assert desk.ask("triggers")["preference"]["kind"] == "none"
    desk.deal(Stage=QUOTE)
    before = desk.ask("documents")
    desk.ask("triggers", "run")
    assert desk.ask("documents") == before


def test_transactions_are_switched_only_when_that_is_confirmed(desk: Desk) -> None:
    asked = desk.ask("transactions", "on", code=9)
    assert asked["setup"]["on"] is False
    assert sum(asked["to_appear"].values()) > 0
    desk.ask("transactions", "on", "--confirm")
    ended = desk.ask("transactions", "run")
    assert ended["counts"]["to_crm"]["created"] == sum(asked["to_appear"].values())
    shown = desk.ask("transactions")
    assert (shown["mirrored"], shown["to_appear"]) == (asked["to_appear"], {})
    assert "Quotes" in desk.told("transactions", lang="ja").out
    assert desk.ask("transactions", "off", code=9)["to_remove"] == asked["to_appear"]
    desk.ask("transactions", "off", "--confirm")
    assert desk.zoho.control("GET", "truth/crm/Quotes")["records"] == []
    assert len(desk.ask("documents")) == sum(asked["to_appear"].values())


def _item(desk: Desk) -> str:
    fields = {"name": "役務一式", "rate": 0, "product_type": "service"}
    wanted = {"side": "books", "module": "items", "op": "create", "fields": fields}
    return str(desk.zoho.control("POST", "edit", wanted)["id"])


def _order(desk: Desk) -> str:
    """A sales order that a person makes in Books."""
    from tests.sandbox.client import Client

    client = Client(desk.zoho)
    line = {"name": "設備一式", "rate": 500, "quantity": 1}
    made = client.books("POST", "salesorders", json={"customer_id": desk.customer, "line_items": [line]})
    client.http.close()
    return str(made.json()["salesorder"]["salesorder_id"])


def test_a_document_is_made_edited_and_marked_from_json(desk: Desk, tmp_path: Path) -> None:
    lines = [{"name": "導入作業", "rate": "500000", "quantity": "2"}]
    paper = tmp_path / "paper.json"
    paper.write_text(json.dumps({"customer": desk.customer, "lines": lines, "reference": "PO-1", "discount": "10%"}))
    assert desk.ask("documents", "new", "invoice", str(paper), "--dry-run")["total"] == "900000"
    made = desk.ask("documents", "new", "invoice", str(paper))["document"]
    assert (made["status"], made["reference"], made["total"]) == ("draft", "PO-1", "900000")
    kept = made["lines"][0]
    change = {"reference": "PO-2", "lines": [kept, {"name": "Freight", "rate": "3000"}]}
    paper.write_text(json.dumps(change))
    edited = desk.ask("documents", "edit", "invoice", made["id"], str(paper), "--to", "sent")["document"]
    assert ([each["name"] for each in edited["lines"]], edited["status"]) == (["導入作業", "Freight"], "sent")
    paper.write_text(json.dumps({"reference": "PO-3"}))
    assert "Say why it is changed" in desk.told("documents", "edit", "invoice", made["id"], str(paper), code=9).err
    (draft,) = desk.ask("documents", "drafts")
    assert desk.ask("documents", "drop", draft["id"]) == {"id": draft["id"]}
    done = desk.ask("documents", "edit", "invoice", made["id"], str(paper), "--why", "wrong number")["document"]
    assert done["reference"] == "PO-3"
    marked = desk.ask("documents", "mark", "invoice", made["id"], "void")["document"]
    assert marked["status"] == "void"
    assert made["id"] in [each["id"] for each in desk.ask("documents", "list", "invoice", "--status", "void")]
    assert desk.ask("documents", "show", "invoice", made["id"])["document"]["reference"] == "PO-3"
    assert "cannot be edited" in desk.told("documents", "edit", "invoice", made["id"], str(paper), code=9).err


@pytest.mark.parametrize(
    ("words", "given", "told"),
    [
        (("new", "invoice", "-"), "{", "truncated"),
        (("new", "invoice", "-"), '{"lines": []}', "needs customer and lines"),
        (("new", "invoice", "-"), '{"colour": 1}', "colour"),
        (("new", "bill", "-"), "{}", "not bill"),
        (("edit", "invoice", "1"), "", "KIND ID FILE"),
        (("mark", "invoice", "1", "paid"), "", "cannot be paid"),
        (("show", "invoice"), "", "show KIND ID"),
        (("nonsense",), "", "documents [list]"),
    ],
)
def test_what_is_no_document_is_refused_with_its_reason(
    desk: Desk, words: tuple[str, ...], given: str, told: str
) -> None:
    done = desk.run("documents", *words, given=given)
    assert (done.code, told in done.err) == (2, True), done.err
