"""Who is told when something is wrong: once, by a command and by a webhook on this machine."""

import asyncio
import http.server
import json
import shlex
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from core.agent.alarm import Alarm, check_alerts
from core.model.problems import Problem
from core.model.run import Run
from core.model.schedule import Alerts
from core.model.setup import Profile
from tests.agent.doubles import Hands


class Kept:
    """Of a store, what an alarm reads."""

    def __init__(self, alerts: Alerts) -> None:
        self.held, self.past = Profile(name="x", alerts=alerts), list[Run]()

    def profile(self) -> Profile:
        return self.held

    def runs(self, limit: int) -> list[Run]:
        return self.past[:limit]


class Hooked:
    """An alarm whose command writes what it is told into a file."""

    def __init__(self, folder: Path, **more: Any) -> None:
        self.file = folder / "told"
        script = "import sys; open(sys.argv[1], 'a').write(sys.stdin.read())"
        words = [sys.executable, "-c", script, str(self.file)]
        self.store, self.clock = Kept(Alerts(command=shlex.join(words), **more)), Hands()
        self.alarm = Alarm(self.store, self.clock, "x")  # type: ignore[arg-type]

    async def told(self) -> list[dict[str, str]]:
        await self.alarm.close()
        return [json.loads(line) for line in self.file.read_text().splitlines()] if self.file.exists() else []


def ended(state: str, problem: str = "", module: str = "customers", **detail: str) -> Run:
    return Run(
        id=f"{module}-{state}", module=module, cause="scheduled", started="2026-01-01T00:00:00Z",  # type: ignore[arg-type]
        finished="2026-01-01T00:10:00Z", state=state, problem=problem, problem_detail=detail,  # type: ignore[arg-type]
    )  # fmt: skip


@pytest.fixture
async def hooked(tmp_path: Path) -> AsyncIterator[Hooked]:
    made = Hooked(tmp_path, silent_hours=5)
    yield made
    await made.alarm.close()


@pytest.mark.parametrize(
    ("run", "kind", "problem"),
    [
        (ended("failed", "store_full", path="/x"), "run_failed", "store_full"),
        (ended("failed", "credential_refused", side="CRM", why="revoked"), "credential", "credential_refused"),
        (ended("needs_confirmation"), "valve", "needs_confirmation"),
    ],
)
async def test_what_goes_wrong_is_told_with_its_remedy(hooked: Hooked, run: Run, kind: str, problem: str) -> None:
    hooked.alarm.note(run)
    (told,) = await hooked.told()
    assert (told["kind"], told["problem"], told["run"], told["module"]) == (kind, problem, run.id, "customers")
    assert told["message"]
    assert told["remedy"]


@pytest.mark.parametrize("run", [ended("done"), ended("interrupted"), ended("stopped", "daily_quota")])
async def test_what_goes_on_by_itself_is_not_told(hooked: Hooked, run: Run) -> None:
    hooked.alarm.note(run)
    assert await hooked.told() == []


async def test_the_same_is_told_once_until_a_run_has_succeeded(hooked: Hooked) -> None:
    for _ in range(3):
        hooked.alarm.note(ended("failed", "store_full", path="/x"))
    hooked.alarm.note(ended("failed", "store_full", module="items", path="/x"))
    assert sorted(each["module"] for each in await hooked.told()) == ["customers", "items"], "hooks run side by side"
    hooked.alarm.note(ended("done"))
    hooked.alarm.note(ended("failed", "store_full", path="/x"))
    assert len(await hooked.told()) == 3


async def test_silence_is_told_after_the_set_time(hooked: Hooked) -> None:
    hooked.store.past = [ended("failed", "store_full"), ended("done")]
    await hooked.clock.advance(5 * 3_600 - 1_000)
    hooked.alarm.watch_silence()
    assert await hooked.told() == []
    await hooked.clock.advance(601)
    hooked.alarm.watch_silence()
    hooked.alarm.watch_silence()
    assert [each["kind"] for each in await hooked.told()] == ["silent"]


async def test_a_hook_that_fails_holds_up_nothing_and_stands_in_the_log(
    hooked: Hooked, caplog: pytest.LogCaptureFixture
) -> None:
    hooked.store.held = Profile(name="x", alerts=Alerts(command="/no/such/program"))
    hooked.alarm.note(ended("failed", "store_full", path="/x"))
    await hooked.alarm.close()
    assert "No such file" in caplog.text


class Listener(http.server.BaseHTTPRequestHandler):
    took: list[bytes]
    status = 204

    def do_POST(self) -> None:
        self.took.append(self.rfile.read(int(self.headers["content-length"])))
        self.send_response(self.status)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def webhook() -> Iterator[tuple[str, type[Listener]]]:
    handler = type("Handler", (Listener,), {"took": []})
    server = http.server.HTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/hook", handler
    server.shutdown()
    thread.join()
    server.server_close()


async def test_a_webhook_is_sent_the_same(webhook: tuple[str, type[Listener]]) -> None:
    url, handler = webhook
    alarm = Alarm(Kept(Alerts(webhook=url)), Hands(), "x")  # type: ignore[arg-type]
    await alarm.test()
    assert [json.loads(each)["kind"] for each in handler.took] == ["test"]


async def test_a_test_tells_what_a_hook_answered(webhook: tuple[str, type[Listener]]) -> None:
    url, handler = webhook
    handler.status = 500
    alarm = Alarm(Kept(Alerts(webhook=url, command="false")), Hands(), "x")  # type: ignore[arg-type]
    with pytest.raises(Problem) as caught:
        await alarm.test()
    assert caught.value.detail["why"] == "command: exit code 1; webhook: HTTP 500"


async def test_without_a_hook_there_is_nothing_to_test() -> None:
    with pytest.raises(Problem) as caught:
        await Alarm(Kept(Alerts()), Hands(), "x").test()  # type: ignore[arg-type]
    assert caught.value.code == "bad_request"


async def test_a_hook_that_does_not_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.agent.alarm.HOOK_SECONDS", 0.05)
    words = shlex.join([sys.executable, "-c", "import signal; signal.pause()"])
    alarm = Alarm(Kept(Alerts(command=words)), Hands(), "x")  # type: ignore[arg-type]
    with pytest.raises(Problem) as caught:
        await asyncio.wait_for(alarm.test(), 30)
    assert caught.value.detail["why"] == "command: no end within 0.05 s"


async def test_a_hook_is_not_told_the_passphrase(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAKEHASHI_PASSPHRASE", "correct horse")
    script = "import os, sys; open(sys.argv[1], 'w').write(repr(dict(os.environ)))"
    words = shlex.join([sys.executable, "-c", script, str(tmp_path / "env")])
    await Alarm(Kept(Alerts(command=words)), Hands(), "x").test()  # type: ignore[arg-type]
    told = (tmp_path / "env").read_text()
    assert "'KAKEHASHI_ALERT': 'test'" in told
    assert "correct horse" not in told


@pytest.mark.parametrize(
    "wrong",
    [
        {"command": "'unclosed"},
        {"command": "  "},
        {"webhook": "ftp://x"},
        {"webhook": "https://"},
        {"silent_hours": -1},
    ],
)
def test_a_hook_that_cannot_be_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(Problem) as caught:
        check_alerts(Alerts(**wrong))
    assert caught.value.code == "bad_request"
