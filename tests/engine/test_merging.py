"""Edits after the first sync: three-way merge, conflicts, blanks, moved records, through the whole engine."""

import pytest

from core.model.record import Refused
from tests.engine.world import World


async def linked(**setup: object) -> tuple[World, str, str]:
    world = World(**setup)
    account = world.crm.add("Aoba Foods", fields={"Phone": "1", "Description": "Net 30"})
    await world.sync()
    return world, account, world.partner("crm", account)


async def test_each_side_s_change_travels_to_the_other() -> None:
    world, account, customer = await linked()
    world.crm.edit(account, Phone="2")
    world.books.edit(customer, notes="Net 60")
    run = await world.sync()
    assert world.books.records[customer].fields["billing_address.phone"] == "2"
    assert world.crm.records[account].fields["Description"] == "Net 60"
    assert world.count(run, "to_books") == world.count(run, "to_crm") == {"updated": 1}
    await world.settled()


@pytest.mark.parametrize(("policy", "winner"), [("crm", "from crm"), ("books", "from books"), ("newest", "from books")])
async def test_F40_a_conflict_goes_by_the_policy_and_the_loser_is_kept(policy: str, winner: str) -> None:
    world, account, customer = await linked(conflict=policy)
    world.crm.edit(account, Description="from crm")
    world.books.edit(customer, notes="from books")
    await world.sync()
    assert world.crm.records[account].fields["Description"] == winner
    assert world.books.records[customer].fields["notes"] == winner
    lost = [value for line in world.store.lines for value in line.lost.values()]
    assert lost == [{"from crm": "from books", "from books": "from crm"}[winner]]


async def test_F40_ask_holds_the_field_and_lets_the_others_flow() -> None:
    world, account, customer = await linked(conflict="ask")
    world.crm.edit(account, Description="from crm", Phone="2")
    world.books.edit(customer, notes="from books", website="https://aoba.example")
    run = await world.sync()
    assert world.books.records[customer].fields["billing_address.phone"] == "2"
    assert world.crm.records[account].fields["Website"] == "https://aoba.example"
    assert world.books.records[customer].fields["notes"] == "from books"
    failure = world.failure(account)
    assert failure.reason == "F40" and failure.held and "notes" in failure.message
    assert world.count(run, "to_books") == {"held": 1} and world.count(run, "to_crm") == {"updated": 1}
    await world.settled()
    assert world.failures() == {account: "F40"}


async def test_F40_is_over_when_both_sides_agree() -> None:
    world, account, customer = await linked(conflict="ask")
    world.crm.edit(account, Description="from crm")
    world.books.edit(customer, notes="from books")
    await world.sync()
    world.books.edit(customer, notes="from crm")
    await world.sync()
    assert not world.failures()
    await world.settled()


async def test_F40_is_decided_once_a_policy_is_chosen() -> None:
    world, account, customer = await linked(conflict="ask")
    world.crm.edit(account, Description="from crm")
    world.books.edit(customer, notes="from books")
    await world.sync()
    world.setup(conflict="books")
    await world.sync()
    assert world.crm.records[account].fields["Description"] == "from books"
    assert not world.failures()


async def test_a_blank_does_not_overwrite_what_is_filled() -> None:
    world, account, customer = await linked()
    world.crm.edit(account, Description=None)
    await world.sync()
    assert world.books.records[customer].fields["notes"] == "Net 30"
    await world.settled()
    world.books.edit(customer, notes="Net 90")
    await world.sync()
    assert world.crm.records[account].fields["Description"] == "Net 90"


async def test_renaming_the_customer_renames_account_and_company_in_one_run() -> None:
    world, account, customer = await linked()
    world.books.edit(customer, contact_name="Aoba Foods Kobe")
    await world.sync()
    assert world.crm.records[account].name == "Aoba Foods Kobe"
    assert world.books.records[customer].fields["company_name"] == "Aoba Foods Kobe"
    await world.settled()


async def test_a_currency_is_sent_on_creation_and_never_again() -> None:
    world = World()
    account = world.crm.add("Aoba Foods", fields={"Currency": "JPY"})
    await world.sync()
    world.crm.edit(account, Currency="USD", Phone="3")
    await world.sync()
    assert world.books.sent[-1].fields == {"billing_address.phone": "3"}


async def test_a_record_that_moves_while_it_is_written_is_decided_once_more() -> None:
    world, account, customer = await linked()
    world.crm.edit(account, Phone="2")
    once = iter((True,))
    world.books.on_write = lambda _write: world.books.edit(customer, notes="just now") if next(once, False) else None
    run = await world.sync()
    assert run.state == "done" and not world.failures()
    assert world.books.records[customer].fields["billing_address.phone"] == "2"
    assert world.crm.records[account].fields["Description"] == "just now"
    await world.settled()


async def test_a_record_that_never_stops_moving_waits_for_the_next_run() -> None:
    world, account, customer = await linked()
    world.crm.edit(account, Phone="2")
    world.books.on_write = lambda _write: world.books.edit(customer, notes=world.time.now())
    await world.sync()
    assert world.failures() == {account: "F41"}
    world.books.on_write = lambda _write: None
    await world.sync()
    assert not world.failures()
    assert world.books.records[customer].fields["billing_address.phone"] == "2"
    await world.settled()


async def test_a_refused_direction_does_not_stop_the_other_and_loses_nothing() -> None:
    world, account, customer = await linked()
    world.books.refuse = lambda write: Refused(ref="", reason="F16", message="too long") if write.id else None
    world.crm.edit(account, Phone="2" * 60)
    world.books.edit(customer, notes="Net 60")
    run = await world.sync()
    assert world.count(run, "to_books") == {"failed": 1} and world.count(run, "to_crm") == {"updated": 1}
    world.books.edit(customer, website="https://aoba.example")
    sent = len(world.books.sent)
    await world.sync()
    assert world.failures() == {account: "F16"} and len(world.books.sent) == sent
    assert world.crm.records[account].fields["Website"] == "https://aoba.example"
    world.books.refuse = lambda _write: None
    world.crm.edit(account, Phone="22")
    await world.sync()
    assert world.books.records[customer].fields["billing_address.phone"] == "22" and not world.failures()
    await world.settled()


async def test_a_server_that_tells_nothing_back_is_taken_at_its_word() -> None:
    world, account, customer = await linked()
    world.crm.silent = True
    world.books.edit(customer, notes="Net 60")
    await world.sync()
    assert world.crm.records[account].fields["Description"] == "Net 60"
    world.clock.pass_(8 * 86_400)
    await world.settled()
