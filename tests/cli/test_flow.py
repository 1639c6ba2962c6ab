"""A user connects, looks, syncs, and reads what came of it; every command in words and in JSON."""

from collections.abc import Iterator
from typing import Any

import pytest

from core.sandbox.testing import RunningSandbox
from tests.cli.conftest import Commands

pytestmark = pytest.mark.e2e

COUNTS = {"created", "updated", "linked", "gone", "skipped", "unchanged", "held", "failed"}
RUN = {"id", "cause", "started", "finished", "state", "counts", "api_calls"}


class Synced:
    """A profile that has synced once, with what the commands printed meanwhile."""

    def __init__(self, run: Commands, zoho: RunningSandbox) -> None:
        self.run, self.zoho = run, zoho
        run.connect(zoho)
        self.planned = run("plan", "--json")
        self.first = run("sync", "customers", "--json")
        since = len(zoho.requests())
        self.second = run("sync", "customers", "--json")
        self.rewritten = zoho.writes(since)


@pytest.fixture(scope="module")
def synced() -> Iterator[Synced]:
    with RunningSandbox(accounts=100, seed=7, process=True) as zoho, Commands() as run:
        yield Synced(run, zoho)


def run_shape(run: dict[str, Any]) -> None:
    assert set(run) == RUN
    assert set(run["counts"]) == {"to_books", "to_crm"}
    assert all(set(each) == COUNTS for each in run["counts"].values())
    assert set(run["api_calls"]) == {"crm", "books"}


def test_a_run_in_json(synced: Synced) -> None:
    run_shape(synced.first.json)
    assert (synced.first.json["cause"], synced.first.json["state"]) == ("first", "done")
    assert synced.first.json["counts"]["to_books"]["created"] > 80
    assert synced.first.json["api_calls"]["books"] > 80


def test_failures_end_a_sync_with_9(synced: Synced) -> None:
    assert synced.first.code == 0
    assert "kakehashi failures" in synced.first.err


def test_the_plan_says_what_the_run_then_does(synced: Synced) -> None:
    plan, run = synced.planned.json, synced.first.json
    planned, done = plan["counts"]["to_books"], run["counts"]["to_books"]
    assert planned["created"] == done["created"] + done["failed"] + done["held"] - planned["held"]
    assert plan["forecast"]["books"] >= done["created"]
    assert plan["actions"] > 0


def test_the_plan_writes_nothing(synced: Synced) -> None:
    before = len(synced.zoho.requests())
    assert synced.run("plan").code == 0
    assert synced.zoho.writes(before) == []


def test_a_second_sync_writes_nothing(synced: Synced) -> None:
    assert synced.rewritten == []
    assert sum(each["created"] + each["updated"] for each in synced.second.json["counts"].values()) == 0


def test_failures_in_json(synced: Synced) -> None:
    done = synced.run("failures", "--json")
    assert done.code == 0
    assert {tuple(each) for each in done.json} == {
        ("module", "direction", "record", "reason", "message", "remedy", "raw", "attempts")
    }
    planted = {each["reason"] for each in synced.zoho.planted() if each["stage"] == "first_sync"}
    assert {each["reason"] for each in done.json} == planted


def test_failures_can_be_narrowed(synced: Synced) -> None:
    whole = synced.run("failures", "--json").json
    one = whole[0]["reason"]
    part = synced.run("failures", "customers", "--reason", one, "--json").json
    assert part == [each for each in whole if each["reason"] == one]
    assert synced.run("failures", "vendors", "--json").json == []


def test_a_remedy_is_told_in_the_users_language(synced: Synced) -> None:
    english, japanese = synced.run("failures").out, synced.run("failures", "--lang", "ja").out
    for each in synced.run("failures", "--json").json:
        assert each["remedy"] in english
    assert english != japanese
    assert synced.run("failures", lang="ja").out == japanese


def test_a_raw_answer_can_be_seen(synced: Synced) -> None:
    raw = next(each["raw"] for each in synced.run("failures", "--json").json if each["raw"])
    assert raw.split("\n")[0][:40] in synced.run("failures", "--raw").out


def test_links_in_json(synced: Synced) -> None:
    found = synced.run("links", "--json").json
    assert {tuple(each) for each in found} == {("module", "crm_id", "books_id", "state")}
    assert len(found) == synced.run("status", "--json").json["modules"][0]["links"]
    assert synced.run("links", "--json", "--limit", "3").json == found[:3]
    assert synced.run("links", "--state", "crm_gone", "--json").json == []
    assert len(synced.run("links").out.splitlines()) == len(found)


