"""A sync belongs to the agent: it goes on without the command that started it, and ends well when it is told to."""

import asyncio
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.agent.client import attach
from core.agent.launch import wait_until_gone
from core.agent.places import Place
from core.model.run import Run
from core.sandbox.testing import RunningSandbox
from tests.cli.conftest import Commands
from tests.cli.keys import key_of
from tests.cli.terminal import Typed

pytestmark = pytest.mark.e2e


@pytest.fixture
def slow() -> Iterator[RunningSandbox]:
    """A sandbox whose Books takes its time to make a customer: a first sync lasts long enough to be disturbed."""
    with RunningSandbox(accounts=60, seed=4, process=True, planted=False) as made:
        take(made, seconds=0.3)
        yield made


def take(zoho: RunningSandbox, *, seconds: float) -> None:
    """Let every new customer but the first few take so long; 0: no longer."""
    if seconds:
        zoho.fault(kind="delay", side="books", method="POST", path="/contacts$", seconds=seconds, skip=5)
    else:
        zoho.fault()


def end_of(place: Place, run_id: str) -> Run:
    """Wait for the end of a run, whoever started it."""

    async def wait() -> Run:
        async with await attach(place) as service:
            events = service.events()
            await anext(events)
            run = await service.run(run_id)
            while run.state == "running":
                event = await anext(events)
                run = event.run if event.run is not None and event.run.id == run_id else run
            await events.aclose()  # type: ignore[attr-defined]
            return run

    return asyncio.run(wait())


def names_in_books(zoho: RunningSandbox) -> list[str]:
    return [each["contact_name"] for each in zoho.control("GET", "truth/books/contacts")["records"]]


def test_a_run_goes_on_when_the_command_is_killed(kakehashi: Commands, slow: RunningSandbox) -> None:
    kakehashi.connect(slow)
    with Typed(kakehashi, "sync") as typed:
        typed.until("writing")
        typed.child.kill()
        typed.child.wait()
    running = kakehashi("history", "--json").json[0]
    assert running["state"] == "running"
    assert end_of(kakehashi.place, running["id"]).state == "done"
    assert len(names_in_books(slow)) >= 60


def test_no_wait_returns_at_once_and_the_run_goes_on(kakehashi: Commands, slow: RunningSandbox) -> None:
    kakehashi.connect(slow)
    started = kakehashi("sync", "--no-wait", "--json")
    assert (started.code, started.json["state"]) == (0, "running")
    refused = kakehashi("sync")
    assert refused.code == 8
    assert started.json["id"] in refused.err
    assert kakehashi("plan").code == 8
    assert kakehashi("status", "--json").json["running"]["run_id"] == started.json["id"]
    assert end_of(kakehashi.place, started.json["id"]).state == "done"


def test_one_ctrl_c_leaves_the_run_going(kakehashi: Commands, slow: RunningSandbox) -> None:
    kakehashi.connect(slow)
    take(slow, seconds=5)
    with Typed(kakehashi, "sync") as typed:
        typed.until("writing")
        os.kill(typed.child.pid, signal.SIGINT)
        typed.until("The sync goes on; see")
        assert typed.end()[0] == 10
    take(slow, seconds=0)
    run = kakehashi("history", "--json").json[0]
    assert end_of(kakehashi.place, run["id"]).state == "done"


def test_two_ctrl_c_end_the_run_after_what_is_in_flight(kakehashi: Commands, slow: RunningSandbox) -> None:
    kakehashi.connect(slow)
    with Typed(kakehashi, "sync") as typed:
        typed.until("writing")
        os.kill(typed.child.pid, signal.SIGINT)
        typed.until("Press Ctrl-C again")
        os.kill(typed.child.pid, signal.SIGINT)
        code, _ = typed.end()
    assert code == 10
    assert kakehashi("history", "--json").json[0]["state"] == "interrupted"
    assert kakehashi("sync").code == 0
    names = names_in_books(slow)
    assert len(names) == len(set(names))


def test_cancel_ends_the_run(kakehashi: Commands, slow: RunningSandbox) -> None:
    kakehashi.connect(slow)
    started = kakehashi("sync", "--no-wait", "--json").json
    assert kakehashi("sync", "--cancel").code == 0
    assert end_of(kakehashi.place, started["id"]).state == "interrupted"


