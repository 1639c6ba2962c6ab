from __future__ import annotations

import string
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from core.model.problems import Problem
from core.zoho import zsc_key
from core.zoho.credential import Credential

EMAIL = "integration@example.jp"
CREDENTIAL = Credential(
    service="crm", email=EMAIL, accounts_url="https://accounts.zoho.jp", client_id="1000.CLIENT",
    client_secret="s3cret-value", refresh_token="1000.refresh-value.tail",
)  # fmt: skip
KEY = zsc_key.encode(CREDENTIAL)
TEXT = some.text(min_size=1, max_size=40)


def refused(text: str, **given: Any) -> str:
    with pytest.raises(Problem) as caught:
        zsc_key.decode(text, **{"service": "crm", "email": EMAIL, **given})
    assert "s3cret-value" not in str(caught.value) and "refresh-value" not in repr(caught.value)
    return caught.value.code


@given(TEXT, TEXT, TEXT)
def test_round_trip(client: str, secret: str, refresh: str) -> None:
    made = Credential(
        service="books", email="Ａ@例え.jp", accounts_url="https://accounts.zoho.eu", client_id=client,
        client_secret=secret, refresh_token=refresh,
    )  # fmt: skip
    assert zsc_key.decode(zsc_key.encode(made), service="books", email=" ａ@例え.JP ") == made


def test_under_a_passphrase() -> None:
    sealed = zsc_key.encode(CREDENTIAL, "急がば回れ")
    assert zsc_key.decode(sealed, service="crm", email=EMAIL, passphrase="急がば回れ") == CREDENTIAL
    assert refused(sealed, passphrase="急がば") == "key_passphrase"
    assert refused(sealed) == "key_passphrase"
    assert zsc_key.encode(CREDENTIAL, "急がば回れ") != sealed


@settings(max_examples=300)
@given(some.integers(0, len(KEY) - 1), some.sampled_from(string.ascii_letters + string.digits + "-_=.+/"))
def test_one_changed_character_is_always_noticed(place: int, character: str) -> None:
    if KEY[place] != character:
        assert refused(KEY[:place] + character + KEY[place + 1 :]) == "damaged_key"


@given(some.integers(0, len(KEY) - 1))
def test_one_lost_character_is_always_noticed(place: int) -> None:
    assert refused(KEY[:place] + KEY[place + 1 :]) == "damaged_key"


@given(some.integers(0, len(KEY)), some.sampled_from(string.ascii_letters + string.digits + "-_"))
def test_one_added_character_is_always_noticed(place: int, character: str) -> None:
    assert refused(KEY[:place] + character + KEY[place:]) == "damaged_key"


@given(
    some.lists(some.tuples(some.integers(0, len(KEY)), some.sampled_from([" ", "\n", "\r\n", "\t", "　", "\u200b"])))
)
def test_what_pasting_puts_in_is_ignored(spaces: list[tuple[int, str]]) -> None:
    text = KEY
    for place, space in spaces:
        text = text[:place] + space + text[place:]
    assert zsc_key.decode(text, service="crm", email=EMAIL) == CREDENTIAL


@pytest.mark.parametrize("text", ["", "zsc1.", "zsc2." + KEY[5:], KEY[5:], "１" + KEY, "x" * 100_000, KEY + KEY])
def test_what_is_no_key(text: str) -> None:
    assert refused(text) == "damaged_key"


def test_another_service_and_another_address() -> None:
    assert refused(KEY, service="books") == "wrong_service"
    assert refused(KEY, email="somebody@example.jp") == "wrong_email"


def test_nothing_shows_the_secrets() -> None:
    for shown in (repr(CREDENTIAL), str(CREDENTIAL), f"{[CREDENTIAL]}"):
        assert "s3cret" not in shown and "refresh-value" not in shown


def test_a_stored_credential_that_was_spoiled() -> None:
    assert Credential.from_json(CREDENTIAL.to_json()) == CREDENTIAL
    for text in ("", "{", '{"service":"crm"}', CREDENTIAL.to_json().replace("crm", "mail", 1)):
        with pytest.raises(Problem, match="not a whole ZSC key") as caught:
            Credential.from_json(text)
        assert caught.value.__cause__ is None
