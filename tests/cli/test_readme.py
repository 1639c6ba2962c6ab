"""The README's command list is that of the parsers, and says something about each option."""

import pytest

from core import cli
from core.commands.reference import README, command_parser, filled, markdown, synopsis


def test_the_readmes_command_list_is_that_of_the_parsers() -> None:
    text = README.read_text(encoding="utf-8")
    assert filled(text) == text, "run: python -m core.commands.reference"


@pytest.fixture(scope="module")
def told() -> str:
    return markdown()


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_every_command_and_every_option_of_it_is_told(name: str, told: str) -> None:
    assert f"- `{synopsis(name)}`: " in told
    for action in command_parser(name)._actions:
        if action.option_strings and action.dest not in ("help", "home", "profile", "lang", "json"):
            assert action.help, action.option_strings
            assert all(each in told for each in action.option_strings)


def test_a_readme_without_a_place_for_the_list_is_refused() -> None:
    with pytest.raises(ValueError, match="no place"):
        filled("# Kakehashi\n")