def test_sigterm_ends_the_run_after_what_is_in_flight_and_the_next_one_goes_on(
    kakehashi: Commands, slow: RunningSandbox
) -> None:
    kakehashi.connect(slow)
    started = kakehashi("sync", "--no-wait", "--json").json
    wait_for_writes(slow, 5)
    os.kill(kakehashi.agent_pid(), signal.SIGTERM)
    assert asyncio.run(wait_until_gone(kakehashi.place, 30))
    made = len(slow.writes())
    run = kakehashi("history", "--json").json[0]
    assert (run["id"], run["state"]) == (started["id"], "interrupted")
    assert kakehashi("links", "--json").json
    assert len(slow.writes()) == made
    assert kakehashi("sync").code == 0
    names = names_in_books(slow)
    assert len(names) == len(set(names)) >= 60


def test_a_killed_agents_run_is_told_as_interrupted_and_made_good(kakehashi: Commands, slow: RunningSandbox) -> None:
    kakehashi.connect(slow)
    with Typed(kakehashi, "sync") as typed:
        wait_for_writes(slow, 5)
        os.kill(kakehashi.agent_pid(), signal.SIGKILL)
        code, _ = typed.end()
    assert code == 8
    assert kakehashi("history", "--json").json[0]["state"] == "interrupted"
    assert kakehashi("sync").code == 0
    names = names_in_books(slow)
    assert len(names) == len(set(names)) >= 60


def wait_for_writes(zoho: RunningSandbox, count: int) -> None:
    """Wait at a process boundary: the sandbox's log is the only sign of how far the agent is."""
    while len([each for each in zoho.writes() if "contacts" in each["path"]]) < count:
        pass


def test_progress_moves_on_a_terminal_and_the_result_stays_clean(kakehashi: Commands, slow: RunningSandbox) -> None:
    kakehashi.connect(slow)
    with Typed(kakehashi, "sync", "--json") as typed:
        code, out = typed.end()
    assert code == 0
    assert out.count("\n") == 1
    assert '"state":"done"' in out
    assert "\r" in typed.shown
    assert "-> Books" in typed.shown


def test_a_secret_is_not_shown_while_it_is_typed(kakehashi: Commands, zoho: RunningSandbox) -> None:
    grant = zoho.control("POST", "tokens/grant", {"scope": "ZohoCRM.modules.ALL"})
    code = grant.get("code") or grant["grant_code"]
    words = ("--service", "crm", "--email", "a@b.example", "--accounts-url", zoho.info["base_url"])
    with Typed(kakehashi, "zsc-key", "new", *words) as typed:
        typed.until("Client id:")
        assert "ZohoCRM.modules.ALL" in typed.shown
        typed.press(zoho.info["client_id"] + "\n")
        typed.until("Client secret")
        typed.press(zoho.info["client_secret"] + "\n")
        typed.until("Code (")
        typed.press(code + "\n")
        ended, out = typed.end()
    assert (ended, out[:5]) == (0, "zsc1.")
    assert zoho.info["client_secret"] not in typed.shown
    assert code not in typed.shown
    assert out.strip() not in typed.shown


def test_connecting_asks_for_what_is_missing_and_shows_no_secret(kakehashi: Commands, zoho: RunningSandbox) -> None:
    keys = {side: Path(key_of(kakehashi, zoho, side)).read_text().strip() for side in ("crm", "books")}
    with Typed(kakehashi, "connect") as typed:
        for side, name in (("crm", "CRM"), ("books", "Books")):
            typed.until(f"{name} e-mail address:")
            typed.press(zoho.info[side]["email"] + "\n")
            typed.until(f"{name} ZSC key")
            typed.press(keys[side] + "\n")
        typed.until("Passphrase for this profile's keys")
        typed.press("open sesame\n")
        code, out = typed.end()
    assert (code, "Joined:" in out) == (0, True)
    for secret in (*keys.values(), "open sesame"):
        assert secret not in typed.shown


def test_settings_are_asked_about_on_a_terminal(kakehashi: Commands, zoho: RunningSandbox) -> None:
    kakehashi.connect(zoho)
    with Typed(kakehashi, "setup", "customers", "--extent", "fetch") as typed:
        typed.until("[y/N]")
        typed.press("n\n")
        assert typed.end()[0] == 0
    assert kakehashi("setup", "customers", "--json").json["extent"] == "both"
    with Typed(kakehashi, "setup", "customers", "--extent", "fetch") as typed:
        typed.until("[y/N]")
        typed.press("y\n")
        assert typed.end()[0] == 0
    assert kakehashi("setup", "customers", "--json").json["extent"] == "fetch"
