"""Agents as processes: started, refused, killed, ended."""

import asyncio
import contextlib
import os
import signal
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.agent.client import attach, find
from core.agent.launch import agent_command, running, spawn_attached, wait_until_gone
from core.agent.places import DEMO_PREFIX, Place
from core.agent.sockets import listen
from core.model.problems import Problem
from core.service import Status

pytestmark = pytest.mark.e2e


@pytest.fixture
def agents(home: Path) -> Iterator[Place]:
    """A place whose agent is ended at the end, whatever happened."""
    place = Place(home)
    yield place
    holder = running(place)
    if holder is not None:
        os.kill(holder.pid, signal.SIGKILL)
        asyncio.run(wait_until_gone(place, 10))


async def kill(place: Place) -> int:
    """Kill -9 the agent, and wait until its lock is free."""
    holder = running(place)
    assert holder is not None
    os.kill(holder.pid, signal.SIGKILL)
    assert await wait_until_gone(place, 10)
    return holder.pid


def test_attaching_starts_an_agent_that_is_nobodys_child(agents: Place) -> None:
    async def ask() -> Status:
        async with await attach(agents) as service:
            return await service.status()

    status, holder = asyncio.run(ask()), running(agents)
    assert holder is not None
    assert (holder.pid, holder.socket, holder.version) == (status.pid, str(agents.socket), status.version)
    assert os.getsid(holder.pid) != os.getsid(0)
    with pytest.raises(ChildProcessError):
        os.waitpid(holder.pid, os.WNOHANG)


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="there is no /proc")
def test_a_place_can_be_told_from_its_agents_command_line(agents: Place) -> None:
    async def start() -> None:
        await (await attach(agents)).close()

    asyncio.run(start())
    holder = running(agents)
    assert holder is not None
    assert str(agents.home).encode() in Path(f"/proc/{holder.pid}/cmdline").read_bytes()


@pytest.mark.parametrize("scope", [["false"], ["/no/such/program"], ["env"]])
async def test_a_scope_that_does_not_work_is_done_without(
    agents: Place, monkeypatch: pytest.MonkeyPatch, scope: list[str]
) -> None:
    monkeypatch.setattr("core.agent.launch.outlasting_scope", lambda: scope)
    async with await attach(agents) as service:
        assert (await service.status()).pid


async def test_its_files_are_for_its_user_alone(agents: Place) -> None:
    async with await attach(agents) as service:
        await service.runs(1)
    for path in (agents.log, agents.socket):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    for path in (agents.home, agents.folder, agents.log.parent):
        assert stat.S_IMODE(path.stat().st_mode) == 0o700


async def test_many_that_attach_at_once_meet_one_agent(agents: Place) -> None:
    services = await asyncio.gather(*(attach(agents) for _ in range(4)))
    pids = {(await each.status()).pid for each in services}
    for each in services:
        await each.close()
    assert len(pids) == 1


async def test_a_second_agent_is_told_who_is_there(agents: Place) -> None:
    async with await attach(agents) as service:
        pid = (await service.status()).pid
        second = await asyncio.to_thread(
            subprocess.run, agent_command(agents), capture_output=True, text=True, timeout=30, check=False
        )
        assert second.returncode == 8
        assert str(pid) in second.stderr
        assert (await service.status()).pid == pid


async def test_after_a_kill_the_next_call_has_a_new_agent(agents: Place) -> None:
    async with await attach(agents) as service:
        first = (await service.status()).pid
        await kill(agents)
        assert agents.socket.exists()
        with contextlib.suppress(Problem):
            await service.status()  # the connection that was open may be found broken, once
        assert (await service.status()).pid != first


async def test_a_watcher_is_told_that_the_agent_was_killed(agents: Place) -> None:
    async with await attach(agents) as service:
        events = service.events()
        await anext(events)
        await kill(agents)
        with pytest.raises(Problem) as caught:
            async for _ in events:
                pass
        assert caught.value.code == "agent_unreachable"


async def test_a_stale_socket_is_no_obstacle(agents: Place) -> None:
    agents.prepare()
    listen(agents.socket).close()
    async with await attach(agents) as service:
        await service.status()


async def test_a_path_too_long_for_a_socket_is_no_obstacle(home: Path) -> None:
    deep = Place(home / ("d" * 60) / ("e" * 60))
    async with await attach(deep) as service:
        assert (await service.status()).profile_name == "default"
        await service.shutdown()
    assert await wait_until_gone(deep, 20)
    assert not deep.socket.exists()


async def test_sigterm_ends_it_and_leaves_no_socket(agents: Place) -> None:
    async with await attach(agents) as service:
        pid = (await service.status()).pid
    os.kill(pid, signal.SIGTERM)
    assert await wait_until_gone(agents, 20)
    assert not agents.socket.exists()
    assert find(agents) is None


async def test_a_hangup_does_not_end_it(agents: Place) -> None:
    async with await attach(agents) as service:
        pid = (await service.status()).pid
        os.kill(pid, signal.SIGHUP)
        for _ in range(3):
            assert (await service.status()).pid == pid


async def test_what_keeps_an_agent_from_starting_reaches_who_attaches(agents: Place) -> None:
    agents.home.parent.joinpath("file").write_text("")
    with pytest.raises(Problem) as caught:
        await attach(Place(agents.home.parent / "file" / "home"))
    assert caught.value.code == "store_read_only"


async def test_a_folder_that_is_not_ours_is_left_as_it_is(agents: Place) -> None:
    agents.prepare()
    (agents.folder / "photo.jpg").write_bytes(b"jpg")
    for _ in range(2):
        with pytest.raises(Problem) as caught:
            async with await attach(agents) as service:
                await service.runs(1)
        assert caught.value.code == "store_not_ours"
    assert (agents.folder / "photo.jpg").read_bytes() == b"jpg"


def test_an_attached_agent_ends_with_its_launchers_pipe_and_takes_its_home_along(home: Path) -> None:
    place = Place(home.parent / f"{DEMO_PREFIX}x", "demo")
    child = spawn_attached(place)
    assert running(place) is not None
    assert child.stdin is not None
    child.stdin.close()
    assert child.wait(20) == 0
    assert not place.home.exists()


def test_no_other_home_is_ever_removed(home: Path) -> None:
    place = Place(home)
    child = spawn_attached(place)
    assert child.stdin is not None
    child.stdin.close()
    assert child.wait(20) == 0
    assert place.home.exists()
