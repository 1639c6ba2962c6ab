"""Deciding by commands: conflicts settled, pairs chosen and kept apart, likely pairs listed, missing fields made."""

from typing import Any

import pytest

from core.sandbox.testing import RunningSandbox
from tests.cli.conftest import Commands
from tests.cli.test_drift import change


@pytest.fixture
def world() -> Any:
    with RunningSandbox(accounts=8, seed=5, planted=False) as made:
        yield made


def made(world: RunningSandbox, side: str, **fields: Any) -> str:
    return str(world.control("POST", "edit", {"side": side, "op": "create", "fields": fields})["id"])


def in_books(world: RunningSandbox, books_id: str) -> dict[str, Any]:
    rows = world.control("GET", "truth/books/contacts")["records"]
    found: dict[str, Any] = next(each for each in rows if each["contact_id"] == books_id)
    return found


def dispute(kakehashi: Commands, world: RunningSandbox, count: int = 1) -> list[dict[str, str]]:
    """Let both sides change the city of some pairs, under the policy that asks."""
    kakehashi.connect(world)
    kakehashi("setup", "customers", "--conflict", "ask", "--yes")
    kakehashi("sync")
    links: list[dict[str, str]] = kakehashi("links", "--json").json[:count]
    for link in links:
        change(world, link, Billing_City="Natori")
        fields = {"billing_address": {"city": "Iwanuma"}}
        world.control("POST", "edit", {"side": "books", "id": link["books_id"], "fields": fields})
    assert kakehashi("sync").code == 0
    return links


def test_conflicts_are_listed_and_settled_one_by_one(kakehashi: Commands, world: RunningSandbox) -> None:
    one, two = dispute(kakehashi, world, 2)
    listed = kakehashi("conflicts", "--json").json
    assert {each["crm_id"] for each in listed} == {one["crm_id"], two["crm_id"]}
    told = kakehashi("conflicts", one["crm_id"]).out
    assert "Billing_City = billing_address.city" in told
    assert "Natori" in told and "Iwanuma" in told and two["crm_id"] not in told
    assert "項目" in kakehashi("--lang", "ja", "conflicts").out

    done = kakehashi("conflicts", one["crm_id"], "--take", "crm", "--yes", "--json")
    assert (done.code, done.json[0]["counts"]["to_books"]["updated"]) == (0, 1), done.err
    assert in_books(world, one["books_id"])["billing_address"]["city"] == "Natori"
    done = kakehashi("conflicts", two["books_id"], "--set", "Billing_City=Shiogama", "--yes")
    assert done.code == 0, done.err
    assert in_books(world, two["books_id"])["billing_address"]["city"] == "Shiogama"
    assert kakehashi("conflicts", "--json").json == []
    line = kakehashi("history", kakehashi("history", "--json").json[0]["id"], "--json").json[0]
    assert line["why"] == "decided"


def test_all_conflicts_are_settled_at_once(kakehashi: Commands, world: RunningSandbox) -> None:
    links = dispute(kakehashi, world, 3)
    done = kakehashi("conflicts", "--module", "customers", "--take", "books", "--all", "--yes")
    assert done.code == 0, done.err
    assert "3 of 3 records settled" in done.err
    assert {in_books(world, each["books_id"])["billing_address"]["city"] for each in links} == {"Iwanuma"}
    assert kakehashi("conflicts", "--json").json == []


def test_a_wrong_decision_is_refused_with_a_reason(kakehashi: Commands, world: RunningSandbox) -> None:
    (link,) = dispute(kakehashi, world)
    before = world.writes()
    assert kakehashi("conflicts", "--take", "crm").code == 2
    assert kakehashi("conflicts", link["crm_id"], "--take", "crm").code == 2, "nobody is there to be asked"
    assert kakehashi("conflicts", "1", "--take", "crm", "--yes").code == 2
    assert kakehashi("conflicts", link["crm_id"], "--set", "Billing_City", "--yes").code == 2
    assert kakehashi("conflicts", link["crm_id"], "--take", "crm", "--field", "Phone", "--yes").code == 2
    long = kakehashi("conflicts", link["crm_id"], "--set", f"Billing_City={'x' * 300}", "--yes")
    assert (long.code, "characters at most" in long.err) == (2, True)
    assert kakehashi("--read-only", "conflicts", link["crm_id"], "--take", "crm", "--yes").code == 2
    world.control("POST", "edit", {"side": "crm", "id": link["crm_id"], "fields": {"Billing_City": "Osaki"}})
    late = kakehashi("conflicts", link["crm_id"], "--take", "crm", "--yes")
    assert (late.code, "no longer as it was shown" in late.err) == (9, True)
    assert world.writes() == before
    kakehashi("pause")
    assert kakehashi("conflicts", link["crm_id"], "--take", "crm", "--yes").code == 3


