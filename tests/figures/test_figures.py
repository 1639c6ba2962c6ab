"""What customers owe and buy stands on their CRM records (B3): over real HTTP, through the service."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from core.model.problems import Problem
from core.model.setup import FieldMap, Profile
from core.zoho.desks import open_figures
from tests.agent.test_local import sync
from tests.documents.conftest import Office
from tests.figures.conftest import FIELDS, Till


async def test_b3_receivables_credits_and_sales_stand_on_the_account(till: Till) -> None:
    await till.ready()
    link, other = till.links[:2]
    till.sell(link, 3_000, paid=1_000)
    till.sell(link, 500)
    till.credit(link, 70)
    run = await till.on()
    assert (run.state, run.module, run.counts["to_crm"].updated) == ("done", "documents", 1), run.problem_detail
    assert till.shown(link) == (2_500, 70, 3_500)
    assert till.shown(other) == (None, None, None)
    assert run in await till.service.runs(5)


async def test_a_draft_a_void_invoice_and_a_credit_that_was_used_count_as_what_they_are(till: Till) -> None:
    await till.ready()
    link = till.links[0]
    lines = [{"name": "Maintenance", "rate": 900, "quantity": 1}]
    till.books.books("POST", "invoices", json={"customer_id": link.books_id, "line_items": lines})
    void = till.sell(link, 800)
    till.books.books("POST", f"invoices/{void}/status/void")
    kept, note = till.sell(link, 100), till.credit(link, 60)
    part = {"invoices": [{"invoice_id": kept, "amount_applied": 40}]}
    assert till.books.books("POST", f"creditnotes/{note}/invoices", json=part).status_code == 200
    await till.on()
    assert till.shown(link) == (60, 20, 100)


async def test_amounts_in_another_currency_are_told_in_the_base_currency(till: Till) -> None:
    euro = till.books.books("POST", "settings/currencies", json={"currency_code": "EUR", "currency_symbol": "E"})
    currency = euro.json()["currency"]["currency_id"]
    till.books.books("POST", f"settings/currencies/{currency}/exchangerates", json={"rate": 160})
    till.books.customer("Euro Trading", currency_id=currency, customer_sub_type="business")
    till.books.insert(Account_Name="Euro Trading")
    await till.ready(duplicates="overwrite")
    link = next(each for each in till.links if each.name == "Euro Trading")
    lines = [{"name": "Maintenance", "rate": 10, "quantity": 1}]
    body = {"customer_id": link.books_id, "line_items": lines, "exchange_rate": 150}
    invoice = till.books.books("POST", "invoices", json=body).json()["invoice"]["invoice_id"]
    till.books.books("POST", f"invoices/{invoice}/status/sent")
    await till.on()
    assert till.shown(link) == (1_500, None, 1_500)


async def test_only_customers_of_changed_documents_are_looked_at(till: Till) -> None:
    await till.ready()
    link, other = till.links[:2]
    till.sell(other, 100)
    await till.on()
    invoice = till.sell(link, 400)
    await till.run()
    assert till.shown(link) == (400, None, 400)
    till.zoho.control("POST", "books/pay", {"invoice_id": invoice, "amount": 150})
    since = till.mark()
    run = await till.run()
    assert (till.shown(link), run.counts["to_crm"].updated) == ((250, None, 400), 1)
    assert {each["path"].rpartition("/")[2] for each in till.asked(since, "/contacts/")} <= {
        link.books_id,
        other.books_id,
    }


async def test_a_deleted_invoice_is_found_by_the_look_at_every_customer(till: Till) -> None:
    await till.ready()
    link = till.links[0]
    invoice = till.sell(link, 400)
    await till.on()
    assert till.books.books("DELETE", f"invoices/{invoice}").status_code == 200
    run = await till.run(full=True)
    assert (till.shown(link), run.counts["to_crm"].updated) == ((0, None, 0), 1)


async def test_what_did_not_change_is_not_written(till: Till, zoho: Any) -> None:
    await till.ready()
    till.sell(till.links[0], 400)
    await till.on()
    since = len(zoho.writes())
    run = await till.run(full=True)
    assert (run.counts["to_crm"].updated, zoho.writes()[since:]) == (0, [])


async def test_i5_our_own_figures_come_back_as_no_change(till: Till, zoho: Any) -> None:
    await till.ready()
    till.sell(till.links[0], 400)
    await till.on()
    since = len(zoho.writes())
    run = await sync(till.service)
    assert (run.state, zoho.writes()[since:]) == ("done", [])
    plan = await till.service.plan("customers")
    assert plan.actions == 0


async def test_i3_a_one_way_setup_still_writes_its_figures_and_nothing_else(till: Till, zoho: Any) -> None:
    await till.ready(extent="fetch")
    link = till.links[0]
    till.sell(link, 400)
    since = till.mark()
    await till.on()
    written = [each for each in till.asked(since, "/crm/") if each["write"]]
    assert {each["path"].rpartition("/")[2] for each in written} <= {"fields", "Accounts"}
    assert till.shown(link)[0] == 400


async def test_figures_go_many_to_a_call_and_set_nothing_off_in_crm(till: Till, zoho: Any) -> None:
    await till.ready()
    for link in till.links[:3]:
        till.sell(link, 100)
    await till.service.switch_figures(False, False)
    since = till.mark()
    await till.on()
    assert [each["method"] for each in till.asked(since, "/Accounts") if each["write"]] == ["PUT"]


async def test_contact_shapes_carry_figures_on_contacts(till: Till) -> None:
    await till.ready(shape="contacts", mapping=())
    link = till.links[0]
    till.sell(link, 250)
    await till.on()
    status = await till.service.figures()
    assert {each.entity for each in status.fields} == {"Contacts"}
    assert till.shown(link) == (250, None, 250)


async def test_nothing_is_made_unless_it_was_said(till: Till, zoho: Any) -> None:
    await till.ready()
    since = len(zoho.writes())
    with pytest.raises(Problem) as refused:
        await till.service.switch_figures(True, False)
    assert (refused.value.code, "Books receivable JPY" in refused.value.detail["fields"]) == (
        "figures_need_fields",
        True,
    )
    assert (zoho.writes()[since:], (await till.service.figures()).setup.on) == ([], False)


async def test_fields_that_are_there_are_taken(till: Till, zoho: Any) -> None:
    await till.ready()
    await till.on()
    made = await till.service.figures()
    assert [each.field for each in made.fields] == list(FIELDS)
    assert {each.kind for each in made.fields} == {"double"}
    await till.service.switch_figures(False, False)
    since = till.mark()
    await till.on()
    assert [each["method"] for each in till.asked(since, "/settings/fields")] == ["GET"] * len(
        till.asked(since, "/settings/fields")
    )


async def test_a_field_of_our_name_and_another_kind_is_refused_with_its_reason(till: Till) -> None:
    await till.ready()
    body = {"fields": [{"field_label": "Books sales JPY", "data_type": "text", "length": 20}]}
    assert till.books.crm("POST", "settings/fields", json=body, module="Accounts").status_code == 201
    with pytest.raises(Problem) as refused:
        await till.service.switch_figures(True, True)
    assert (refused.value.code, "text" in refused.value.detail["why"]) == ("figure_field_unfit", True)


async def test_a_module_without_room_for_fields_is_refused_with_its_reason(till: Till) -> None:
    await till.ready()
    for at in range(0, 10):
        body = {"fields": [{"field_label": f"Taken {at}", "data_type": "text", "length": 20}]}
        till.books.crm("POST", "settings/fields", json=body, module="Accounts")
    till.zoho.control("PUT", "settings", {"crm": {"edition": "standard"}})
    with pytest.raises(Problem) as refused:
        await till.service.switch_figures(True, True)
    assert refused.value.code == "figure_field_refused"
    assert "LIMIT_EXCEEDED" in refused.value.detail["why"]
    assert not (await till.service.figures()).setup.on


async def test_our_fields_cannot_be_mapped(till: Till) -> None:
    await till.ready()
    await till.on()
    assert not {each.name for each in await till.service.describe("customers", "crm")} & set(FIELDS)
    setup = await till.service.default_setup("customers")
    row = FieldMap(crm=FIELDS[0], books="notes")
    with pytest.raises(Problem) as refused:
        await till.service.configure(msgspec.structs.replace(setup, mapping=(*setup.mapping, row)))
    assert refused.value.code == "field_missing"


async def test_paused_and_switched_off_write_nothing(till: Till) -> None:
    await till.ready()
    with pytest.raises(Problem) as off:
        await till.service.run_figures(False)
    await till.on()
    await till.service.pause()
    with pytest.raises(Problem) as paused:
        await till.service.run_figures(True)
    assert (off.value.code, paused.value.code) == ("figures_off", "paused")
    assert (await till.service.figures()).next_at == ""


async def test_switching_off_leaves_what_stands(till: Till) -> None:
    await till.ready()
    till.sell(till.links[0], 400)
    await till.on()
    status = await till.service.switch_figures(False, False)
    assert (status.setup.on, till.shown(till.links[0])[0]) == (False, 400)


async def test_a_record_that_is_refused_is_told_and_tried_again(till: Till) -> None:
    await till.ready()
    link, other = till.links[:2]
    till.sell(link, 400)
    till.sell(other, 100)
    till.zoho.fault(kind="partial", side="crm", method="PUT", path="/Accounts$", count=1)
    run = await till.on()
    assert (run.counts["to_crm"].updated, run.counts["to_crm"].failed) == (1, 1)
    (failure,) = await till.service.failures("documents", None)
    assert (failure.direction, failure.field, failure.run_id) == ("to_crm", "figures", run.id)
    assert (await till.service.figures()).failures == 1
    await till.run()
    assert await till.service.failures("documents", None) == []
    assert {till.shown(each)[0] for each in (link, other)} == {400, 100}


async def test_an_account_that_is_gone_stands_in_nobodys_way(till: Till) -> None:
    await till.ready()
    link, other = till.links[:2]
    till.sell(link, 400)
    till.sell(other, 100)
    till.zoho.control("POST", "edit", {"side": "crm", "module": "Accounts", "op": "delete", "id": link.crm_id})
    run = await till.on()
    assert (run.state, till.shown(other)[0]) == ("done", 100)


async def test_a_lost_answer_is_sent_again_and_changes_nothing_twice(till: Till) -> None:
    await till.ready()
    till.sell(till.links[0], 400)
    till.zoho.fault(kind="lost_reply", side="crm", method="PUT", path="/Accounts$", count=1)
    run = await till.on()
    assert (run.state, till.shown(till.links[0])) == ("done", (400, None, 400))


async def test_a_key_that_may_not_read_payments_says_so_and_the_rest_goes_on(zoho: Any, tmp_path: Any) -> None:
    office = Office(zoho, tmp_path / "profile")
    side = office.side("books", "ZohoBooks.contacts.ALL,ZohoBooks.settings.ALL,ZohoBooks.invoices.ALL")
    money, _ = open_figures(office.crm_side, side, Profile(name="p"))
    assert (await money.payments(())).deaf
    assert (await money.changed("creditnotes", "2026-01-01T00:00:00Z")).deaf
    assert not (await money.changed("invoices", "2026-01-01T00:00:00Z")).deaf
    await side.close()
    await office.close()
