"""The screen in a real terminal: what only the driver, the bytes and the process can show."""

import os
import pty
import signal
import subprocess
import sys

import pytest

from tests.tui.ptys import DOWN, F2, ROOT, Pty, dev
from tui.terminal import Decoder

pytestmark = pytest.mark.e2e


@pytest.mark.parametrize("bad", [b"\xff", b"\xb3\xf4", b"\xe6\xa0", b"\xc3\x28", b"\xf5\x80\x80\x80"])
def test_bytes_that_are_no_utf_8_do_not_end_the_keyboard(bad: bytes) -> None:
    """Textual 8.2.8's strict decoder ends its input thread here."""
    with dev() as terminal:
        terminal.until("Attention(7)")
        terminal.press(bad + b"2")
        terminal.until("All customers 1/200")
        terminal.press(DOWN)
        terminal.until("All customers 2/200")


def test_textuals_own_decoder_still_needs_replacing() -> None:
    """When this fails, Textual has learnt it and ``tui.terminal`` can go back to Textual's input thread."""
    from codecs import getincrementaldecoder
    from inspect import getsource

    from textual.drivers.linux_driver import LinuxDriver

    assert 'getincrementaldecoder("utf-8")().decode' in getsource(LinuxDriver.run_input_thread)
    with pytest.raises(UnicodeDecodeError):
        getincrementaldecoder("utf-8")().decode(b"\xff")


def test_a_character_that_arrives_in_pieces_arrives_whole() -> None:
    decoder = Decoder()
    assert [decoder.feed(bytes([byte])) for byte in "架".encode()] == ["", "", "架"]


def test_an_input_methods_long_commit_arrives_whole() -> None:
    """With the Kitty protocol, Textual 8.2.8 turns a commit of five or more kanji into garbage."""
    with dev() as terminal:
        terminal.until("Attention(7)")
        terminal.press(b"2")
        terminal.until("All customers 1/200")
        terminal.press(b"/")
        terminal.until(" / ")
        terminal.press("東雲精密工業株式会社".encode())
        terminal.until("1/20")
        assert "東雲精密工業株式会社" in terminal.text().replace(" ", "")
        assert "\ufffd" not in terminal.text()


def test_the_kitty_protocol_is_never_asked_for() -> None:
    with dev() as terminal:
        terminal.until("Attention(7)")
        assert b"\x1b[>" not in terminal.raw


