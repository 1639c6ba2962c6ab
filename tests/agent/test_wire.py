"""Every method of the service crosses a real Unix socket, with its arguments and its result."""

import asyncio
import inspect
import stat
from typing import Any

import httpx
import msgspec
import pytest

from core.agent.client import RemoteService, attach
from core.agent.places import Place
from core.agent.server import Gate
from core.agent.wire import OPERATIONS, Operation
from core.model.problems import PROBLEMS, Problem
from core.service import Event, Service
from tests.agent.conftest import Served, serving
from tests.agent.doubles import sample

CALLS = [each for each in OPERATIONS.values() if not each.streams]


@pytest.fixture
async def remote(place: Place, served: Served) -> Any:
    async with RemoteService.at(place, place.socket) as service:
        yield service


def test_every_method_of_the_protocol_is_an_operation() -> None:
    public = {name for name, _ in inspect.getmembers(Service, inspect.isfunction) if not name.startswith("_")}
    assert set(OPERATIONS) == public


@pytest.mark.parametrize("operation", CALLS, ids=lambda each: each.name)
async def test_arguments_and_result_arrive_as_they_were_sent(
    operation: Operation, served: Served, remote: RemoteService
) -> None:
    fields = msgspec.structs.fields(operation.arguments)
    arguments = {each.name: sample(each.type) for each in fields}
    result = await getattr(remote, operation.name)(*arguments.values())
    assert served.service.asked == [(operation.name, arguments)]
    assert result == sample(operation.result)


async def test_a_missing_argument_is_the_callers_mistake(remote: RemoteService) -> None:
    with pytest.raises(TypeError):
        await remote.plan()  # type: ignore[call-arg]


async def test_news_arrive_one_by_one_while_the_stream_is_open(served: Served, remote: RemoteService) -> None:
    events = remote.events()
    assert await anext(events) == Event(kind="hello")
    assert await anext(events) == sample(Event)
    served.service.hold.set()
    assert [each.kind async for each in events] == ["closing"]


async def test_a_watcher_that_goes_is_let_go(served: Served, remote: RemoteService) -> None:
    events = remote.events()
    await anext(events)
    assert (served.service.watchers, served.gate.open) == (1, 1)
    gone = asyncio.Event()
    served.gate.left = gone.set  # type: ignore[method-assign]
    await events.aclose()  # type: ignore[attr-defined]
    await gone.wait()
    assert (served.service.watchers, served.gate.open) == (0, 0)


@pytest.mark.parametrize("code", PROBLEMS)
async def test_a_problem_crosses_with_its_code_and_detail(code: str, served: Served, remote: RemoteService) -> None:
    served.service.raises = Problem(code, path="/somewhere", side="crm")
    with pytest.raises(Problem) as caught:
        await remote.status()
    assert (caught.value.code, caught.value.detail) == (code, {"path": "/somewhere", "side": "crm"})


async def test_the_unexpected_is_told_by_its_kind_alone(served: Served, remote: RemoteService) -> None:
    served.service.raises = ValueError("client_secret=abc")
    with pytest.raises(Problem) as caught:
        await remote.status()
    assert caught.value.code == "unexpected"
    assert caught.value.detail == {"what": "ValueError", "log": "the.log"}


async def test_what_is_no_argument_is_refused(place: Place, served: Served) -> None:
    transport = httpx.AsyncHTTPTransport(uds=str(place.socket))
    async with httpx.AsyncClient(transport=transport, base_url="http://agent") as http:
        for body in (b"", b"{", b'{"module": "nonsense"}', b"[]"):
            answer = await http.post("/plan", content=body)
            assert (answer.status_code, answer.json()["code"]) == (409, "bad_request")
        assert (await http.get("/plan")).status_code == 405
        assert (await http.get("/_loaded")).status_code == 404
    assert served.service.asked == []


async def test_the_socket_is_for_its_user_alone(place: Place, served: Served) -> None:
    assert stat.S_IMODE(place.socket.stat().st_mode) == 0o600
    assert stat.S_IMODE(place.folder.stat().st_mode) == 0o700


async def test_a_read_only_client_reads_and_changes_nothing(place: Place, served: Served) -> None:
    async with RemoteService.at(place, place.socket, read_only=True) as remote:
        assert (await remote.status()).read_only
        for call in (remote.pause, remote.cancel, remote.shutdown):
            with pytest.raises(Problem) as caught:
                await call()
            assert caught.value.code == "read_only"
    assert [name for name, _ in served.service.asked] == ["status"]


async def test_an_older_program_is_told_to_start_again_and_drives_nobody_out(place: Place) -> None:
    gate = Gate("99.0")
    gate.other_version = pytest.fail  # type: ignore[method-assign]
    async with serving(place, gate), RemoteService.at(place, place.socket) as remote:
        with pytest.raises(Problem) as caught:
            await remote.status()
    assert caught.value.code == "program_outdated"


async def test_an_agent_of_another_version_says_so_to_all_but_stop(place: Place) -> None:
    async with serving(place, Gate("0.0.1")) as served, RemoteService.at(place, place.socket) as remote:
        with pytest.raises(Problem) as caught:
            await remote.status()
        assert caught.value.code == "agent_outdated"
        assert caught.value.detail["found"] == "0.0.1"
        await remote.shutdown()
        assert [name for name, _ in served.service.asked] == ["shutdown"]


async def test_a_lost_answer_is_told_and_nothing_is_sent_twice(place: Place) -> None:
    seen: list[bytes] = []

    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(await reader.readuntil(b"\r\n\r\n"))
        writer.close()

    server = await asyncio.start_unix_server(hang_up, place.socket)
    async with server, RemoteService.at(place, place.socket) as remote:
        with pytest.raises(Problem) as caught:
            await remote.pause()
    assert caught.value.code == "agent_unreachable"
    assert len(seen) == 1


async def test_where_no_agent_runs_it_is_said(place: Place) -> None:
    with pytest.raises(Problem) as caught:
        await attach(place, start=False)
    assert caught.value.code == "agent_unreachable"
    async with RemoteService.at(place, place.socket) as remote:
        with pytest.raises(Problem) as caught:
            await remote.status()
    assert caught.value.code == "agent_unreachable"
