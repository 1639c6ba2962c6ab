"""What the native integration does at first pairing (integration-behaviour B25–B36, B86), through the whole engine."""

import pytest
from msgspec import structs

from core.engine.ports import Commit
from core.model.link import Link
from tests.engine.world import World

ADDRESS = {"Billing_City": "Kobe", "Phone": "078-1"}


async def test_B25_an_account_becomes_a_business_customer_with_its_mapped_fields() -> None:
    world = World()
    account = world.crm.add("Aoba Foods", fields={**ADDRESS, "Currency": "JPY", "Description": "Net 30"})
    run = await world.sync()
    customer = world.books.records[world.partner("crm", account)]
    assert customer.kind == "business"
    assert customer.key == account
    assert customer.fields == {
        "contact_name": "Aoba Foods", "company_name": "Aoba Foods", "billing_address.phone": "078-1",
        "billing_address.city": "Kobe", "notes": "Net 30", "currency_code": "JPY",
    }  # fmt: skip
    assert world.count(run, "to_books") == {"created": 1}


async def test_B25_individuals_do_not_take_part() -> None:
    world = World()
    world.books.add("Aoba Foods", kind="individual")
    run = await world.sync()
    assert world.count(run, "to_crm") == {"skipped": 1}
    assert not world.crm.records


async def test_B31_fetch_brings_accounts_in_and_sends_nothing_back() -> None:
    world = World(extent="fetch")
    account = world.crm.add("Aoba Foods")
    world.books.add("Only in Books")
    run = await world.sync()
    world.books.edit(world.partner("crm", account), notes="told on the phone")
    again = await world.sync()
    assert world.count(run, "to_books") == {"created": 1}
    assert world.count(run, "to_crm") == world.count(again, "to_crm") == {"skipped": 1}
    assert not world.crm.sent


async def test_B31_an_edit_in_books_survives_a_later_change_of_another_field_in_crm() -> None:
    world = World(extent="fetch")
    account = world.crm.add("Aoba Foods", fields=ADDRESS)
    await world.sync()
    customer = world.partner("crm", account)
    world.books.edit(customer, notes="told on the phone")
    await world.sync()
    world.crm.edit(account, Phone="078-2")
    await world.sync()
    assert world.books.records[customer].fields["notes"] == "told on the phone"
    assert world.books.records[customer].fields["billing_address.phone"] == "078-2"


async def test_B32_both_ways_crm_goes_first() -> None:
    world = World()
    world.crm.add("Aoba Foods")
    world.books.add("Only in Books", fields={"billing_address.city": "Nara"})
    order: list[str] = []
    world.books.on_write = world.crm.on_write = lambda write: order.append(write.side)
    run = await world.sync()
    assert order == ["books", "crm"]
    assert world.count(run, "to_crm") == {"created": 1}
    made = next(each for each in world.crm.records.values() if each.name == "Only in Books")
    assert made.fields["Billing_City"] == "Nara", "addresses come from the detail, not from the list row"


async def test_B33_only_the_exact_name_is_a_duplicate() -> None:
    world = World(duplicates="skip")
    world.crm.add("Aoba Foods Ltd")
    world.books.add("Aoba Foods Limited")
    await world.sync()
    assert len(world.crm.records) == len(world.books.records) == 2


async def test_B34_clone_makes_a_second_record_and_leaves_the_original_alone() -> None:
    world = World(duplicates="clone")
    world.books.unique_names = False
    account = world.crm.add("Aoba Foods", fields=ADDRESS)
    original = world.books.add("Aoba Foods", fields={"notes": "the original"})
    run = await world.sync()
    assert len(world.books.records) == 2 and len(world.crm.records) == 1
    assert world.partner("crm", account) != original
    assert world.store.link_of("customers", "books", original).state == "ignored"  # type: ignore[union-attr]
    assert world.count(run, "to_books") == {"created": 1} and world.count(run, "to_crm") == {"skipped": 1}
    world.books.edit(original, notes="edited later")
    await world.settled()


