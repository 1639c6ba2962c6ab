"""What a person decides, through the service over a real sandbox: conflicts, pairs, suggestions, missing fields."""

from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest

from core.agent import ambiguous
from core.agent.clock import SystemClock
from core.agent.local import LocalService
from core.agent.places import Place
from core.model.deciding import Choice, Conflict, SettleRequest, SuggestionPage
from core.model.link import Link
from core.model.mapping import row_of
from core.model.problems import Problem
from core.sandbox.testing import RunningSandbox
from tests.agent.test_local import join, sync
from tests.agent.test_reversing import end

CITY = ("Billing_City", "billing_address.city")


@pytest.fixture(scope="module")
def zoho() -> Any:
    with RunningSandbox(accounts=12, seed=3, planted=False) as made:
        yield made


@pytest.fixture
async def service(place: Place, zoho: RunningSandbox) -> AsyncIterator[LocalService]:
    made = LocalService(place, SystemClock())
    await made.load()
    await join(made, zoho)
    await configure(made, conflict="ask")
    yield made
    await made.close()


async def configure(service: LocalService, **changes: Any) -> None:
    await service.configure(msgspec.structs.replace(await service.default_setup("customers"), **changes))


def edit(zoho: RunningSandbox, side: str, **wanted: Any) -> str:
    return str(zoho.control("POST", "edit", {"side": side, **wanted})["id"])


def account(zoho: RunningSandbox, name: str, **fields: Any) -> str:
    return edit(zoho, "crm", op="create", module="Accounts", fields={"Account_Name": name, **fields})


def customer(zoho: RunningSandbox, name: str, **fields: Any) -> str:
    return edit(zoho, "books", op="create", fields={"contact_name": name, **fields})


def city_in_books(zoho: RunningSandbox, books_id: str) -> Any:
    rows = zoho.control("GET", "truth/books/contacts")["records"]
    return next(each for each in rows if each["contact_id"] == books_id)["billing_address"].get("city")


def city_in_crm(zoho: RunningSandbox, crm_id: str) -> Any:
    rows = zoho.control("GET", "truth/crm/Accounts")["records"]
    return next(each for each in rows if each["id"] == crm_id).get("Billing_City")


async def dispute(service: LocalService, zoho: RunningSandbox, at: int) -> tuple[Link, Conflict]:
    """Let both sides change the city of one pair differently; each test takes a pair of its own."""
    await sync(service)
    links = await service.links("customers", "linked", 0, 100)
    link = links[at]
    edit(zoho, "crm", id=link.crm_id, fields={"Billing_City": "Natori"})
    edit(zoho, "books", id=link.books_id, fields={"billing_address": {"city": "Iwanuma"}})
    await sync(service)
    found = [each for each in await service.conflicts("customers", 0, 100) if each.crm_id == link.crm_id]
    return link, found[0]


def settling(conflict: Conflict, take: Any, value: Any = None, **more: Any) -> SettleRequest:
    choice = Choice(crm_field=CITY[0], books_field=CITY[1], take=take, value=value)
    return SettleRequest(module="customers", key=conflict.key, choices=(choice,), **more)


async def all_suggestions(service: LocalService) -> SuggestionPage:
    events = service.events()
    await anext(events)
    page = await service.suggestions("customers", 0, 100)
    while page.working:
        await anext(events)
        page = await service.suggestions("customers", 0, 100)
    return page


async def test_a_conflict_is_shown_and_settled_on_both_servers(service: LocalService, zoho: RunningSandbox) -> None:
    link, found = await dispute(service, zoho, 0)
    (field,) = found.fields
    assert (field.crm, field.books, field.crm_base) == ("Natori", "Iwanuma", field.books_base)
    (told,) = [each for each in await service.undecided() if each.module == "customers"]
    assert told.conflicts == len(await service.conflicts("customers", 0, 100))
    run = await end(service, service.settle(settling(found, "books", stamp=found.stamp)))
    assert (run.state, run.cause, run.counts["to_crm"].updated) == ("done", "decision", 1)
    assert city_in_crm(zoho, link.crm_id) == city_in_books(zoho, link.books_id) == "Iwanuma"
    assert link.crm_id not in {each.crm_id for each in await service.conflicts(None, 0, 100)}
    assert link.crm_id not in {each.crm_id for each in await service.failures("customers", "F40")}
    (line,) = await service.history(run.id, 0, 10)
    assert (line.why, line.direction, line.lost) == ("decided", "to_crm", {"Billing_City": "Natori"})
    again = await sync(service)
    assert again.counts["to_crm"].updated == again.counts["to_books"].updated == 0


async def test_a_typed_value_reaches_both_servers_and_is_checked_first(
    service: LocalService, zoho: RunningSandbox
) -> None:
    link, found = await dispute(service, zoho, 1)
    with pytest.raises(Problem) as refused:
        await service.settle(settling(found, "value", "x" * 400))
    assert (refused.value.code, refused.value.detail["side"]) == ("bad_value", "CRM")
    run = await end(service, service.settle(settling(found, "value", " Shiogama ")))
    assert run.state == "done"
    assert city_in_crm(zoho, link.crm_id) == city_in_books(zoho, link.books_id) == "Shiogama"


