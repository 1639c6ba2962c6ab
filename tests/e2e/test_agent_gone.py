"""The agent goes while somebody looks: they are told, and it is found again."""

import pytest

from tests.e2e.place import KAKEHASHI, Place
from tests.tui.ptys import Pty

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120)]


def test_an_agent_that_is_killed_is_told_of_and_found_again(place: Place) -> None:
    env = {"KAKEHASHI_HOME": str(place.home)}
    pid = place.agent_pid()
    with Pty([KAKEHASHI, "--lang", "en"], env=env) as terminal:
        terminal.until("Not connected", "Three steps")
        place.kill_agent(pid)
        terminal.until("Connection lost, reattaching", seconds=5)
        terminal.until("Reattached.", seconds=30)
        again = place.agent_pid()
        assert again != pid
        terminal.press(b"1")
        terminal.until(f"process {again}")
        terminal.press(b"\x11")
        assert terminal.ended() == 0
    place.close()