async def test_B34_a_clone_that_books_refuses_leaves_the_original_free_for_another_policy() -> None:
    world = World(duplicates="clone")
    account = world.crm.add("Aoba Foods", fields=ADDRESS)
    original = world.books.add("Aoba Foods")
    await world.sync()
    assert world.failures() == {account: "F12"}
    world.setup(duplicates="overwrite")
    await world.sync()
    assert world.partner("crm", account) == original
    assert not world.failures()


async def test_B35_overwrite_replaces_the_data_in_books_and_keeps_what_it_replaced() -> None:
    world = World(duplicates="overwrite")
    account = world.crm.add("Aoba Foods", fields=ADDRESS)
    customer = world.books.add("Aoba Foods", fields={"billing_address.city": "Nara", "notes": "kept: CRM has none"})
    run = await world.sync()
    now = world.books.records[customer].fields
    assert now["billing_address.city"] == "Kobe" and now["notes"] == "kept: CRM has none"
    assert "Description" not in world.crm.records[account].fields, "Overwrite sends nothing back"
    (line,) = world.store.history(record_id=customer)
    assert line.lost == {"billing_address.city": "Nara"} and line.before["billing_address.city"] == "Nara"
    assert world.count(run, "to_books") == {"updated": 1} and world.count(run, "to_crm") == {"linked": 1}
    await world.settled()


async def test_B35_overwriting_with_equal_data_only_links() -> None:
    world = World(duplicates="overwrite")
    world.crm.add("Aoba Foods", fields={"Phone": "1"})
    world.books.add("Aoba Foods", fields={"company_name": "Aoba Foods", "billing_address.phone": "1"})
    run = await world.sync()
    assert not world.writes()
    assert world.count(run, "to_books") == world.count(run, "to_crm") == {"linked": 1}


async def test_B36_skip_leaves_both_records_as_they_are() -> None:
    world = World(duplicates="skip")
    world.crm.add("Aoba Foods", fields=ADDRESS)
    world.books.add("Aoba Foods")
    run = await world.sync()
    assert world.count(run, "to_books") == world.count(run, "to_crm") == {"skipped": 1}
    assert not world.writes() and not world.links() and not world.failures()


async def test_another_duplicates_policy_is_applied_to_what_was_skipped() -> None:
    world = World(duplicates="skip")
    account = world.crm.add("Aoba Foods", fields=ADDRESS)
    customer = world.books.add("Aoba Foods")
    await world.sync()
    world.setup(duplicates="overwrite")
    await world.sync()
    assert world.partner("crm", account) == customer


@pytest.mark.parametrize("policy", ["clone", "overwrite", "skip"])
async def test_F13_two_customers_of_one_name_hold_the_account(policy: str) -> None:
    world = World(duplicates=policy)
    account = world.crm.add("Aoba Foods")
    both = {world.books.add("Aoba Foods"), world.books.add("Aoba Foods")}
    run = await world.sync()
    failure = world.failure(account)
    assert failure.reason == "F13" and failure.held and set(failure.candidates) == both
    assert world.count(run, "to_books") == {"held": 1} and world.count(run, "to_crm") == {"skipped": 2}
    assert not world.writes()
    await world.settled()


async def test_F13_two_accounts_of_one_name_are_both_held() -> None:
    world = World()
    accounts = {world.crm.add("Aoba Foods"), world.crm.add("Aoba Foods")}
    customer = world.books.add("Aoba Foods")
    await world.sync()
    assert world.failures() == dict.fromkeys(accounts, "F13")
    assert world.failure(min(accounts)).candidates == (customer,)


async def test_F13_is_released_when_one_of_the_namesakes_is_renamed() -> None:
    world = World(duplicates="overwrite")
    account = world.crm.add("Aoba Foods")
    one, two = world.books.add("Aoba Foods"), world.books.add("Aoba Foods")
    await world.sync()
    world.books.edit(two, contact_name="Aoba Foods Kobe")
    await world.sync()
    assert world.partner("crm", account) == one
    assert not world.failures()


async def test_F12_of_two_accounts_of_one_name_one_arrives_and_the_other_is_refused() -> None:
    world = World()
    accounts = {world.crm.add("Aoba Foods"), world.crm.add("Aoba Foods")}
    run = await world.sync()
    (failed,) = world.failures()
    assert world.failures()[failed] == "F12" and failed in accounts
    assert world.count(run, "to_books") == {"created": 1, "failed": 1}