async def test_a_decision_that_comes_too_late_is_refused_and_is_no_failed_sync(
    service: LocalService, zoho: RunningSandbox
) -> None:
    link, found = await dispute(service, zoho, 2)
    edit(zoho, "books", id=link.books_id, fields={"billing_address": {"city": "Osaki"}})
    before = zoho.writes()
    run = await end(service, service.settle(settling(found, "crm")))
    assert (run.state, run.problem, run.problem_detail["side"]) == ("failed", "moved_since", "Books")
    assert zoho.writes() == before
    status = await service.status()
    assert status.health == "attention"
    assert status.modules[0].last_run is not None and status.modules[0].last_run.cause != "decision"
    await sync(service)
    with pytest.raises(Problem) as refused:
        await service.settle(settling(found, "crm", stamp=found.stamp))
    assert refused.value.code == "moved_since"


async def test_what_is_not_held_or_not_allowed_is_refused_before_a_run_begins(
    service: LocalService, zoho: RunningSandbox
) -> None:
    _, found = await dispute(service, zoho, 3)
    runs = len(await service.runs(50))
    wrong = [
        (msgspec.structs.replace(settling(found, "crm"), key="customers:1:2"), "not_found"),
        (SettleRequest(module="customers", key=found.key, choices=()), "bad_request"),
        (
            SettleRequest(
                module="customers", key=found.key,
                choices=(Choice(crm_field="Phone", books_field="billing_address.phone", take="crm"),),
            ),
            "not_found",
        ),
    ]  # fmt: skip
    for request, code in wrong:
        with pytest.raises(Problem) as refused:
            await service.settle(request)
        assert refused.value.code == code
    await service.pause()
    with pytest.raises(Problem) as paused:
        await service.settle(settling(found, "crm"))
    assert paused.value.code == "paused"
    assert len(await service.runs(50)) == runs
    await service.resume()


async def test_candidates_are_told_apart_and_one_is_chosen(service: LocalService, zoho: RunningSandbox) -> None:
    await configure(service, duplicates="overwrite", conflict="ask")
    crm = [account(zoho, "Kita Print", Billing_City=city, Phone="06-5555-01" + tail)
           for city, tail in (("Sakai", "11"), ("Suita", "22"))]  # fmt: skip
    books = customer(zoho, "Kita Print", billing_address={"city": "Suita"}, company_name="Kita Print KK")
    await sync(service)
    found = [each for each in await service.ambiguities("customers", 0, 100) if each.name == "Kita Print"]
    assert {each.id for each in found} == set(crm)
    (candidate,) = found[0].candidates
    assert (candidate.side, candidate.id, candidate.known) == ("books", books, True)
    details = dict(candidate.details)
    assert details["city"] == "Suita" and details["company"] == "Kita Print KK" and details["created"]
    assert {dict(each.details)["city"] for each in found} == {"Sakai", "Suita"}
    calls = {each.side: each.used_today for each in (await service.status()).budgets}
    await service.ambiguities("customers", 0, 100)
    assert {each.side: each.used_today for each in (await service.status()).budgets} == calls, "what is known is asked"

    run = await end(service, service.choose("customers", crm[1], books))
    assert run.state == "done", run
    assert any(
        (each.crm_id, each.books_id) == (crm[1], books) for each in await service.links("customers", None, 0, 99)
    )
    late = await end(service, service.choose("customers", crm[0], books))
    assert (late.state, late.problem) == ("failed", "already_linked")
    await sync(service)
    assert not [each for each in await service.ambiguities(None, 0, 100) if each.name == "Kita Print"]


async def test_likely_pairs_are_suggested_accepted_and_dismissed(service: LocalService, zoho: RunningSandbox) -> None:
    await configure(service, extent="fetch", conflict="ask", create_cap=None, view=None)
    one = account(zoho, "Cedar & Stone Ltd", Website="https://cedar.example", Billing_City="Kobe")
    two = customer(zoho, "Cedar and Stone Limited", website="https://www.cedar.example/")
    plan = await service.plan("customers")
    before = await service.plan_suggestions(plan.id, 0, 100)
    told = [each for each in before.suggestions if (each.crm_id, each.books_id) == (one, two)]
    assert told and told[0].why[0] == "same"
    assert (told[0].crm_name, told[0].books_name) == ("Cedar & Stone Ltd", "Cedar and Stone Limited")
    run = await end(service, service.choose("customers", one, two))
    assert run.state == "done", run
    assert (one, two) not in {
        (each.crm_id, each.books_id) for each in (await service.plan_suggestions(plan.id, 0, 100)).suggestions
    }
    await sync(service)
    assert [each for each in await service.links("customers", "linked", 0, 100) if each.books_id == two]


