"""Plans in files, single records, undo and release, by their commands."""

import json
from typing import Any

import pytest

from core.sandbox.testing import RunningSandbox
from tests.cli.conftest import Commands
from tests.cli.test_drift import change


@pytest.fixture
def world() -> Any:
    with RunningSandbox(accounts=8, seed=5, planted=False) as made:
        yield made


def test_a_plan_is_kept_in_a_file_cut_down_and_applied(kakehashi: Commands, world: RunningSandbox) -> None:
    kakehashi.connect(world)
    file = str(kakehashi.root / "plan.json")
    before = world.writes()
    done = kakehashi("plan", "--save", file)
    assert done.code == 0, done.err
    assert world.writes() == before
    actions = json.loads((kakehashi.root / "plan.json").read_text())["saved"]["plan"]["actions"]
    creates = [each for each in actions if each["verb"] == "create" and each["target"] == "books"]
    left = creates[0]
    ids = f"customers:{left['crm_id']}:-:books:create"
    assert kakehashi("apply", file, "--exclude", "customers:no:such:books:create").code == 2
    assert kakehashi("--read-only", "apply", file).code == 2
    applied = kakehashi("apply", file, "--exclude", ids, "--json")
    assert applied.code == 0, applied.err
    assert applied.json["counts"]["to_books"]["created"] == len(creates) - 1
    linked = {each["crm_id"] for each in kakehashi("links", "--json").json}
    assert left["crm_id"] not in linked
    assert {each["crm_id"] for each in creates[1:]} <= linked


def test_a_plan_that_no_longer_stands_is_left(kakehashi: Commands, world: RunningSandbox) -> None:
    kakehashi.connect(world)
    kakehashi("sync")
    link = kakehashi("links", "--json").json[0]
    change(world, link, Phone="03-1111-1111")
    file = str(kakehashi.root / "plan.json")
    kakehashi("plan", "--save", file)
    change(world, link, Phone="03-2222-2222")
    done = kakehashi("apply", file, "--json")
    assert done.code == 0, done.err
    assert done.json["counts"]["to_books"]["updated"] == 0
    assert "1 actions no longer stood" in done.err


@pytest.mark.parametrize("text", ["", "{}", "not json"])
def test_what_is_no_plan_is_refused(kakehashi: Commands, text: str) -> None:
    assert kakehashi("apply", kakehashi.file("x.json", text)).code == 2


def test_one_record_is_fetched_explained_and_taken_back(kakehashi: Commands, world: RunningSandbox) -> None:
    kakehashi.connect(world)
    kakehashi("sync")
    link = kakehashi("links", "--json").json[0]
    change(world, link, Phone="03-7777-0000")
    fetched = kakehashi("fetch", "crm", link["crm_id"], "--json")
    assert fetched.code == 0, fetched.err
    assert fetched.json["counts"]["to_books"]["updated"] == 1
    why = kakehashi("why-not", "books", link["books_id"], "--json")
    assert (why.code, [each["code"] for each in why.json]) == (0, ["in_step"])
    assert "single records" in kakehashi("history").out
    run = fetched.json["id"]
    preview = kakehashi("undo", run, "--preview", "--json")
    (step,) = preview.json
    assert (preview.code, step["step"]["verb"], step["step"]["side"]) == (0, "restore", "books")
    assert kakehashi("undo", run).code == 2
    assert kakehashi("undo", run, "--yes", "--exclude", "customers:1:2:books:restore").code == 2
    undone = kakehashi("undo", run, "--yes", "--json")
    assert undone.code == 0, undone.err
    assert undone.json["counts"]["to_books"]["updated"] == 1
    books = world.control("GET", "truth/books/contacts")["records"]
    row = next(each for each in books if each["contact_id"] == link["books_id"])
    assert row["billing_address"]["phone"] != "03-7777-0000"


def test_what_was_made_is_left_alone_until_it_is_released(kakehashi: Commands, world: RunningSandbox) -> None:
    kakehashi.connect(world)
    kakehashi("sync")
    first = kakehashi("history", "--json").json[0]["id"]
    shown = kakehashi("undo", first, "--preview")
    assert "leave alone" in shown.out
    assert "stay: delete them" in shown.err
    assert kakehashi("undo", first, "--yes").code == 0
    ignored = kakehashi("links", "--state", "ignored", "--json").json
    assert ignored
    record = ignored[0]["crm_id"]
    assert "left alone" in kakehashi("why-not", "crm", record).out
    assert kakehashi("release", record).code == 0
    assert kakehashi("release", "1").code == 2
    assert len(kakehashi("links", "--state", "ignored", "--json").json) == len(ignored) - 1


def test_what_cannot_be_meant_is_refused(kakehashi: Commands, world: RunningSandbox) -> None:
    kakehashi.connect(world)
    assert kakehashi("undo").code == 2
    assert kakehashi("undo", "no-such-run", "--preview").code == 2
    strange = kakehashi("fetch", "crm", "1", "--json")
    assert {each["created"] + each["updated"] for each in strange.json["counts"].values()} == {0}