def test_candidates_are_listed_chosen_and_kept_apart(kakehashi: Commands, world: RunningSandbox) -> None:
    kakehashi.connect(world)
    kakehashi("setup", "customers", "--duplicates", "overwrite", "--yes")
    crm = [made(world, "crm", Account_Name="Kita Print", Billing_City=city) for city in ("Sakai", "Suita")]
    books = made(world, "books", contact_name="Kita Print", billing_address={"city": "Suita"})
    kakehashi("sync")
    found = kakehashi("ambiguous", "--json").json
    assert {each["id"] for each in found} == set(crm)
    assert [each["id"] for each in found[0]["candidates"]] == [books]
    told = kakehashi("ambiguous").out
    assert "City Suita" in told and "City Sakai" in told
    done = kakehashi("pair", crm[1], books, "--json")
    assert (done.code, done.json["state"]) == (0, "done"), done.err
    assert (crm[1], books) in {(each["crm_id"], each["books_id"]) for each in kakehashi("links", "--json").json}
    again = kakehashi("pair", crm[0], books)
    assert (again.code, "linked" in again.err) == (9, True)


def test_likely_pairs_are_listed_before_and_after_the_first_sync(kakehashi: Commands, world: RunningSandbox) -> None:
    kakehashi.connect(world)
    kakehashi("setup", "customers", "--extent", "fetch", "--yes")
    one = made(world, "crm", Account_Name="Cedar & Stone Ltd")
    two = made(world, "books", contact_name="Cedar and Stone Limited")
    before = kakehashi("suggestions", "--plan", "--json").json
    assert (one, two) in {(each["crm_id"], each["books_id"]) for each in before["suggestions"]}
    assert world.writes() == 0 or kakehashi("history", "--json").json == []
    assert "same but for" in kakehashi("suggestions", "--plan").out
    assert kakehashi("keep-apart", one).code == 2
    assert kakehashi("keep-apart", one, "1").code == 2
    assert kakehashi("keep-apart", one, two).code == 0
    after = kakehashi("suggestions", "--plan", "--json").json
    assert (one, two) not in {(each["crm_id"], each["books_id"]) for each in after["suggestions"]}


def test_what_is_kept_apart_is_listed_and_taken_back(kakehashi: Commands, world: RunningSandbox) -> None:
    kakehashi.connect(world)
    kakehashi("setup", "customers", "--duplicates", "skip", "--yes")
    one, two = made(world, "crm", Account_Name="Alder Optics"), made(world, "books", contact_name="Alder Optics")
    kakehashi("sync")
    assert (one, two) in {
        (each["crm_id"], each["books_id"]) for each in kakehashi("suggestions", "--json").json["suggestions"]
    }
    assert kakehashi("keep-apart", one, two).code == 0
    assert [each["crm_id"] for each in kakehashi("keep-apart", "--json").json] == [one]
    assert "Alder Optics" in kakehashi("keep-apart").out
    listed = kakehashi("suggestions", "--json").json["suggestions"]
    assert one not in {each["crm_id"] for each in listed}
    assert kakehashi("keep-apart", one, two, "--forget").code == 0
    assert kakehashi("keep-apart", "--json").json == []


def test_a_missing_field_is_made_and_mapped(kakehashi: Commands, world: RunningSandbox) -> None:
    kakehashi.connect(world)
    kakehashi("setup", "customers", "--yes")
    listed = {each["crm"]["name"]: each for each in kakehashi("fields", "customers", "--json").json}
    assert listed["Industry"]["hindrance"] == "" and listed["Parent_Account"]["hindrance"] == "kind"
    assert "Industry" in kakehashi("fields", "customers").out
    assert kakehashi("--read-only", "fields", "customers", "--create", "Industry").code == 2
    assert kakehashi("fields", "customers", "--create", "No_Such").code == 2
    refused = kakehashi("fields", "customers", "--create", "Parent_Account")
    assert (refused.code, "no custom field of this kind" in refused.err) == (2, True)
    done = kakehashi("fields", "customers", "--create", "Industry", "--create", "Employees", "--json")
    assert done.code == 0, done.err
    rows = {each["crm"]: each["books"] for each in done.json["mapping"]}
    assert rows["Industry"].startswith("cf_") and rows["Employees"].startswith("cf_")
    crm = made(world, "crm", Account_Name="Higashi Textiles", Employees=12)
    kakehashi("sync")
    link = next(each for each in kakehashi("links", "--json").json if each["crm_id"] == crm)
    held = {each["value"] for each in in_books(world, link["books_id"]).get("custom_fields", [])} | set(
        in_books(world, link["books_id"]).get("custom_values", {}).values()
    )
    assert {12, "12"} & held
