"""Marks, single fetch, why-not, export, exact plans, undo, and retrying several modules."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from core.model.text import Lang
from core.service import FailureGroup
from tests.tui.driving import Shown, shown
from tests.tui.fake import FakeService, row
from tui.export import as_csv, as_json, cell
from tui.locale import STRINGS


def asked(screen: Shown, name: str) -> list[Any]:
    return [call[-1] for call in screen.service.calls if call[0] == name]


async def customers(screen: Shown) -> None:
    await screen.press("2")
    await screen.sees("株式会社ザイルカー")


async def test_i_fetches_the_selected_record() -> None:
    async with shown() as screen:
        await customers(screen)
        await screen.press("down", "i")
        await screen.sees("Customers: Syncing")
        [request] = asked(screen, "fetch")
        assert (request.module, [(ref.side, ref.id) for ref in request.records]) == (
            "customers", [("crm", row(1).crm_id)],
        )  # fmt: skip


async def test_marked_records_are_fetched_together_after_asking(lang: Lang) -> None:
    say = STRINGS[lang]
    async with shown(lang=lang) as screen:
        await customers(screen)
        await screen.press("space", "space", "down", "space")
        await screen.sees(say.marked.format(count="3"), "*")
        await screen.press("i")
        await screen.sees(say.ask_fetch.format(count="3"))
        await screen.press("y")
        await screen.until(lambda: asked(screen, "fetch"))
        assert len(asked(screen, "fetch")[0].records) == 3


async def test_marks_can_be_taken_away() -> None:
    async with shown() as screen:
        await customers(screen)
        await screen.press("space")
        await screen.sees("1 marked")
        await screen.press("up", "space")
        await screen.sees_not("1 marked")
        await screen.press("M")
        await screen.sees("Nothing is marked")


async def test_w_tells_why_a_record_is_not_in_step() -> None:
    async with shown() as screen:
        await customers(screen)
        await screen.press("w")
        await screen.sees("Why it is as it is", "view")
        assert asked(screen, "why_not") == [row(0).crm_id]


async def test_release_says_why_it_cannot_be_done() -> None:
    async with shown() as screen:
        await customers(screen)
        await screen.press("T")
        await screen.sees("This record is not ignored")
        assert not asked(screen, "release")


@pytest.mark.parametrize(("downs", "form"), [(0, "csv"), (1, "json")])
async def test_the_list_as_it_is_narrowed_is_written_to_a_new_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, downs: int, form: str
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    path = tmp_path / f"kakehashi-customers-20261124.{form}"
    service = FakeService()
    service.names[1] = "=HYPERLINK(1)"
    async with shown(service) as screen:
        await customers(screen)
        await screen.press("e")
        await screen.sees("CSV")
        await screen.press(*["down"] * downs, "enter")
        await screen.sees("200 rows. Where to?")
        await screen.press("enter")
        await screen.sees("200 rows written to", seconds=10)
        await screen.press("e", *["down"] * downs, "enter", "enter")
        await screen.sees("There is such a file already")
    assert path.stat().st_mode & 0o777 == 0o600
    if form == "csv":
        rows = list(csv.DictReader(path.read_text("utf-8-sig").splitlines()))
        assert rows[1]["name"] == "'=HYPERLINK(1)"
    else:
        rows = json.loads(path.read_text())
        assert rows[1]["name"] == "=HYPERLINK(1)"
    assert len(rows) == 200


@pytest.mark.parametrize("text", ["=1+1", "+81 3-5555", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n=1"])
def test_no_cell_is_a_formula(text: str) -> None:
    assert cell(text) == f"'{text}"
    [_, line] = list(csv.reader(as_csv([replace(row(1), name=text)]).decode("utf-8-sig").splitlines(keepends=True)))
    assert line[0].startswith("'")


def test_json_is_exact() -> None:
    assert json.loads(as_json([row(3)]))[0]["crm_id"] == row(3).crm_id


async def test_exactly_this_plan_is_applied_without_what_is_left_out() -> None:
    async with shown() as screen:
        await screen.press("v")
        await screen.sees("1/182")
        await screen.press("space")
        await screen.sees("1 left out")
        await screen.press("A")
        await screen.sees("Carry out exactly these 180 actions?")
        await screen.press("y")
        await screen.sees("Customers: Syncing")
        [request] = asked(screen, "apply")
        assert request.exclude == (screen.service.plan_made[0].id,)


async def test_a_sync_from_a_plan_with_something_left_out_applies_it() -> None:
    async with shown() as screen:
        await screen.press("v")
        await screen.sees("1/182")
        await screen.press("space", "s")
        await screen.sees("Carry out exactly these")
        assert not asked(screen, "sync")


async def test_a_run_is_undone_after_its_steps_were_shown_and_counted() -> None:
    async with shown() as screen:
        await screen.press("7")
        await screen.sees("Interrupted")
        await screen.press("u")
        text = await screen.sees("Undo of 20261124-030400", "2 of 3 steps", "restored", "Zylker Manufacturing")
        assert "website: https://new.example -> https://old.example" in text
        assert "Changed since, and kept: notes" in text
        await screen.press("down")
        await screen.sees("Record 4 was made by the run and stays")
        await screen.press("u")
        await screen.sees("Take this back?", "1 records are written back", "1 records that the run made stay")
        await screen.press("n", "space", "u", "y")
        await screen.sees("Customers: Syncing")
        [request] = asked(screen, "undo")
        assert (request.scope.run_id, len(request.exclude)) == ("20261124-030400", 1)


async def test_one_record_is_undone_from_its_page() -> None:
    async with shown() as screen:
        await customers(screen)
        await screen.press("down", "enter")
        await screen.sees("Account_Name")
        await screen.press("u")
        await screen.sees("2 of 3 steps")
        assert asked(screen, "undo_plan")[0].record == row(1).crm_id


class TwoModules(FakeService):
    async def failure_groups(self) -> list[FailureGroup]:
        vendors = FailureGroup(reason="F16", direction="to_books", module="vendors", count=2, held=0, sample=("V",))
        return [*await super().failure_groups(), vendors]


async def test_retry_all_takes_the_modules_one_after_another() -> None:
    service = TwoModules()
    async with shown(service) as screen:
        await screen.press("8")
        await screen.sees("F12")
        await screen.press("R", "y")
        await screen.until(lambda: asked(screen, "sync"))
        assert [request.module for request in asked(screen, "sync")] == ["customers"]
        service.finish()
        await screen.until(lambda: len(asked(screen, "sync")) == 2)
        assert [(request.module, request.retry) for request in asked(screen, "sync")][1] == ("vendors", ("*",))
