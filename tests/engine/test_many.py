"""A hundred thousand customers on both sides under every pair of policies: counts, memory, and browsing the plan."""

import asyncio
import json
import subprocess
import sys
from typing import Any

import pytest

from tests.engine.many import EDITED, story

DUPLICATES = ("skip", "overwrite", "clone")
CONFLICTS = ("crm", "books", "newest", "ask")
MANY = 100_000
PLANNED, SYNCED = 2_048, 10_240
"""Bytes that planning may take for each record of both sides (about 1.3 kB are needed: a list row's fields, and an
action that refers to them), and a whole sync for each link (about 8 kB: two bases and two catalogue rows in the store's
memory and journal, and both fake servers with all that they were sent)."""


def first(count: int, duplicates: str) -> dict[str, dict[str, int]]:
    """Return what the first run counts: half of each side has a namesake on the other one."""
    half = count // 2
    return {
        "skip": {"to_books": {"created": half, "skipped": half}, "to_crm": {"created": half, "skipped": half}},
        "overwrite": {"to_books": {"created": half, "updated": half}, "to_crm": {"created": half, "linked": half}},
        "clone": {"to_books": {"created": count}, "to_crm": {"created": half, "skipped": half}},
    }[duplicates]


def second(edited: int, conflict: str) -> dict[str, dict[str, int]]:
    """Return what the second run counts: notes travel to CRM, websites as the policy has it."""
    to_books = {"crm": {"updated": edited}, "newest": {"updated": edited}, "ask": {"held": edited}}.get(conflict)
    return {"to_books": to_books or {"unchanged": edited}, "to_crm": {"updated": edited}}


def check(told: dict[str, Any], count: int, duplicates: str, conflict: str) -> None:
    links = count if duplicates == "skip" else count * 3 // 2
    assert told["links"] == links and told["first"] == first(count, duplicates)
    assert told["edited"] == len(range(0, links, EDITED))
    assert told["second"] == second(told["edited"], conflict)
    assert told["websites"] == ["books.example.jp" if conflict == "books" else "crm.example.jp"]
    held = told["edited"] if conflict == "ask" else 0
    assert told["failures"] == held and told["third"]["to_books"] == ({"held": held} if held else {})
    assert told["third"]["to_crm"] == {}
    plan = told["plan"]
    assert plan["shown"] == plan["actions"] == sum(plan["tallies"].values()) >= count
    assert plan["named"] == ["Branch 000001"]
    creates = plan["tallies"]["to_books create"], plan["tallies"]["to_crm create"]
    assert creates == tuple(first(count, duplicates)[way]["created"] for way in ("to_books", "to_crm"))


@pytest.mark.parametrize("conflict", CONFLICTS)
@pytest.mark.parametrize("duplicates", DUPLICATES)
def test_counts_are_right_under_every_policy(duplicates: str, conflict: str) -> None:
    check(asyncio.run(story(200, duplicates, conflict)), 200, duplicates, conflict)


@pytest.mark.long
@pytest.mark.timeout(1_200)
@pytest.mark.parametrize("conflict", CONFLICTS)
@pytest.mark.parametrize("duplicates", DUPLICATES)
def test_a_hundred_thousand_customers_under_every_policy(duplicates: str, conflict: str) -> None:
    words = [sys.executable, "-m", "tests.engine.many", str(MANY), duplicates, conflict]
    done = subprocess.run(words, check=True, capture_output=True, text=True)
    told = json.loads(done.stdout)
    check(told, MANY, duplicates, conflict)
    assert told["planned"] < 2 * MANY * PLANNED
    assert told["synced"] < told["links"] * SYNCED
