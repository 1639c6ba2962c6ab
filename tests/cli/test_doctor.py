"""The doctor: every step is told, what is wrong is told with its remedy, and nothing is written."""

from typing import Any

import pytest

from core.sandbox.testing import RunningSandbox
from core.zoho.doctor import tls_of
from tests.cli.conftest import Commands


@pytest.fixture
def world() -> Any:
    with RunningSandbox(accounts=3, clock="real") as made:
        yield made


def test_all_steps_are_told_and_nothing_is_written(kakehashi: Commands, world: RunningSandbox) -> None:
    assert kakehashi("doctor").code == 3
    kakehashi.connect(world)
    before = world.writes()
    done = kakehashi("doctor", "--json")
    assert done.code == 0, done.out
    found = done.json
    assert {
        "terminal", "space", "private", "logout", "reachable", "tls", "clock", "token", "probe", "organisation",
        "edition",
        "modules", "scopes", "quota", "base_currencies", "native_integration",
    } <= {each["id"] for each in found}  # fmt: skip
    assert {each["detail"]["side"] for each in found if each["id"] == "probe"} == {"CRM", "Books"}
    assert world.writes() == before
    assert kakehashi("--read-only", "doctor").code == 0
    for lang in ("en", "ja"):
        told = kakehashi("doctor", lang=lang).out
        assert world.info["refresh_token"] not in told
        assert "{" not in told


def test_probes_tell_one_behaviour_from_the_other(kakehashi: Commands, world: RunningSandbox) -> None:
    kakehashi.connect(world)

    def answer(what: str) -> str:
        found = kakehashi("doctor", "--json").json
        return str(next(each["detail"]["answer"] for each in found if each["detail"].get("what", "").startswith(what)))

    assert answer("If-Modified-Since").startswith("304")
    world.switch("crm.not_modified_status", 204)
    assert answer("If-Modified-Since").startswith("204")


def test_a_clock_that_is_off_is_told(kakehashi: Commands, world: RunningSandbox) -> None:
    kakehashi.connect(world)
    world.fault(path="/", kind="skew", seconds=900)
    found = kakehashi("doctor", "--json").json
    clock = [each for each in found if each["id"] == "clock"]
    assert [each["state"] for each in clock] == ["warning"] * len(clock)
    assert clock


def test_a_server_that_is_gone_is_told_and_the_other_steps_go_on(kakehashi: Commands) -> None:
    with RunningSandbox(accounts=3, process=True) as gone:
        kakehashi.connect(gone)
    done = kakehashi("doctor", "--json")
    states = {(each["id"], each["state"]) for each in done.json}
    assert done.code == 3
    assert ("reachable", "stop") in states
    assert ("space", "ok") in states


async def test_a_live_host_without_encryption_is_refused() -> None:
    assert (await tls_of("http://127.0.0.1:1", {})).state == "ok"
    assert (await tls_of("http://accounts.invalid", {})).state == "stop"
    assert (await tls_of("https://127.0.0.1:1", {})).state == "warning"
