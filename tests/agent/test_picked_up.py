"""New records of every module are picked up by the automatic run that follows them (B78)."""

from collections.abc import Iterator

import msgspec
import pytest

from core.agent.places import Place
from core.model.names import ModuleName
from core.sandbox.testing import RunningSandbox
from core.service import SyncRequest
from tests.agent.test_local import join
from tests.agent.test_schedule import MINUTE, Kept

MADE = {
    "customers": ("Accounts", "Account_Name", "contacts", "contact_name"),
    "vendors": ("Vendors", "Vendor_Name", "contacts", "contact_name"),
    "items": ("Products", "Product_Name", "items", "name"),
}


@pytest.fixture(scope="module")
def zoho() -> Iterator[RunningSandbox]:
    with RunningSandbox(accounts=6, seed=7, planted=False) as made:
        yield made


@pytest.mark.parametrize("module", sorted(MADE))
async def test_B78_what_is_new_is_picked_up_every_two_hours(
    place: Place, zoho: RunningSandbox, module: ModuleName
) -> None:
    crm, crm_name, books, books_name = MADE[module]
    name = f"新規 {module}"
    kept = Kept(place)
    await kept.load()
    try:
        await join(kept.service, zoho)
        setup = await kept.service.default_setup(module)
        await kept.service.configure(msgspec.structs.replace(setup, duplicates="overwrite"))
        first = await kept.service.sync(SyncRequest(module=module))
        assert (await kept.end_of(first.id)).state == "done"
        zoho.control("POST", "edit", {"side": "crm", "module": crm, "op": "create", "fields": {crm_name: name}})
        await kept.pass_(119 * MINUTE)
        assert len(await kept.runs()) == 1, "not before two hours have passed"
        await kept.pass_(2 * MINUTE)
        ended = await kept.end_of()
        assert (ended.cause, ended.state, ended.counts["to_books"].created) == ("scheduled", "done", 1)
        names = [each[books_name] for each in zoho.control("GET", f"truth/books/{books}")["records"]]
        assert names.count(name) == 1
    finally:
        await kept.service.close()
