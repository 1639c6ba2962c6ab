"""Completion: what a shell offers is what the parsers take."""

import shutil
import subprocess
from pathlib import Path

import pytest

from core.cli import COMMANDS
from core.commands.completion import SHELLS, script, shapes_of


def completed(words: list[str], tmp_path: Path) -> list[str]:
    """What bash offers for the last of these words."""
    file = tmp_path / "kakehashi.bash"
    file.write_text(script("bash"))
    quoted = " ".join(f"'{each}'" for each in words)
    ask = f"source {file}; COMP_WORDS=({quoted}); COMP_CWORD={len(words) - 1}; _kakehashi; "
    ask += "printf '%s\\n' \"${COMPREPLY[@]}\""
    done = subprocess.run(["bash", "--norc", "-c", ask], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert not done.stderr
    return [each for each in done.stdout.splitlines() if each]


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["kakehashi", "sy"], ["sync"]),
        (["kakehashi", "setup", "ve"], ["vendors"]),
        (["kakehashi", "setup", "customers", "--ext"], ["--extent"]),
        (["kakehashi", "setup", "customers", "--extent", ""], ["fetch", "both"]),
        (["kakehashi", "--home", "/x", "--profile", "sync", "sch"], ["schedule"]),
        (["kakehashi", "--lang", ""], ["en", "ja"]),
        (["kakehashi", "config", "e"], ["export"]),
        (["kakehashi", "config", "apply", "sett"], []),
    ],
)
def test_bash_offers_what_the_parsers_take(words: list[str], offered: list[str], tmp_path: Path) -> None:
    assert completed(words, tmp_path) == offered


def test_files_are_offered_where_an_option_takes_one(tmp_path: Path) -> None:
    (tmp_path / "crm.key").touch()
    assert completed(["kakehashi", "connect", "--crm-key-file", "cr"], tmp_path) == ["crm.key"]


def test_every_command_and_option_is_offered_by_every_shell() -> None:
    scripts = {shell: script(shell) for shell in SHELLS}
    for name, shape in shapes_of("en").items():
        assert name in ("", *COMMANDS)
        for option in (long for each in shape.options for long in each.names if long.startswith("--")):
            assert option in scripts["bash"]
            assert option in scripts["zsh"]
            assert f"-l {option[2:]}" in scripts["fish"]


@pytest.mark.parametrize("shell", [each for each in ("bash", "zsh", "fish") if shutil.which(each)])
def test_the_script_is_one_that_the_shell_reads(shell: str, tmp_path: Path) -> None:
    for lang in ("en", "ja"):
        file = tmp_path / f"script.{lang}"
        file.write_text(script(shell, lang))  # type: ignore[arg-type]
        subprocess.run([shell, "-n", str(file)], check=True)
