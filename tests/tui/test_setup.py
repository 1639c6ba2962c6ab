"""The documented steps of a module's setup, and its mapping table."""

from typing import Any

import pytest
from rich.cells import cell_len

from core.model.setup import ModuleSetup
from core.model.text import Lang
from tests.tui.driving import Shown, shown
from tests.tui.fake import FakeService
from tui.locale import STRINGS


def fresh() -> FakeService:
    """A profile where customers are not configured yet."""
    service = FakeService(failed=0)
    service.setups.clear()
    service.module_state = "not_configured"
    service.last_run = None
    return service


def stored(screen: Shown) -> list[ModuleSetup]:
    return [call[1] for call in screen.service.calls if call[0] == "configure"]


async def test_customers_are_set_up_in_five_steps_with_a_view_and_a_custom_field() -> None:
    async with shown(fresh()) as screen:
        await screen.press("c")
        await screen.sees("1 Module to sync", "5 Map fields", "(*) Accounts", "CRM accounts become")
        await screen.press("enter")
        await screen.sees("How does data flow?", "CRM records are fetched")
        await screen.press("enter")
        await screen.sees("When a record of the same name exists?")
        await screen.press("enter")
        await screen.sees("Which CRM records take part?", "All Accounts")
        await screen.press("down", "down")
        await screen.sees("41 records now", "My Accounts  41")
        await screen.press("enter")
        await screen.sees("Edit the mapping table")
        await screen.press("enter")
        await screen.sees("Mapping of Customers", "03-5555")
        await screen.press("+")
        await screen.sees("Sales Region")
        await screen.press("/", *"region", "enter", "enter")
        await screen.sees("Books field for Sales Region", "* Sales region")
        await screen.press("enter")
        await screen.sees("unsaved changes", "18 rows", "Values longer than 100 characters are refused by Books (F16).")
        await screen.press("q")
        await screen.sees("Go on with this mapping")
        await screen.press("down", "enter")
        await screen.sees("Save and sync later")
        await screen.press("down", "enter")
        await screen.sees("Customers: Syncing")
        [setup] = stored(screen)
        assert (setup.shape, setup.extent, setup.duplicates) == ("accounts", "both", "skip")
        assert (setup.view, setup.view_name) == ("v2", "My Accounts")
        assert ("Sales_Region", "cf_sales_region", "both") in [(r.crm, r.books, r.direction) for r in setup.mapping]
        assert [call[1].module for call in screen.service.calls if call[0] == "sync"] == ["customers"]


@pytest.mark.parametrize(("row", "module"), [("down", "vendors"), ("down down", "items")])
async def test_vendors_and_items_take_four_steps(row: str, module: str, lang: Lang) -> None:
    say = STRINGS[lang]
    async with shown(lang=lang) as screen:
        await screen.press(*row.split(), "c")
        await screen.sees(f"1 {say.step_extent}", f"4 {say.step_mapping}")
        assert say.step_shape not in screen.text
        if module == "items":
            await screen.sees(say.tells_extent_both_items[:20])
        await screen.press("enter", "enter", "enter", "down", "enter")
        await screen.sees(say.save_preview)
        await screen.press("down", "down", "enter")
        await screen.until(lambda: stored(screen))
        assert stored(screen)[0].module == module
        await screen.sees(say.stored)
        assert not [call for call in screen.service.calls if call[0] == "sync"]


async def test_steps_can_be_gone_back_and_nothing_is_stored_on_the_way() -> None:
    async with shown() as screen:
        await screen.press("c")
        await screen.sees("1 Module to sync")
        await screen.press("enter", "up", "enter")
        await screen.sees("When a record of the same name exists?", "unsaved changes", "Fetch from CRM")
        await screen.press("left", "left")
        await screen.sees("Which CRM module pairs")
        await screen.press("left")
        await screen.sees("This is the first step")
        await screen.press("escape")
        await screen.sees("Leave without storing?", "Extent of sync: Sync both ways -> Fetch from CRM")
        await screen.press("n")
        await screen.sees_not("Leave without storing?")
        await screen.press("escape", "y")
        await screen.sees("Last run")
        assert not stored(screen)


async def test_an_edit_is_confirmed_in_numbers_before_it_is_stored() -> None:
    async with shown() as screen:
        await screen.press("m")
        await screen.sees("Edit the mapping table")
        await screen.press("enter")
        await screen.sees("17 rows")
        await screen.press("-", "q")
        await screen.sees("Take all unsaved changes" if "Take all" in screen.text else "Revert")
        await screen.press("right")
        await screen.sees("Save and preview")
        await screen.press("down", "down", "enter")
        await screen.sees("Store these changes?", "Mapping: 0 rows new or changed, 1 gone", "188 linked records")
        assert not stored(screen)
        await screen.press("y")
        await screen.until(lambda: stored(screen))
        assert len(stored(screen)[0].mapping) == 16