async def test_suggestions_of_the_catalogue_follow_what_is_decided(service: LocalService, zoho: RunningSandbox) -> None:
    await configure(service, extent="fetch", duplicates="skip", conflict="ask")
    made = account(zoho, "Alder Optics")
    theirs = customer(zoho, "Alder Optics")
    await sync(service)
    assert (await service.undecided())[0].suggestions is None
    page = await all_suggestions(service)
    assert page.whole
    (mine,) = [each for each in page.suggestions if each.crm_id == made]
    assert (mine.books_id, mine.why[0]) == (theirs, "exact")
    assert (await service.undecided())[0].suggestions == page.count
    await service.keep_apart("customers", made, theirs)
    assert made not in {each.crm_id for each in (await all_suggestions(service)).suggestions}
    (apart,) = [each for each in await service.kept_apart("customers", 0, 10) if each.crm_id == made]
    assert (apart.books_id, apart.name) == (theirs, "Alder Optics")
    await service.forget_apart("customers", made, theirs)
    with pytest.raises(Problem, match="no pair of CRM"):
        await service.forget_apart("customers", made, theirs)


async def test_what_is_kept_apart_survives_a_restart(service: LocalService, zoho: RunningSandbox, place: Place) -> None:
    await configure(service, duplicates="skip", conflict="ask")
    made, theirs = account(zoho, "Minato Steel"), customer(zoho, "Minato Steel")
    await sync(service)
    await service.keep_apart("customers", made, theirs)
    await service.close()
    again = LocalService(place, SystemClock())
    await again.load()
    try:
        assert (made, theirs) in {(each.crm_id, each.books_id) for each in await again.kept_apart(None, 0, 10)}
    finally:
        await again.close()


async def test_a_missing_field_is_made_mapped_and_synced(service: LocalService, zoho: RunningSandbox) -> None:
    missing = await service.missing_fields("customers", "accounts", "main")
    by_name = {each.crm.name: each for each in missing}
    assert "Phone" not in by_name and "Account_Name" not in by_name
    assert by_name["Industry"].creatable and by_name["Industry"].books_kind == "picklist"
    assert by_name["Employees"].books_kind == "integer"
    assert not by_name["Parent_Account"].creatable and by_name["Parent_Account"].hindrance == "kind"
    made = await service.create_books_field("customers", "accounts", "main", "Industry")
    assert (made.custom, made.kind, made.choices) == (True, "picklist", by_name["Industry"].crm.choices)
    assert await service.create_books_field("customers", "accounts", "main", "Industry") == made

    setup = await service.default_setup("customers")
    row = row_of(by_name["Industry"].crm, made)
    await service.configure(msgspec.structs.replace(setup, mapping=(*setup.mapping, row)))
    crm = account(zoho, "Higashi Textiles", Industry=made.choices[1])
    await sync(service)
    page = await service.record("customers", next(
        each.key for each in await service.links("customers", "linked", 0, 100) if each.crm_id == crm
    ), True)  # fmt: skip
    assert [each.books for each in page.fields if each.books_field == made.name] == [made.choices[1]]
    assert "Industry" not in {each.crm.name for each in await service.missing_fields("customers", "accounts", "main")}


@pytest.mark.parametrize(("field", "code"), [("Parent_Account", "field_not_creatable"), ("Nothing", "not_found")])
async def test_a_field_that_cannot_be_made_says_why(service: LocalService, field: str, code: str) -> None:
    with pytest.raises(Problem) as refused:
        await service.create_books_field("customers", "accounts", "main", field)
    assert refused.value.code == code
    if code == "field_not_creatable":
        assert "lookup" in refused.value.message("en")


async def test_contact_persons_have_no_fields_of_their_own_in_books(service: LocalService) -> None:
    missing = await service.missing_fields("customers", "accounts_contacts", "persons")
    assert missing and {each.hindrance for each in missing} == {"unsupported"}


async def test_of_many_ambiguous_records_only_so_many_are_read_as_a_day_of_books_can_bear(
    service: LocalService, zoho: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ambiguous.MOST_READ, "books", 2)
    await configure(service, duplicates="overwrite", conflict="ask")
    for at in range(3):
        account(zoho, f"Nishi Optics {'I' * (at + 1)}")
        for _ in range(2):
            customer(zoho, f"Nishi Optics {'I' * (at + 1)}")
    await sync(service)
    found = [each for each in await service.ambiguities("customers", 0, 100) if each.name.startswith("Nishi")]
    assert len(found) == 3
    known = [candidate.known for each in found for candidate in each.candidates]
    assert (len(known), sum(known)) == (6, 2)
    assert all(candidate.name for each in found for candidate in each.candidates)
    again = [each for each in await service.ambiguities("customers", 0, 100) if each.name.startswith("Nishi")]
    assert sum(candidate.known for each in again for candidate in each.candidates) == 4
