"""ZSC keys after they are made: what they allow, and taking them out of use."""

from typing import Any

import pytest

from core.sandbox.testing import RunningSandbox
from core.zoho.scopes import ASKED
from tests.cli.conftest import Commands
from tests.cli.keys import key_of, says


@pytest.fixture
def world() -> Any:
    with RunningSandbox(accounts=3) as made:
        yield made


def test_the_scopes_that_are_needed_are_told_without_a_key_or_an_agent(kakehashi: Commands) -> None:
    for service in ("crm", "books"):
        done = kakehashi("zsc-key", "show-scopes", "--service", service)
        assert (done.code, done.out.strip()) == (0, ",".join(ASKED[service]))  # type: ignore[index]
    assert "No agent is running." in kakehashi("stop").err


def test_what_a_key_allows_is_asked_of_zoho(kakehashi: Commands, world: RunningSandbox) -> None:
    file = key_of(kakehashi, world, "crm")
    words = ("zsc-key", "show-scopes", "--service", "crm", "--email", world.info["crm"]["email"], "--key-file", file)
    done = kakehashi(*words, "--json")
    assert done.code == 0, done.err
    assert (done.json["missing"], done.json["needed"]) == ([], list(ASKED["crm"]))
    assert kakehashi(*words).code == 0
    world.switch("oauth.scope_in_reply", False)
    quiet = kakehashi(*words)
    assert (quiet.code, "does not tell" in quiet.err) == (0, True)


def test_a_revoked_key_opens_nothing_any_more(kakehashi: Commands, world: RunningSandbox) -> None:
    file = key_of(kakehashi, world, "books")
    words = ("--service", "books", "--email", world.info["books"]["email"], "--key-file", file)
    assert kakehashi("zsc-key", "revoke", *words).code == 2
    assert kakehashi("--read-only", "zsc-key", "revoke", *words, "--yes").code == 2
    done = kakehashi("zsc-key", "revoke", *words, "--yes")
    assert (done.code, done.err.strip()) == (0, "The key is revoked.")
    says(kakehashi("zsc-key", "show-scopes", *words), "credential_refused")
    again = kakehashi("zsc-key", "revoke", *words, "--yes")
    assert (again.code, again.err.strip()) == (4, "Zoho does not know this key any more.")


def test_a_key_is_not_sent_for_somebody_else(kakehashi: Commands, world: RunningSandbox) -> None:
    file = key_of(kakehashi, world, "crm")
    for words, code in (
        (("--service", "books", "--email", world.info["crm"]["email"]), "wrong_service"),
        (("--service", "crm", "--email", "other@example.com"), "wrong_email"),
    ):
        says(kakehashi("zsc-key", "revoke", *words, "--key-file", file, "--yes"), code)
    says(kakehashi("zsc-key", "revoke", "--service", "crm", "--key-file", file, "--yes"), "bad_request")
    says(kakehashi("zsc-key", "new", "--service", "crm", "--email", "a@b.example"), "bad_request")
