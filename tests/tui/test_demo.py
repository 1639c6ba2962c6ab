"""The screen on the real thing: sandbox, agent, a first sync, in a terminal of 80x24."""

import sys

import pytest

from tests.tui.ptys import ESC, F2, Pty

pytestmark = pytest.mark.e2e


def test_the_demo_syncs_and_a_failure_is_reached_in_three_keys_in_both_languages() -> None:
    with Pty([sys.executable, "-m", "tui.main", "demo", "--accounts", "60", "--seed", "7"]) as terminal:
        terminal.until("No sync has run yet.", "+ On", seconds=40)
        terminal.press(b"s")
        terminal.until("CRM -> Books", seconds=20)
        terminal.until("+ Done", "Failures", seconds=40)
        terminal.press(b"q")
        terminal.until("Waits for you", "F12")
        # the first row is a decision that only a person can take; the failures follow
        terminal.press(b"8")
        terminal.until("several candidates", "already taken")
        terminal.press(b"j\r\r")
        terminal.until("Raw answer")
        assert '"message"' in terminal.text()
        terminal.press(F2)
        terminal.until("元の応答", "対処")
        terminal.press(b"2")
        terminal.until("すべての顧客", "連携済み")
        terminal.press(b"1")
        terminal.until("前回の同期")
        terminal.quiet(1.0)
        assert terminal.read(1.5) == b"", "an idle screen on an idle agent sends nothing"
        terminal.press(ESC)
        terminal.until("最初の画面です")
        terminal.press(b"q")
        assert terminal.ended(30) == 0