def test_history_in_json(synced: Synced) -> None:
    runs = synced.run("history", "--json").json
    for each in runs:
        run_shape(each)
    assert [each["id"] for each in runs[-2:]] == [synced.second.json["id"], synced.first.json["id"]]
    assert len(synced.run("history", "--json", "--limit", "1").json) == 1


def test_what_a_run_did(synced: Synced) -> None:
    lines = synced.run("history", synced.first.json["id"], "--json").json
    created = [each for each in lines if each["verb"] == "create"]
    counts = synced.first.json["counts"].values()
    assert len(created) == sum(each["created"] for each in counts)
    assert synced.run("history", synced.second.json["id"], "--json").json == []
    assert synced.run("history", synced.first.json["id"]).out.count("\n") == len(lines)


def test_status_in_json_and_in_words(synced: Synced) -> None:
    done = synced.run("status", "--json")
    assert (done.code, done.json["health"], done.json["vault"]) == (0, "attention", "loopback")
    assert [each["module"] for each in done.json["modules"]] == ["customers", "vendors", "items", "documents"]
    words = synced.run("status").out
    assert done.json["profile"]["books"]["name"] in words
    assert "Customers" in words


def test_paused_refuses_and_resumed_syncs(synced: Synced) -> None:
    assert synced.run("pause").code == 0
    refused = synced.run("sync")
    assert (refused.code, refused.out) == (3, "")
    assert "kakehashi resume" in refused.err
    assert synced.run("resume").code == 0
    assert synced.run("sync").code in (0, 9)


def test_retry_tries_every_failure_again(synced: Synced) -> None:
    before = {each["record"]: each["attempts"] for each in synced.run("failures", "--json").json}
    assert synced.run("sync", "--retry", "--strict").code == 9
    after = {each["record"]: each["attempts"] for each in synced.run("failures", "--json").json}
    assert any(after[record] > before[record] for record in before if record in after)


def test_settings_are_shown_and_changed(synced: Synced) -> None:
    before = synced.run("setup", "customers", "--json").json
    changed = synced.run("setup", "customers", "--conflict", "newest", "--cap", "500", "--json")
    assert (changed.code, changed.json["conflict"], changed.json["create_cap"]) == (0, "newest", 500)
    assert changed.json["revision"] == before["revision"] + 1
    again = synced.run("setup", "customers", "--conflict", "newest", "--json").json
    assert again["revision"] == changed.json["revision"]
    back = synced.run("setup", "customers", "--conflict", before["conflict"], "--cap", "none", "--json").json
    assert {**back, "revision": before["revision"]} == before
    assert "two-way" in synced.run("setup", "customers").out


def test_a_view_is_chosen_by_name_and_a_wrong_one_refused(synced: Synced) -> None:
    refused = synced.run("setup", "customers", "--view", "no such view")
    assert refused.code == 3
    assert "no such view" in refused.err
    views = synced.zoho.control(
        "POST", "views", {"module": "Accounts", "name": "Tokyo", "field": "Billing_State", "comparator": "equal",
                          "value": "東京都"},
    )  # fmt: skip
    assert views
    assert synced.run("setup", "customers", "--view", "Tokyo", "--json").json["view_name"] == "Tokyo"
    assert synced.run("setup", "customers", "--view", "all", "--json").json["view"] is None


def test_actions_of_a_plan_in_words_and_json(synced: Synced) -> None:
    done = synced.run("plan", "--actions", "--json").json
    assert len(done["actions"]) == done["plan"]["actions"]
    assert synced.run("plan", "--actions").code == 0


def test_a_cap_stops_a_run_until_it_is_confirmed(kakehashi: Commands, zoho: RunningSandbox) -> None:
    kakehashi.connect(zoho)
    assert kakehashi("setup", "customers", "--cap", "0").code == 0
    before = len(zoho.requests())
    stopped = kakehashi("sync", "--json")
    assert (stopped.code, stopped.json["state"]) == (9, "needs_confirmation")
    assert "--confirm" in stopped.err
    assert [each for each in zoho.writes(before) if "settings" not in each["path"]] == []
    assert kakehashi("status", "--json").json["modules"][0]["state"] == "needs_confirmation"
