"""Joining other organisations than those whose links a profile holds."""

from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest

from core.agent.clock import SystemClock
from core.agent.local import LocalService
from core.agent.places import Place
from core.engine.ports import Commit
from core.model.link import Link
from core.model.problems import Problem
from core.sandbox.testing import RunningSandbox
from tests.agent.test_local import join


@pytest.fixture(scope="module")
def zoho() -> Any:
    with RunningSandbox(accounts=3, seed=7) as made:
        yield made


@pytest.fixture
async def service(place: Place, zoho: RunningSandbox) -> AsyncIterator[LocalService]:
    made = LocalService(place, SystemClock())
    await made.load()
    await join(made, zoho)
    yield made
    await made.close()


async def be_of_others(service: LocalService, *links: Link) -> None:
    """Let what is held here belong to other organisations."""
    profile = await service._ready()
    joined = profile.store.profile()
    assert joined is not None
    changed = msgspec.structs.replace(joined, pair=("1", "2"), crm=None, books=None)
    profile.store.commit(Commit(profile=changed, links=list(links)))


async def test_other_organisations_do_not_inherit_the_pairs(service: LocalService, zoho: RunningSandbox) -> None:
    await be_of_others(service, Link(module="customers", crm_id="5", books_id="6"))
    with pytest.raises(Problem) as caught:
        await join(service, zoho)
    assert (caught.value.code, caught.value.detail) == ("other_pair", {"crm": "1", "books": "2"})
    assert (await service.status()).health == "not_connected"
    assert len(await service.links("customers", None, 0, 9)) == 1


async def test_without_pairs_any_organisations_may_be_joined(service: LocalService, zoho: RunningSandbox) -> None:
    await be_of_others(service)
    await join(service, zoho)
    assert (await service.status()).health == "not_configured"
