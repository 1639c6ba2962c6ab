"""``kakehashi figures``, through a real agent on a sandbox of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from core.sandbox.testing import RunningSandbox
from tests.cli.conftest import Commands

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def run() -> Iterator[Commands]:
    with RunningSandbox(accounts=6, seed=9, process=True, planted=False) as zoho, Commands() as made:
        made.connect(zoho)
        made("sync", "customers", "--json")
        yield made


def causes(run: Commands) -> list[str]:
    return [each["cause"] for each in run("history", "--json").json if each["cause"] == "figures"]


def test_figures_are_asked_for_first_and_then_switched_run_and_switched_off(run: Commands) -> None:
    asked = run("figures", "on")
    assert (asked.code, "--confirm" in asked.err, "Books receivable JPY" in asked.out) == (9, True, True)
    assert run("figures", "run").code == 3
    on = run("figures", "on", "--confirm", "--json")
    assert (on.code, on.json["setup"]["on"], len(on.json["fields"])) == (0, True, 3)
    shown = run("figures", lang="ja")
    assert (shown.code, "未回収債権" in shown.out, "オン" in shown.err + shown.out) == (0, True, True)
    # The first look follows by itself; a command takes long enough to wait for it by.
    seen = next(found for _ in range(60) if (found := causes(run)))
    assert seen == ["figures"]
    ended = run("figures", "run", "--all", "--json")
    assert (ended.code, ended.json["state"]) == (0, "done")
    assert run("figures", "off", "--confirm", "--json").json["setup"]["on"] is False


def test_a_session_that_only_looks_may_look_and_not_switch(run: Commands) -> None:
    assert run("--read-only", "figures").code == 0
    assert run("--read-only", "figures", "on", "--confirm").code == 2
