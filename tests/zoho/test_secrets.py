"""No secret in any output (I20): whatever they look like, and wherever in a text they stand."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as some

from core.agent.redact import redact
from core.model.problems import Problem
from core.zoho.credential import Credential
from core.zoho.refusals import redacted
from core.zoho.zsc_key import decode, encode

hexes = some.text("0123456789abcdef", min_size=32, max_size=32)
tokens = some.builds(lambda one, two: f"1000.{one}.{two}", hexes, hexes)
words = some.text("abc xyz{}[]\"':,\n架橋<>", max_size=40)
named = some.sampled_from(("access_token", "refresh_token", "client_secret"))


@given(words, tokens, words)
def test_I20_a_token_is_struck_out_of_whatever_quotes_it(before: str, token: str, after: str) -> None:
    for text in (f"{before}{token} {after}", json.dumps({"message": before, "token": token, "more": after})):
        assert token not in redact(text)
        assert token not in redacted(text)


@given(words, named, hexes, words)
def test_I20_what_is_named_a_secret_is_struck_out(before: str, name: str, secret: str, after: str) -> None:
    for text in (json.dumps({"before": before, name: secret, "after": after}), f"{before}&{name}={secret}&x={after}"):
        assert secret not in redact(text)
        assert secret not in redacted(text)


@given(hexes, tokens, some.sampled_from(("", "%r", "{}")), some.sampled_from(("", "travel")))
def test_I20_a_credential_and_what_goes_wrong_with_its_key_tell_nothing(
    secret: str, token: str, how: str, passphrase: str
) -> None:
    credential = Credential(
        service="crm", email="admin@example.jp", accounts_url="https://accounts.zoho.jp", client_id="1000.ID",
        client_secret=secret, refresh_token=token,
    )  # fmt: skip
    told = [repr(credential), str(credential), "%r" % credential, f"{credential}", "{!r}".format([credential])]  # noqa: UP031, UP032
    key = encode(credential, passphrase)
    for wrong in (
        {"service": "books", "email": "admin@example.jp", "passphrase": passphrase},
        {"service": "crm", "email": "other@example.jp", "passphrase": passphrase},
        {"service": "crm", "email": "admin@example.jp", "passphrase": "wrong" if passphrase else passphrase},
    ):
        try:
            decode(key, **wrong)  # type: ignore[arg-type]
        except Problem as problem:
            told += [str(problem), repr(problem), repr(problem.detail)]
    with pytest.raises(Problem) as caught:
        decode(f"{key}x{how}", service="crm", email="admin@example.jp", passphrase=passphrase)
    told += [str(caught.value), repr(caught.value.__context__)]
    for each in told:
        assert secret not in each and token not in each and key not in each