def test_a_long_commit_by_the_kitty_protocol_is_still_garbage_in_textual() -> None:
    """When this fails, Textual has learnt it and the setting may go."""
    code = (
        "from textual._xterm_parser import XTermParser;"
        "text=':'.join(str(ord(c)) for c in '東雲精密工業株式会社');"
        "print(''.join(getattr(e,'character','') or '' for e in XTermParser().feed(f'\\x1b[0;;{text}u')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() != "東雲精密工業株式会社"


def test_the_mouse_is_left_alone() -> None:
    with dev() as terminal:
        terminal.until("Attention(7)")
        assert b"\x1b[?1000h" not in terminal.raw


def test_an_idle_screen_sends_nothing() -> None:
    with dev() as terminal:
        terminal.until("Attention(7)")
        terminal.quiet()
        assert terminal.read(1.5) == b""


def test_an_idle_filter_sends_nothing() -> None:
    with dev() as terminal:
        terminal.until("Attention(7)")
        terminal.press(b"2")
        terminal.until("1/200")
        terminal.press(b"/")
        terminal.until(" / ")
        terminal.quiet()
        assert terminal.read(1.5) == b""


@pytest.mark.parametrize("environ", [{}, {"COLORTERM": "", "TERM": "xterm"}, {"NO_COLOR": "1"}])
@pytest.mark.parametrize("columns", [80, 120])
def test_a_step_down_costs_at_most_400_bytes(environ: dict[str, str], columns: int) -> None:
    with dev("100000", env=environ, columns=columns) as terminal:
        terminal.until("Attention(7)")
        terminal.press(b"2")
        terminal.until("1/100,000")
        terminal.quiet()
        for step in range(2, 8):
            before = len(terminal.raw)
            terminal.press(DOWN)
            terminal.until(f"{step}/100,000")
            terminal.quiet(0.1)
            assert 0 < len(terminal.raw) - before <= 400


def test_no_color_sends_no_colour() -> None:
    import re

    with dev(env={"NO_COLOR": "1"}) as terminal:
        terminal.until("Attention(7)")
        codes = {code for found in re.findall(rb"\x1b\[([\d;]*)m", terminal.raw) for code in found.split(b";")}
        assert not [code for code in codes if code and 30 <= int(code) <= 48 and int(code) not in (39, 49)]
        assert "+ On" in terminal.text()


def test_sixteen_colours_are_all_it_uses() -> None:
    with dev() as terminal:
        terminal.until("Attention(7)")
        assert b"38;2;" not in terminal.raw
        assert b"38;5;" not in terminal.raw


def test_f2_leaves_no_trace_of_the_other_language() -> None:
    with dev(columns=100) as terminal:
        terminal.until("Attention(7)")
        terminal.press(F2)
        terminal.until("要対応")
        terminal.quiet()
        assert "Overview" not in terminal.text()
        terminal.press(F2)
        terminal.until("Overview")
        terminal.quiet()
        assert "概要" not in terminal.text()


def test_leaving_gives_the_terminal_back() -> None:
    with dev() as terminal:
        terminal.until("Attention(7)")
        terminal.press(b"q")
        assert terminal.ended() == 0
        assert b"\x1b[?1049l" in terminal.raw
        assert b"\x1b[?25h" in terminal.raw


def test_a_terminal_that_does_not_answer_is_served_all_the_same() -> None:
    with dev(answers=False) as terminal:
        terminal.until("Attention(7)")
        terminal.press(b"2")
        terminal.until("1/200")
        terminal.press(DOWN * 30)
        terminal.until("31/200")


def test_a_terminal_that_stops_reading_does_not_stop_the_screen() -> None:
    """Frames wait for the line, not in Textual's writer: keys pressed meanwhile all count when it reads again."""
    with dev("100000") as terminal:
        terminal.until("Attention(7)")
        terminal.press(b"2")
        terminal.until("1/100,000")
        terminal.quiet()
        terminal.answers = False
        for _ in range(200):
            terminal.press(b"\x1b[6~")
        unanswered = terminal.quiet()
        assert len(unanswered) < 60_000
        terminal.answers = True
        terminal.press(b"\x1b[1;1R" * unanswered.count(b"\x1b[6n"))
        terminal.until(f"{200 * 17 + 1:,}/100,000")


@pytest.mark.parametrize(("term", "words"), [("dumb", "kakehashi status"), ("", "kakehashi status")])
def test_a_terminal_without_a_screen_is_told_the_command_that_does_the_same(term: str, words: str) -> None:
    with Pty([sys.executable, "-m", "tui.main"], env={"TERM": term}) as terminal:
        assert terminal.ended() == 2
        assert words in terminal.text()
        assert b"\x1b[?1049h" not in terminal.raw


def test_no_terminal_is_told_the_command_that_does_the_same() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tui.main"], stdin=subprocess.DEVNULL, capture_output=True, text=True, cwd=ROOT,
        env={**os.environ, "LC_ALL": "C.UTF-8"}, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "kakehashi status" in done.stderr
    assert done.stdout == ""


def test_the_refusal_speaks_the_users_language() -> None:
    ours, theirs = pty.openpty()
    try:
        done = subprocess.run(
            [sys.executable, "-m", "tui.main", "--lang", "ja"], stdin=theirs, stderr=subprocess.PIPE, text=True,
            cwd=ROOT, check=False,
        )  # fmt: skip
        assert "画面を表示する端末がありません" in done.stderr
    finally:
        os.close(ours)
        os.close(theirs)


def test_a_command_loads_nothing_of_the_screen() -> None:
    code = (
        "import sys; from tui.main import main\n"
        "try: main(['--version'])\n"
        "except SystemExit: pass\n"
        "print(sorted(m for m in sys.modules if m.split('.')[0] in ('textual', 'rich') or m == 'tui.app'))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.splitlines()[-1] == "[]"


def test_the_screen_loads_nothing_of_the_wire_before_its_first_paint() -> None:
    code = (
        "import sys, tui.app; print(sorted({'httpx', 'core.agent.client', 'tinydb', 'starlette'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"


def test_coming_back_from_a_suspension_draws_everything_anew() -> None:
    with dev() as terminal:
        terminal.until("Attention(7)")
        terminal.quiet()
        os.kill(terminal.child.pid, signal.SIGTSTP)
        terminal.quiet()
        assert b"\x1b[?1049l" in terminal.raw
        terminal.screen.reset()
        os.kill(terminal.child.pid, signal.SIGCONT)
        terminal.until("Attention(7)", "Last run", "Help")
        terminal.press(b"2")
        terminal.until("1/200")


def test_ctrl_l_draws_everything_anew() -> None:
    with dev() as terminal:
        terminal.until("Attention(7)")
        terminal.quiet()
        terminal.screen.reset()
        terminal.press(b"\x0c")
        terminal.until("Attention(7)", "Last run", "Help")
