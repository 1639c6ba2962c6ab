"""Drift and the map of pairs: what is not in step is found and nothing is written; pairs survive a new profile."""

import json
from typing import Any

import pytest

from core.sandbox.testing import RunningSandbox
from tests.cli.conftest import Commands


@pytest.fixture
def world() -> Any:
    with RunningSandbox(accounts=12, seed=5, planted=False) as made:
        yield made


def change(world: RunningSandbox, link: dict[str, str], **fields: str) -> None:
    edit = {"side": "crm", "module": "Accounts", "op": "change", "id": link["crm_id"], "fields": fields}
    world.control("POST", "edit", edit)


def test_what_is_in_step_has_not_drifted(kakehashi: Commands, world: RunningSandbox) -> None:
    assert kakehashi("drift").code == 3
    kakehashi.connect(world)
    assert kakehashi("sync").code == 0
    done = kakehashi("drift", "--deep", "--json")
    (report,) = done.json
    assert (done.code, report["counts"], report["found"], report["unread"]) == (0, {}, [], 0)
    assert report["pairs"] == report["in_step"] == len(kakehashi("links", "--json").json)


def test_what_moved_on_either_side_is_found_and_nothing_is_written(kakehashi: Commands, world: RunningSandbox) -> None:
    kakehashi.connect(world)
    kakehashi("sync")
    first, second = kakehashi("links", "--json").json[:2]
    change(world, first, Phone="03-9999-0000")
    world.control("POST", "edit", {"side": "crm", "module": "Accounts", "op": "delete", "id": second["crm_id"]})
    before = world.writes()
    done = kakehashi("drift", "--deep", "--json", "customers")
    (report,) = done.json
    assert (done.code, report["counts"]) == (9, {"differs": 1, "crm_missing": 1})
    differs = next(each for each in report["found"] if each["kind"] == "differs")
    (field,) = differs["fields"]
    assert (differs["crm_id"], field["crm_field"], field["crm"], field["moved"]) == (
        first["crm_id"], "Phone", "03-9999-0000", ["crm"],
    )  # fmt: skip
    told = kakehashi("drift", "--deep", "--markdown", "--output", str(kakehashi.root / "drift.md"))
    page = (kakehashi.root / "drift.md").read_text()
    assert (told.code, told.out) == (9, "")
    assert "# Drift of profile default" in page
    assert "### linked, gone in CRM (1)" in page
    assert "03-9999-0000" in kakehashi("drift", "--deep").out
    assert world.writes() == before
    assert kakehashi("history", "--json").json[0]["state"] == "done"
    assert len(kakehashi("history", "--json").json) == 1


def test_records_without_a_counterpart_are_found_and_the_list_is_cut(
    kakehashi: Commands, world: RunningSandbox
) -> None:
    kakehashi.connect(world)
    done = kakehashi("drift", "--json", "--limit", "3")
    (report,) = done.json
    assert done.code == 9
    assert report["counts"]["crm_only"] >= 12
    assert len(report["found"]) == 3


def test_pairs_survive_a_new_profile(kakehashi: Commands, world: RunningSandbox) -> None:
    kakehashi.connect(world)
    kakehashi("sync")
    pairs = kakehashi("links", "--json").json
    file = str(kakehashi.root / "map.jsonl")
    assert kakehashi("links", "export", file).code == 0
    assert kakehashi("--profile", "new", "links", "import", file).code == 3
    try:
        given = json.dumps(world.info)
        assert kakehashi("--profile", "new", "connect", "--sandbox", "-", given=given).code == 0
        # A name that no longer matches: by name this pair would become two.
        change(world, pairs[0], Account_Name="Renamed in the meantime")
        done = kakehashi("--profile", "new", "links", "import", file, "--json")
        assert (done.code, done.json["taken"]) == (0, len(pairs))
        again = kakehashi("--profile", "new", "links", "import", file, "--json")
        assert (again.json["taken"], again.json["known"]) == (0, len(pairs))
        run = kakehashi("--profile", "new", "sync", "--json")
        assert run.code == 0, run.err
        assert {each["created"] for each in run.json["counts"].values()} == {0}
        assert kakehashi("--profile", "new", "links", "--json").json == pairs
        assert kakehashi("--profile", "new", "drift", "--deep").code == 0
    finally:
        kakehashi("--profile", "new", "stop")


def test_a_pair_of_which_a_record_is_paired_otherwise_is_refused(kakehashi: Commands, world: RunningSandbox) -> None:
    kakehashi.connect(world)
    kakehashi("sync")
    lines = kakehashi("links", "export").out.splitlines()
    one, other = json.loads(lines[1]), json.loads(lines[2])
    crossed = json.dumps(one | {"books_id": other["books_id"]})
    done = kakehashi("links", "import", kakehashi.file("x.jsonl", "\n".join([lines[0], crossed])), "--json")
    assert (done.code, done.json["taken"], len(done.json["refused"])) == (9, 0, 1)


@pytest.mark.parametrize(
    "text",
    ["", "{}", "not json", '{"kakehashi":"links","format":9}', '{"kakehashi":"links","format":1}\n{"module":"leads"}'],
)
def test_what_is_no_map_is_refused(kakehashi: Commands, text: str) -> None:
    assert kakehashi("links", "import", kakehashi.file("x.jsonl", text)).code == 2
