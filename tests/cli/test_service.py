"""The agent as a service by its commands: the unit, taking over, the health check."""

import os
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from core.agent.launch import running
from core.commands import status as status_command
from core.commands.status import fresh
from core.model.run import Run
from core.sandbox.testing import RunningSandbox
from core.service import Health, ModuleStatus, Status
from tests.cli.conftest import Commands


def test_the_unit_is_all_that_stands_on_stdout(kakehashi: Commands) -> None:
    done = kakehashi("agent", "--print-unit")
    assert done.code == 0
    assert done.out.startswith("[Unit]\n")
    assert "systemctl --user enable --now kakehashi-default.service" in done.err
    assert "User=" in kakehashi("agent", "--print-unit", "system").out


def test_a_service_takes_over_from_an_agent_that_runs(kakehashi: Commands) -> None:
    assert kakehashi("status").code == 0
    before = kakehashi.agent_pid()
    words = [sys.executable, "-P", "-m", "tui.main", "--home", str(kakehashi.place.home), "agent"]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, str(before) in done.stderr) == (8, True)
    child = subprocess.Popen([*words, "--take-over"], stderr=subprocess.PIPE, text=True, env=dict(os.environ))
    try:
        assert child.stderr is not None
        assert "listens on" in child.stderr.readline()
        assert kakehashi("status").code == 0
        assert kakehashi.agent_pid() == child.pid != before
        assert kakehashi("stop").code == 0
        assert child.wait(30) == 0
    finally:
        child.kill()
        child.communicate()


def test_a_health_check_starts_no_agent(kakehashi: Commands) -> None:
    assert kakehashi("status", "--check").code == 8
    assert running(kakehashi.place) is None


def test_a_health_check_of_a_real_profile(kakehashi: Commands, zoho: RunningSandbox) -> None:
    assert (kakehashi("status").code, kakehashi("status", "--check").code) == (0, 3)
    kakehashi.connect(zoho)
    assert kakehashi("status", "--check").code == 0
    done = kakehashi("status", "--check", "--max-age", "24")
    assert (done.code, "(never)" in done.err) == (9, True)
    kakehashi("pause")
    assert kakehashi("status", "--check", "--json").code == 3


@pytest.mark.parametrize(
    ("health", "problem", "code"),
    [
        ("ok", "", 0), ("running", "", 0), ("loading", "", 0), ("not_connected", "", 3), ("not_configured", "", 3),
        ("paused", "", 3), ("locked", "", 4), ("attention", "", 0), ("failed", "", 9),
        ("failed", "credential_refused", 4), ("failed", "store_full", 7), ("failed", "of a newer version", 9),
    ],
)  # fmt: skip
def test_the_health_check_says_what_is_wrong_by_its_exit_code(health: Health, problem: str, code: int) -> None:
    run = Run(id="1", module="customers", cause="scheduled", started="", state="failed", problem=problem)
    module = ModuleStatus(module="customers", state="failed" if problem else "on", last_run=run)
    found = Status(version="1", pid=1, health=health, profile=None, profile_name="x", modules=(module,))
    assert status_command._check(None, found, None, strict=False) == code  # type: ignore[arg-type]
    strict = 9 if health == "attention" else code
    assert status_command._check(None, found, None, strict=True) == strict  # type: ignore[arg-type]


def test_a_run_that_waits_to_be_confirmed_is_not_well() -> None:
    module = ModuleStatus(module="customers", state="needs_confirmation")
    found = Status(version="1", pid=1, health="attention", profile=None, profile_name="x", modules=(module,))
    assert status_command._check(None, found, None, strict=False) == 9  # type: ignore[arg-type]


def test_how_long_ago_the_last_success_may_be() -> None:
    now = datetime(2026, 1, 1, 12, tzinfo=UTC)
    assert fresh("2026-01-01T10:00:00Z", 2, now)
    assert not fresh("2026-01-01T09:59:59Z", 2, now)
    assert not fresh("", 10**6, now)
