"""The screen and the commands of one place: every number that is shown is the one that a command prints."""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from core.sandbox.testing import RunningSandbox
from tests.e2e.place import KAKEHASHI, Place
from tests.tui.ptys import Pty

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]


@contextmanager
def opened(place: Place) -> Iterator[Pty]:
    """The screen of a place, wide enough for every column."""
    env = {"KAKEHASHI_HOME": str(place.home)}
    with Pty([KAKEHASHI, "--lang", "en"], columns=120, rows=40, env=env) as terminal:
        terminal.until("Last run", "CRM -> Books")
        yield terminal


def line(terminal: Pty, *texts: str) -> str:
    """The line that has all the texts."""
    found = [each for each in terminal.text().splitlines() if all(text in each for text in texts)]
    assert found, f"no line with {texts} in\n{terminal.text()}"
    return found[0]


def numbers(text: str) -> list[int]:
    return [int(each.replace(",", "")) for each in re.findall(r"(?<![\w:.-])\d[\d,]*(?![\w:.-]*\w)", text)]


@pytest.fixture
def synced(place: Place) -> Iterator[Place]:
    """Sixty accounts with every planted trouble, synced once."""
    with RunningSandbox(accounts=60, seed=5, process=True) as zoho:
        place.connect(zoho)
        place.ask("setup", "customers", "--extent", "both", "--conflict", "ask")
        place.ask("sync", codes=(0, 3))
        yield place


COUNTS = ("created", "updated", "linked", "gone", "skipped", "unchanged", "held", "failed")


def counted(terminal: Pty, counts: dict[str, dict[str, int]]) -> None:
    """Hold the lines of counts by direction against a command's."""
    for direction, label in (("to_books", "CRM -> Books"), ("to_crm", "Books -> CRM")):
        shown = line(terminal, f" {label}  ", "created")
        for name in COUNTS:
            number = counts[direction][name]
            if number:
                assert re.search(rf" {name} {number:,}( |$)", shown), f"{name} {number} of {direction}: {shown}"


def test_every_number_on_the_screen_is_one_that_a_command_prints(synced: Place) -> None:
    status, runs = synced.ask("status"), synced.ask("history")
    failures = synced.ask("failures")
    plan = synced.ask("plan", codes=(0, 1, 2, 3))
    status = synced.ask("status")
    with opened(synced) as terminal:
        # Overview
        module = next(each for each in status["modules"] if each["module"] == "customers")
        terminal.until(f"Attention({status['attention']})")
        assert numbers(line(terminal, "Customers", "+ On"))[-2:] == [module["failures"], module["links"]]
        counted(terminal, runs[0]["counts"])
        for budget in status["budgets"]:
            side = {"crm": "CRM", "books": "Books"}[budget["side"]]
            assert budget["used_today"] in numbers(line(terminal, f"   {side}", "used")), side
        # History
        terminal.press(b"7")
        terminal.until("Took")
        for name, at in (("created", 0), ("updated", 1), ("failed", 2)):
            wanted = sum(count[name] for count in runs[0]["counts"].values())
            assert numbers(line(terminal, "Customers", "first sync").split("Done")[1])[at] == wanted
        # Attention
        terminal.press(b"8")
        terminal.until("F40", "F13", "F12")
        groups = Counter((each["reason"], each["direction"]) for each in failures)
        for (reason, direction), count in groups.items():
            if reason not in ("F13", "F40"):
                label = {"to_books": "CRM -> Books", "to_crm": "Books -> CRM"}[direction]
                assert numbers(line(terminal, f" {reason} ", label))[-1] == count
        assert numbers(line(terminal, "! F40"))[-1] == len(synced.ask("conflicts"))
        assert numbers(line(terminal, "! F13"))[-1] == len(synced.ask("ambiguous"))
        # Preview
        terminal.press(b"1")
        terminal.until("Last run")
        terminal.press(b"v")
        terminal.until("Next sync of Customers", "created")
        counted(terminal, plan["counts"])
        assert [plan["forecast"]["crm"], plan["forecast"]["books"]] == numbers(line(terminal, "about", "calls"))[:2]


def test_pairs_are_decided_on_the_screen_and_the_commands_know(synced: Place) -> None:
    [ambiguous] = synced.ask("ambiguous")
    likely: dict[str, Any] = synced.ask("suggestions")
    with opened(synced) as terminal:
        terminal.press(b"8")
        terminal.until("! F13")
        terminal.press(b"\x1b[B\r")
        terminal.until("Several candidates: Customers  1", ambiguous["name"][:4])
        terminal.press(b"\r")
        terminal.until("Which of these records in Books is the same?", ambiguous["candidates"][1]["id"])
        terminal.press(b"\x1b[B=")
        terminal.until("Are these the same?", f"Books: {ambiguous['name'][:4]}")
        terminal.press(b"y")
        terminal.until("+ Done")
        links = synced.ask("links")
        assert [each["books_id"] for each in links if each["crm_id"] == ambiguous["id"]] == [
            ambiguous["candidates"][1]["id"]
        ]
        assert synced.ask("ambiguous") == []
        # What looks alike but is not.
        assert likely["count"] == 1
        terminal.press(b"88")
        terminal.until("likely pairs")
        terminal.press(b"G\r")
        terminal.until("Likely pairs: Customers  1", likely["suggestions"][0]["crm_name"][:4])
        terminal.press(b"!")
        terminal.until("Remembered:", "No unlinked records look alike")
        assert synced.ask("suggestions")["count"] == 0
        assert [each["crm_id"] for each in synced.ask("keep-apart")] == [likely["suggestions"][0]["crm_id"]]
