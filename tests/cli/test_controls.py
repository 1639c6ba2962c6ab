"""The controls that Zoho's detail page offers, as commands (B80–B85)."""

import pytest

from core.cli import COMMANDS, build_parser


@pytest.mark.parametrize(
    ("words", "statement"),
    [
        (["sync", "customers"], "B81"), (["fetch", "books", "1"], "B82"), (["history"], "B83"),
        (["failures"], "B83"), (["pause"], "B84"), (["resume"], "B84"), (["setup", "customers"], "B85"),
    ],
)  # fmt: skip
def test_B80_each_control_of_the_detail_page_is_a_command(words: list[str], statement: str) -> None:
    assert words[0] in COMMANDS
    assert build_parser(words, "en").parse_args(words).command == words[0]
