"""Single records, held plans and undo, through the service over a real sandbox."""

from collections.abc import AsyncIterator, Awaitable
from typing import Any

import msgspec
import pytest

from core.agent.clock import SystemClock
from core.agent.local import LocalService
from core.agent.places import Place
from core.model.plan import SavedPlan
from core.model.problems import Problem
from core.model.run import Run
from core.model.undo import UndoScope
from core.sandbox.testing import RunningSandbox
from core.service_records import ApplyRequest, FetchRequest, RecordRef, UndoRequest
from tests.agent.test_local import join, sync


@pytest.fixture(scope="module")
def zoho() -> Any:
    with RunningSandbox(accounts=12, seed=3, planted=False) as made:
        yield made


@pytest.fixture
async def service(place: Place, zoho: RunningSandbox) -> AsyncIterator[LocalService]:
    made = LocalService(place, SystemClock())
    await made.load()
    await join(made, zoho)
    await made.configure(await made.default_setup("customers"))
    yield made
    await made.close()


async def end(service: LocalService, start: Awaitable[Run]) -> Run:
    events = service.events()
    await anext(events)
    run = await start
    async for event in events:
        if event.run is not None and event.run.id == run.id and event.run.state != "running":
            return event.run
    raise AssertionError("no end was told")


async def phone(service: LocalService, zoho: RunningSandbox, crm_id: str, number: str) -> None:
    zoho.control(
        "POST", "edit", {"side": "crm", "module": "Accounts", "op": "change", "id": crm_id, "fields": {"Phone": number}}
    )


def phone_in_books(zoho: RunningSandbox, books_id: str) -> str:
    rows = zoho.control("GET", "truth/books/contacts")["records"]
    return str(next(each for each in rows if each["contact_id"] == books_id)["billing_address"]["phone"])


async def test_one_record_is_fetched_explained_undone_and_released(service: LocalService, zoho: RunningSandbox) -> None:
    await sync(service)
    link = (await service.links("customers", "linked", 0, 1))[0]
    before = phone_in_books(zoho, link.books_id)
    await phone(service, zoho, link.crm_id, "03-7777-0000")
    request = FetchRequest(module="customers", records=(RecordRef("books", link.books_id),))
    fetched = await end(service, service.fetch(request))
    assert (fetched.cause, fetched.counts["to_books"].updated) == ("fetch", 1)
    assert phone_in_books(zoho, link.books_id) == "03-7777-0000"
    assert [each.code for each in await service.why_not("customers", "crm", link.crm_id)] == ["in_step"]

    scope = UndoScope(run_id=fetched.id)
    (step,) = (await service.undo_plan(scope)).steps
    assert step.verb == "restore"
    undone = await end(service, service.undo(UndoRequest(scope=scope)))
    assert (undone.state, undone.counts["to_books"].updated) == ("done", 1)
    assert phone_in_books(zoho, link.books_id) == before
    with pytest.raises(Problem, match="no ignored record"):
        await service.release("customers", link.crm_id)


async def test_a_held_plan_goes_through_a_file_and_is_applied(service: LocalService, zoho: RunningSandbox) -> None:
    await sync(service)
    links = await service.links("customers", "linked", 0, 2)
    for each in links:
        await phone(service, zoho, each.crm_id, "03-8888-0000")
    summary = await service.plan("customers")
    kept = msgspec.json.encode(await service.saved_plan(summary.id))
    plan_id = await service.keep_plan(msgspec.json.decode(kept, type=SavedPlan))
    actions = await service.plan_actions(plan_id, 0, 10)
    left_out = next(each.id for each in actions if each.crm_id == links[1].crm_id)
    run = await end(service, service.apply(ApplyRequest(plan_id=plan_id, exclude=(left_out,))))
    assert run.counts["to_books"].updated == 1
    assert phone_in_books(zoho, links[0].books_id) == "03-8888-0000"
    (rest,) = await service.plan_actions(f"rest-{run.id}", 0, 10)
    assert (rest.crm_id, rest.moved) == (links[1].crm_id, False)


async def test_asking_for_nothing_or_the_unknown_is_refused(service: LocalService) -> None:
    with pytest.raises(Problem, match="no record is named"):
        await service.fetch(FetchRequest(module="customers", records=()))
    with pytest.raises(Problem, match="There is no plan"):
        await service.apply(ApplyRequest(plan_id="customers-0-0"))
    with pytest.raises(Problem, match="There is no history"):
        await service.undo_plan(UndoScope(run_id="20250101T000000Z-1"))
