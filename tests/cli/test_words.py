"""How commands speak: tables by terminal cells, safe text, both languages everywhere, help that tells exit codes."""

import importlib
import re
import subprocess
import sys
from collections.abc import Iterator
from types import ModuleType

import pytest

from core import cli
from core.commands import output
from core.commands.checks import check_lines
from core.commands.run_words import count_lines, exit_code, strict_exit_code, verdict
from core.commands.words import COMMAND_HELP, WORDS
from core.model.plan import Count, ValveTrip
from core.model.problems import PROBLEMS
from core.model.run import Run
from core.model.setup import Check
from core.model.text import Text
from core.zoho.scopes import SCOPES


def texts(module: ModuleType) -> Iterator[Text]:
    """Every text that stands in a module, also inside its tables."""
    for each in vars(module).values():
        if isinstance(each, Text):
            yield each
        elif isinstance(each, dict):
            yield from (inner for inner in each.values() if isinstance(inner, Text))


MODULES = sorted({name for name in cli.COMMANDS.values() if name} | {"follow", "run_words", "words", "checks"})


@pytest.mark.parametrize("name", MODULES)
def test_both_languages_have_the_same_places(name: str) -> None:
    for text in texts(importlib.import_module(f"core.commands.{name}")):
        assert text.en and text.ja
        assert set(re.findall(r"{(\w+)}", text.en)) == set(re.findall(r"{(\w+)}", text.ja)), text.en


def test_every_command_has_help() -> None:
    assert set(COMMAND_HELP) == set(cli.COMMANDS)


def test_the_help_names_every_exit_code_in_use() -> None:
    for lang in ("en", "ja"):
        told = {int(code) for code in re.findall(r"^ +(\d+)  ", WORDS["exit_codes"].say(lang), re.MULTILINE)}  # type: ignore[arg-type]
        assert told >= {each.exit for each in PROBLEMS.values()} | {0, 9, 10}


@pytest.mark.parametrize("command", [name for name in cli.COMMANDS if name != "sandbox"])
def test_every_command_tells_its_options(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        cli.main([command, "--help"])
    assert left.value.code == 0
    assert "--json" in capsys.readouterr().out


def test_options_may_stand_before_and_after_the_command() -> None:
    for words in (["--json", "--home", "/x", "status"], ["status", "--json", "--home", "/x"]):
        given = cli.build_parser(words, "en").parse_args(words)
        assert (given.json, given.home, given.command) == (True, "/x", "status")
    given = cli.build_parser(["status"], "en").parse_args(["status"])
    assert (given.json, given.home) == (False, None)


@pytest.mark.parametrize(
    ("words", "environ", "expected"),
    [
        ([], {}, "en"),
        ([], {"LANG": "ja_JP.UTF-8"}, "ja"),
        ([], {"LC_ALL": "en_US.UTF-8", "LANG": "ja_JP.UTF-8"}, "en"),
        ([], {"LC_ALL": "", "LANG": "ja_JP.UTF-8"}, "ja"),
        (["--lang", "en"], {"LANG": "ja_JP.UTF-8"}, "en"),
        (["status", "--lang=ja"], {}, "ja"),
    ],
)
def test_the_language_is_that_of_the_option_else_of_the_locale(
    words: list[str], environ: dict[str, str], expected: str
) -> None:
    assert cli.find_lang(words, environ) == expected


def test_columns_align_by_cells() -> None:
    lines = output.table([("株式会社", "1"), ("ab", "1000"), ("e\u0301", "2")], right=(1,))
    assert [output.cells(line) for line in lines] == [14, 14, 14]


def test_what_comes_from_a_record_cannot_drive_the_terminal() -> None:
    (line,) = output.table([("a\x1b[2Jb\r\nc\u202e",)])
    assert not re.search(r"[\x00-\x1f\u202e]", line)


def test_long_names_are_cut_at_a_cell_boundary() -> None:
    assert output.clip("abcdef", 6) == "abcdef"
    assert output.clip("abcdefg", 6) == "abcd.."
    assert output.clip("株式会社あいう", 7) == "株式.."
    assert output.cells(output.clip("株式会社あいう", 8)) <= 8


def run(state: str, **more: object) -> Run:
    made = {"id": "r", "module": "customers", "cause": "manual", "started": "2026-01-01T00:00:00Z", "state": state}
    return Run(**made | more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("ended", "code"),
    [
        (run("done", counts={"to_books": Count(created=3, unchanged=2, skipped=1)}), 0),
        (run("done", counts={"to_books": Count(failed=1)}), 0),
        (run("done", counts={"to_crm": Count(held=1)}), 0),
        (run("needs_confirmation", valve=(ValveTrip(rule="create_cap", side="crm", count=9, limit=1),)), 9),
        (run("interrupted"), 10),
        (run("stopped", problem="daily_quota", problem_detail={"side": "Books", "resets": "x"}), 6),
        (run("failed", problem="credential_refused"), 4),
        (run("failed", problem="store_full"), 7),
        (run("failed", problem="of a newer agent"), 1),
    ],
)
def test_exit_codes_of_runs(ended: Run, code: int) -> None:
    assert exit_code(ended, verdict(ended, "en", "the.log")) == code


def test_a_stopped_run_says_what_the_valve_saw() -> None:
    trip = ValveTrip(rule="mass_change", side="books", count=70, limit=20)
    for lang in ("en", "ja"):
        problem = verdict(run("needs_confirmation", valve=(trip,)), lang, "-")  # type: ignore[arg-type]
        assert problem is not None
        assert "70" in problem.message(lang)  # type: ignore[arg-type]


def test_counts_are_printed_for_both_directions() -> None:
    assert len(count_lines({"to_books": Count(created=12)}, "en")) == 3
    assert "12" in count_lines({"to_books": Count(created=12)}, "en")[1]


def test_a_check_of_a_newer_agent_is_shown_all_the_same() -> None:
    (line,) = check_lines(Check(id="moon_phase", state="ok", detail={"phase": "full"}), "en")
    assert "moon_phase" in line and "full" in line


def test_a_bad_check_says_what_to_do() -> None:
    lines = check_lines(Check(id="scopes", state="stop", detail={"side": "CRM", "missing": SCOPES["crm"][0]}), "en")
    assert len(lines) == 2
    assert SCOPES["crm"][0] in lines[1]


def test_no_command_loads_what_it_does_not_need() -> None:
    probe = "import sys, core.cli\ntry: core.cli.main(['--version'])\nexcept SystemExit: pass\n" + (
        "print([m for m in ('httpx', 'textual', 'rich', 'uvicorn', 'tinydb', 'core.sandbox') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    ("ended", "code"),
    [
        (run("done", counts={"to_books": Count(created=3)}), 0),
        (run("done", counts={"to_books": Count(failed=1)}), 9),
        (run("done", counts={"to_crm": Count(held=1)}), 9),
        (run("interrupted", counts={"to_crm": Count(held=1)}), 10),
    ],
)
def test_strict_exit_codes_of_runs(ended: Run, code: int) -> None:
    assert strict_exit_code(ended, verdict(ended, "en", "the.log")) == code
