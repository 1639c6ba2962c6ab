from __future__ import annotations

import re

import pytest

from core.model.problems import Problem
from core.model.whys import WHYS, translated, why
from tests.zoho.conftest import Ground


def filled(name: str) -> dict[str, str]:
    return {place: f"<{place}> (1)" for place in re.findall(r"\{(\w+)\}", WHYS[name].en)}


@pytest.mark.parametrize("name", WHYS)
def test_every_phrase_is_found_again_with_what_fills_it(name: str) -> None:
    detail = filled(name)
    assert translated(why(name, **detail), "ja") == WHYS[name].say("ja", **detail)
    assert translated(why(name, **detail), "en") == why(name, **detail)


@pytest.mark.parametrize("name", WHYS)
def test_both_languages_fill_the_same_places(name: str) -> None:
    places = [sorted(re.findall(r"\{(\w+)\}", each)) for each in (WHYS[name].en, WHYS[name].ja)]
    assert places[0] == places[1]


def test_what_a_server_said_itself_stays_as_it_is() -> None:
    assert translated("INVALID_QUERY column not found", "ja") == "INVALID_QUERY column not found"


async def test_a_problem_is_told_in_both_languages(ground: Ground) -> None:
    side = ground.open("crm", credential=ground.credential("crm", client_secret="wrong"))
    with pytest.raises(Problem) as caught:
        await side.describe("Accounts")
    assert "client" in caught.value.message("en")
    assert "クライアント" in caught.value.message("ja") and "the client" not in caught.value.message("ja")
