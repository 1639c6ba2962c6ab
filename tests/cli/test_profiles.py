"""Several profiles of one home, switching off and on, and parting without losing the pairs (B102-B107, E3, E34)."""

import json
import stat
from pathlib import Path
from typing import Any

import msgspec
import pytest

from core.agent.neighbours import CARD, Card, cards, is_later, keep_card, read_card
from core.agent.places import Place
from core.model.names import SideName
from core.model.problems import Problem
from core.model.setup import OrganisationRef, Profile
from core.sandbox.testing import RunningSandbox
from tests.cli.conftest import Commands
from tests.cli.test_drift import change


@pytest.fixture
def world() -> Any:
    with RunningSandbox(accounts=6, seed=5, planted=False) as made:
        yield made


def organisation(side: SideName, number: str) -> OrganisationRef:
    return OrganisationRef(
        side=side, organization_id=number, name=f"{side} {number}", email="a@example.com", accounts_url="", api_url="x"
    )


def profile(crm: str, books: str) -> Profile:
    return Profile(name="x", crm=organisation("crm", crm), books=organisation("books", books))


def place(home: Path, name: str) -> Place:
    made = Place(home, name)
    made.prepare()
    return made


def test_only_the_first_books_organisation_of_a_crm_is_not_a_later_one(tmp_path: Path) -> None:
    first, second, other = (place(tmp_path, each) for each in ("first", "second", "other"))
    keep_card(first, profile("1", "10"), "2026-01-01T00:00:00Z")
    assert not is_later(first, profile("1", "10"))
    assert is_later(second, profile("1", "20"))
    assert not is_later(other, profile("2", "20"))
    keep_card(second, profile("1", "20"), "2026-02-01T00:00:00Z")
    # Joining the first one anew does not make it a later one.
    assert not is_later(first, profile("1", "10"))
    keep_card(first, profile("1", "10"), "2026-03-01T00:00:00Z")
    assert not is_later(first, profile("1", "10"))


def test_one_that_has_parted_makes_nobody_later(tmp_path: Path) -> None:
    first, second = place(tmp_path, "first"), place(tmp_path, "second")
    keep_card(first, profile("1", "10"), "2026-01-01T00:00:00Z")
    keep_card(first, Profile(name="x"), "2026-01-02T00:00:00Z")
    assert not is_later(second, profile("1", "20"))


def test_a_card_that_cannot_be_read_is_a_profile_all_the_same(tmp_path: Path) -> None:
    broken = place(tmp_path, "broken")
    (broken.folder / CARD).write_text("not json")
    assert cards(tmp_path) == [Card(name="broken")]
    keep_card(broken, profile("1", "10"), "2026-01-01T00:00:00Z")
    assert stat.S_IMODE((broken.folder / CARD).stat().st_mode) == 0o600
    found = read_card(broken.folder)
    assert found is not None
    assert found.since == "2026-01-01T00:00:00Z"


def test_a_card_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(Problem) as caught:
        keep_card(Place(tmp_path, "gone"), profile("1", "10"), "2026-01-01T00:00:00Z")
    assert caught.value.code == "store_read_only"


def test_profiles_are_listed_without_starting_an_agent(kakehashi: Commands, world: RunningSandbox) -> None:
    assert kakehashi("profiles").err.strip() == "There are no profiles yet."
    kakehashi.connect(world)
    place(kakehashi.place.home, "bare")
    pid = kakehashi.agent_pid()
    rows = {each["name"]: each for each in kakehashi("profiles", "--json").json}
    assert (rows["default"]["pid"], rows["bare"]["pid"]) == (pid, None)
    assert rows["default"]["card"]["books"]["organization_id"] == world.info["books"]["organization_id"]
    told = kakehashi("profiles").out
    assert f"agent {pid}" in told
    assert "not connected" in told


def test_a_later_organisation_only_fetches(kakehashi: Commands, world: RunningSandbox) -> None:
    kakehashi.connect(world)
    mine = read_card(kakehashi.place.folder)
    assert mine is not None and mine.books is not None
    assert not mine.later
    kakehashi("stop")
    earlier = msgspec.structs.replace(
        mine,
        name="first",
        books=msgspec.structs.replace(mine.books, organization_id="77"),
        since="2020-01-01T00:00:00Z",
    )
    first = place(kakehashi.place.home, "first")
    (first.folder / CARD).write_bytes(msgspec.json.encode(earlier))
    done = kakehashi("--profile", "second", "connect", "--sandbox", "-", given=json.dumps(world.info))
    try:
        assert done.code == 0, done.err
        assert kakehashi("--profile", "second", "setup", "customers", "--json").json["extent"] == "fetch"
        refused = kakehashi("--profile", "second", "setup", "customers", "--extent", "both")
        assert (refused.code, "only be fetched" in refused.err) == (3, True)
        assert "CRM -> Books only" in kakehashi("profiles").out
    finally:
        kakehashi("--profile", "second", "stop")


def test_while_it_is_disabled_nothing_syncs_and_afterwards_it_goes_on(
    kakehashi: Commands, world: RunningSandbox
) -> None:
    assert kakehashi("disable").code == 3
    kakehashi.connect(world)
    kakehashi("sync")
    assert kakehashi("disable").code == 0
    before = len(world.requests())
    for words in (("sync",), ("plan",), ("drift",), ("resume",)):
        done = kakehashi(*words)
        assert (done.code, "kakehashi enable" in done.err) == (3, True), words
    kakehashi("stop")
    assert "disabled" in kakehashi("status").out
    assert kakehashi("status", "--json").json["next_run"] == ""
    assert len(world.requests()) == before
    assert kakehashi("enable").code == 0
    assert kakehashi("sync").code == 0
    assert kakehashi("status", "--json").json["next_run"]


def test_parting_keeps_the_pairs_and_the_same_two_go_on_with_them(kakehashi: Commands, world: RunningSandbox) -> None:
    kakehashi.connect(world)
    kakehashi("sync")
    pairs = kakehashi("links", "--json").json
    assert kakehashi("disconnect").code == 2
    assert kakehashi("disconnect", "--yes").code == 3
    kakehashi("disable")
    done = kakehashi("disconnect", "--yes")
    assert done.code == 0, done.err
    (file,) = (kakehashi.place.home / "exports").iterdir()
    assert str(file) in done.err
    assert len(file.read_text().splitlines()) == len(pairs) + 1
    secret = world.info["refresh_token"]
    assert not [each for each in kakehashi.place.folder.rglob("*") if each.is_file() and secret in each.read_text()]
    assert kakehashi("sync").code == 3
    assert kakehashi("links", "--json").json == pairs
    # Renamed meanwhile: by name it would be paired with nobody, and made a second time.
    change(world, pairs[0], Account_Name="Renamed in the meantime")
    kakehashi.connect(world)
    run = kakehashi("sync", "--json")
    assert {each["created"] for each in run.json["counts"].values()} == {0}
    assert kakehashi("links", "--json").json == pairs