async def test_preview_comes_before_the_first_sync() -> None:
    async with shown(fresh()) as screen:
        await screen.press("m")
        await screen.sees("Go on with this mapping")
        await screen.press("right", "enter")
        await screen.sees("Next sync of Customers", "182")
        assert stored(screen) and not [call for call in screen.service.calls if call[0] == "sync"]


async def test_accounts_and_their_contacts_have_a_view_of_each_and_parts_in_the_mapping() -> None:
    async with shown(fresh()) as screen:
        await screen.press("c")
        await screen.sees("Accounts & their contacts")
        await screen.press("down", "down", "enter", "enter", "enter", "enter")
        await screen.sees("Which of their contacts take part?", "My Contacts")
        await screen.press("down", "enter", "enter")
        await screen.sees("Mapping of Customers")
        await screen.press("G")
        await screen.sees("Contact person", "Salutation")


async def test_conflict_rule_and_cap_are_set_at_the_end() -> None:
    async with shown(fresh()) as screen:
        await screen.press("m")
        await screen.sees("Go on with this mapping")
        await screen.press("right", "down", "down", "down", "enter")
        await screen.sees("the later change wins")
        await screen.press("down", "down", "enter")
        await screen.sees("Changed on both sides: the later change wins")
        await screen.press("down", "enter")
        await screen.sees("Empty: no limit.")
        await screen.press("5", "0", "enter")
        await screen.sees("Most creates in one run: 50")
        await screen.press("up", "up", "enter")
        await screen.until(lambda: stored(screen))
        assert (stored(screen)[0].conflict, stored(screen)[0].create_cap) == ("newest", 50)


async def table(screen: Shown) -> None:
    await screen.press("m")
    await screen.sees("Edit the mapping table")
    await screen.press("enter")
    await screen.sees("Mapping of Customers", "17 rows", "03-5555")


async def test_the_mapping_table_shows_direction_blank_rule_and_samples() -> None:
    async with shown() as screen:
        await table(screen)
        line = next(line for line in screen.lines() if line.strip().startswith("Account_Name"))
        for part in ("<->", "contact_name", "keep", "株式会社"):
            assert part in line
        await screen.press(">")
        await screen.sees("CRM -> Books only.", "*")
        await screen.press("b")
        await screen.sees("clear")
        await screen.press("z")
        await screen.sees("The mapping is as it was")
        await screen.sees_not("unsaved changes")
        await screen.press("z")
        await screen.sees("There is no unsaved change")


async def test_a_field_that_cannot_be_mapped_says_why() -> None:
    async with shown() as screen:
        await table(screen)
        await screen.press("+")
        await screen.sees("Parent Account")
        await screen.press("/", *"parent", "enter", "enter")
        await screen.sees("A look-up of CRM cannot be mapped")
        await screen.press("escape", "/", *"employ", "enter", "enter")
        await screen.sees("Books field for Employees")
        await screen.press("/", *"outstand", "enter", "enter")
        await screen.sees("Books does not let this field be written.")


async def test_kinds_that_do_not_go_together_are_refused_before_anything_is_stored() -> None:
    async with shown() as screen:
        await table(screen)
        await screen.press("down", "down", "enter")
        await screen.sees("Books field for Phone")
        await screen.press("/", *"score", "enter", "enter")
        await screen.sees("These kinds do not go together", "1 rows cannot be stored")
        await screen.press("q", "right", "down", "down", "enter")
        await screen.sees("cannot be stored: see the mapping table")
        assert not stored(screen)


async def test_read_only_has_no_setup() -> None:
    async with shown(read_only=True) as screen:
        await screen.press("c")
        await screen.sees("Read-only")


@pytest.mark.parametrize("size", [(80, 24), (60, 16), (120, 40)])
async def test_every_line_fits(size: tuple[int, int], lang: Lang) -> None:
    keys: list[Any] = ["c", "enter", "enter", "enter", "enter", "enter"]
    async with shown(lang=lang, size=size) as screen:
        for key in keys:
            await screen.press(key)
            await screen.pilot.pause()
            assert [line for line in screen.lines() if cell_len(line) != size[0]] == []
        await screen.sees(STRINGS[lang].head_crm_field)