async def test_native_links_are_adopted_first_though_the_names_differ() -> None:
    world = World()
    account = world.crm.add("株式会社 青葉", fields={"Phone": "1"})
    customer = world.books.add("㈱青葉", native=account, native_linked=True, fields={"notes": "VIP"})
    run = await world.sync()
    assert world.partner("crm", account) == customer
    assert world.books.records[customer].name == "株式会社 青葉", "a conflict without a base: CRM wins by default"
    assert world.crm.records[account].fields["Description"] == "VIP", "a blank takes the filled value"
    assert world.count(run, "to_books") == {"updated": 1} and world.count(run, "to_crm") == {"updated": 1}
    await world.settled()


async def test_two_customers_natively_linked_to_one_account_are_held() -> None:
    world = World()
    account = world.crm.add("Aoba Foods")
    for name in ("Aoba One", "Aoba Two"):
        world.books.add(name, native=account, native_linked=True)
    await world.sync()
    assert world.failures() == {account: "F13"}
    assert not world.links() and not world.writes()
    await world.settled()


async def test_adoption_resumes_where_the_quota_ended_it() -> None:
    world = World()
    for at in range(250):
        account = world.crm.add(f"Branch {at}")
        world.books.add(f"Branch No. {at}", native=account, native_linked=True)
    world.store.die_at = world.store.commits + 3  # after: run begun, keys prepared, a hundred adopted
    await world.sync_until_killed()
    assert len(world.links()) == 100
    world.books.reads.clear()
    await world.sync()
    assert len(world.links()) == 250
    assert sum(map(len, world.books.reads)) == 250, "no detail is read twice"
    await world.settled()


async def test_our_key_names_the_counterpart_before_any_name_does() -> None:
    world = World()
    account = world.crm.add("Aoba Foods")
    world.crm.add("Old Name")
    customer = world.books.add("Old Name", key=account)
    await world.sync()
    assert world.partner("crm", account) == customer


async def test_a_copied_key_is_held_and_never_linked_twice() -> None:
    world = World()
    account = world.crm.add("Aoba Foods")
    await world.sync()
    copy = world.books.add("Aoba Foods (copy)", key=account)
    await world.sync()
    assert world.failures() == {copy: "F13"}
    assert world.failure(copy).candidates == (account,)


async def test_F9_a_record_without_a_name_is_held() -> None:
    world = World()
    account = world.crm.add(" ")
    await world.sync()
    assert world.failures() == {account: "F9"} and world.failure(account).held
    world.crm.edit(account, Account_Name="Aoba Foods")
    await world.sync()
    assert world.partner("crm", account) and not world.failures()


async def test_an_inactive_customer_is_not_brought_to_crm() -> None:
    world = World()
    world.books.add("Aoba Foods", active=False)
    run = await world.sync()
    assert world.count(run, "to_crm") == {"skipped": 1} and not world.crm.records


async def test_an_undone_link_is_left_alone_until_it_is_released() -> None:
    world = World()
    account = world.crm.add("Aoba Foods")
    world.store.commit(Commit(links=[Link(module="customers", crm_id=account, books_id="", state="ignored")]))
    await world.sync()
    assert not world.books.records


async def test_a_newly_mapped_field_follows_the_rules_of_first_pairing() -> None:
    world = World()
    one = world.crm.add("Aoba Foods", fields={"Industry": "Food"})
    two = world.crm.add("Minato Steel")
    await world.sync()
    world.books.edit(world.partner("crm", two), **{"cf_industry": "Steel"})
    await world.sync()
    setup = world.store.setup("customers")
    assert setup is not None
    row = structs.replace(setup.mapping[0], crm="Industry", books="cf_industry")
    world.setup(mapping=(*setup.mapping, row))
    await world.sync()
    assert world.books.records[world.partner("crm", one)].fields["cf_industry"] == "Food"
    assert world.crm.records[two].fields["Industry"] == "Steel"
    await world.settled()
