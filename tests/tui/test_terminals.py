"""Terminals as they come: their kinds, their locales, what they lose, and what somebody throws at them."""

import os
import random
import re
import signal
import sys

import pytest

from tests.tui.ptys import DOWN, Pty, dev

pytestmark = pytest.mark.e2e

KINDS = ["xterm-256color", "xterm", "linux", "screen", "tmux", "vt220"]
LEFT = (b"\x1b[?1049l", b"\x1b[?25h", b"\x1b[?2004l")
"""The alternate screen, the hidden cursor and bracketed paste, given back."""
COMMIT = "東雲精密工業株式会社東京営業本部第二課御中"


@pytest.mark.parametrize("term", KINDS)
def test_every_kind_of_terminal_shows_it_takes_its_keys_and_is_given_back(term: str) -> None:
    with dev(env={"TERM": term, "COLORTERM": ""}) as terminal:
        terminal.until("Attention(7)", "Last run", "Help")
        terminal.press(b"2")
        terminal.until("All customers 1/200")
        terminal.press(DOWN)
        terminal.until("All customers 2/200")
        terminal.press(b"\x1bOB")
        terminal.until("All customers 3/200")
        terminal.press(b"\x1b[F")
        terminal.until("All customers 200/200")
        assert not re.search(rb"\x1b\[(?:38|48);[25];", terminal.raw)
        terminal.press(b"\x11")
        assert terminal.ended() == 0
        assert all(mode in terminal.raw for mode in LEFT)
        assert b"Traceback" not in terminal.raw


@pytest.mark.parametrize("term", ["dumb", "unknown", ""])
def test_a_terminal_that_cannot_show_it_is_left_alone(term: str) -> None:
    with Pty([sys.executable, "-m", "tui.main"], env={"TERM": term}) as terminal:
        assert terminal.ended() == 2
        assert b"\x1b" not in terminal.raw


@pytest.mark.parametrize(
    "environ",
    [
        {"LC_ALL": "C"}, {"LC_ALL": "POSIX"}, {"LC_ALL": "ja_JP.eucJP"}, {"LC_ALL": "en_US.ISO-8859-1"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"LC_ALL": "C.UTF-8", "PYTHONIOENCODING": "latin-1"},
    ],
)  # fmt: skip
def test_no_locale_keeps_the_screen_from_showing_and_working(environ: dict[str, str]) -> None:
    with dev("--lang", "en", env=environ) as terminal:
        terminal.until("Attention(7)")
        terminal.press(b"2")
        terminal.until("All customers 1/200", "Zylker Manufacturing", "Cedar & Stone")
        terminal.press(b"j")
        terminal.until("All customers 2/200")
        terminal.press(b"\x11")
        assert terminal.ended() == 0


def test_an_input_methods_commit_of_twenty_kanji_arrives_whole() -> None:
    assert len(COMMIT) > 20
    with dev() as terminal:
        terminal.until("Attention(7)")
        terminal.press(b"2")
        terminal.until("All customers 1/200")
        terminal.press(b"/")
        terminal.until(" / ")
        terminal.press(COMMIT.encode())
        terminal.until(COMMIT)


@pytest.mark.parametrize(("way", "size"), [("bracketed", 5_000), ("typed", 1_000)])
def test_thousands_of_pasted_characters_go_into_a_filter(way: str, size: int) -> None:
    text = ("架け橋 bridge " * 400)[:size]
    with dev() as terminal:
        terminal.until("Attention(7)")
        terminal.press(b"2")
        terminal.until("All customers 1/200")
        terminal.press(b"/")
        terminal.until(" / ")
        data = text.encode() + b"THE-END"
        sent = b"\x1b[200~" + data + b"\x1b[201~" if way == "bracketed" else data
        for at in range(0, len(sent), 512):
            terminal.press(sent[at : at + 512])
            terminal.read(0.01)
        terminal.until("THE-END")
        terminal.press(b"\x1b")
        terminal.until("All customers 1/200")


def test_a_paste_onto_a_list_presses_no_keys() -> None:
    with dev() as terminal:
        terminal.until("Attention(7)")
        terminal.press(b"2")
        terminal.until("All customers 1/200")
        terminal.press(b"\x1b[200~s q u R 1 \r\n" + b"x" * 5_000 + b"\x1b[201~")
        terminal.press(DOWN)
        terminal.until("All customers 2/200")
        assert "Syncing" not in terminal.text()


@pytest.mark.parametrize("seed", range(4))
def test_junk_does_not_end_the_screen(seed: int) -> None:
    dice = random.Random(seed)
    pieces = [
        b"\x1b[", b"\x1b]", b"\x1bP", b"\x1b[<0;5;5M", b"\x1b[200~", b"\x1b[201~", b"\x1b[?1;2c", b"\x1b[999;999R",
        b"\x00", b"\xff\xfe", b"\x9b", b"\x1b\x1b", b"\x1b[I", b"\x1b[O",
    ]  # fmt: skip
    with dev() as terminal:
        terminal.until("Attention(7)")
        for _ in range(60):
            # Neither Ctrl+C, Ctrl+Q nor q, which leave; no Ctrl+Z, which suspends.
            some = bytes(each for each in dice.randbytes(6) if each not in b"\x03\x11\x1aq\x1c\x13")
            terminal.press(dice.choice(pieces) + some)
            terminal.read(0.005)
        terminal.press(b"\x07\x1b\\\x1b[201~")
        terminal.quiet(0.5)
        assert terminal.child.poll() is None
        # Whatever all that has opened: out of it, and on to the customers.
        for _ in range(60):
            terminal.press(b"\x1b")
            terminal.quiet(0.25)
            terminal.press(b"2")
            terminal.quiet(0.25)
            if "/200" in terminal.text():
                break
        terminal.until("/200", "Attention(7)")


@pytest.mark.parametrize("sign", [signal.SIGHUP, signal.SIGTERM])
def test_a_signal_that_ends_it_ends_it_soon_and_without_a_trace(sign: signal.Signals) -> None:
    with dev() as terminal:
        terminal.until("Attention(7)")
        os.kill(terminal.child.pid, sign)
        terminal.ended()
        assert b"Traceback" not in terminal.raw


def test_a_terminal_that_is_gone_ends_the_screen() -> None:
    with dev() as terminal:
        terminal.until("Attention(7)")
        gone, terminal.fd = terminal.fd, os.open(os.devnull, os.O_RDWR)
        os.close(gone)
        assert terminal.child.wait(10) is not None


def test_suspended_while_typing_and_resumed_nothing_typed_is_lost() -> None:
    with dev() as terminal:
        terminal.until("Attention(7)")
        terminal.press(b"2")
        terminal.until("All customers 1/200")
        terminal.press(b"/zylker")
        terminal.until("/ zylker")
        os.kill(terminal.child.pid, signal.SIGTSTP)
        terminal.quiet()
        terminal.screen.reset()
        os.kill(terminal.child.pid, signal.SIGCONT)
        terminal.until("/ zylker")
        terminal.press(b" manu")
        terminal.until("/ zylker manu")
