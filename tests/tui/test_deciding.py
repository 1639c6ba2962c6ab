"""Deciding: conflicts field by field, several candidates, likely pairs; from Attention and from the Preview."""

from typing import Any

import pytest

from core.model.deciding import (
    Ambiguity,
    Candidate,
    Choice,
    Conflict,
    ConflictField,
    MissingField,
    SettleRequest,
    Suggestion,
)
from core.model.problems import Problem
from core.model.record import FieldMeta
from core.model.text import Lang
from tests.tui.driving import Shown, shown
from tests.tui.fake import FakeService
from tui.locale import STRINGS


def conflict(key: str = "customers:1:2", name: str = "Zylker Manufacturing", phone: str = "03-5555-0199") -> Conflict:
    return Conflict(
        module="customers", part="main", key=key, name=name, crm_id="480000000000001", books_id="460000000026001",
        since="2026-11-24T03:04:05Z", stamp=f"stamp of {phone}",
        fields=(
            ConflictField(
                crm_field="Phone", books_field="billing_address.phone", kind="phone", crm_base="03-5555-0100",
                crm=phone, books_base="03-5555-0100", books="03-5555-0111",
            ),
            ConflictField(
                crm_field="Website", books_field="website", kind="url", crm_base=None, crm="https://zylker.example",
                books_base=None, books="https://zylker.test",
            ),
        ),
    )  # fmt: skip


def ambiguity() -> Ambiguity:
    return Ambiguity(
        module="customers", part="main", side="crm", id="480000000000006", name="Cedar & Stone Ltd",
        since="2026-11-24T03:04:05Z", details=(("email", "hello@cedar.example"), ("city", "Osaka")),
        candidates=(
            Candidate(side="books", id="460000000026005", name="Cedar & Stone Ltd",
                      details=(("email", "hello@cedar.example"), ("city", "Kobe"))),
            Candidate(side="books", id="460000000026006", name="Cedar & Stone Ltd",
                      details=(("email", "other@stone.example"), ("inactive", "yes"))),
        ),
    )  # fmt: skip


def suggestion(score: int = 92) -> Suggestion:
    return Suggestion(
        module="customers", part="main", crm_id="480000000000009", crm_name="株式会社みなと電機",
        books_id="460000000026009", books_name="㈱みなと電機", score=score, why=("same", "phone"),
    )  # fmt: skip


def waiting() -> FakeService:
    service = FakeService()
    service.deciding.conflicts = [conflict(), conflict("customers:3:4", "Alder Optics")]
    service.deciding.ambiguities = [ambiguity()]
    service.deciding.suggestions = [suggestion(), suggestion(61)]
    return service


def called(screen: Shown, name: str) -> list[Any]:
    return [call[1:] for call in screen.service.calls if call[0] == name]


async def to_resolver(screen: Shown) -> None:
    await screen.press("8")
    await screen.sees(screen.app.say.waiting_conflicts.format(module=screen.app.say.module_customers))
    await screen.press("enter")
    await screen.sees("Zylker Manufacturing", "Alder Optics")
    await screen.press("enter")
    await screen.sees("Phone", "03-5555-0111")


async def test_attention_lists_everything_that_waits(lang: Lang) -> None:
    say = STRINGS[lang]
    async with shown(waiting(), lang=lang) as screen:
        await screen.press("8")
        module = say.module_customers
        text = await screen.sees(
            say.waiting_conflicts.format(module=module), say.waiting_ambiguities.format(module=module),
            say.waiting_suggestions.format(module=module), "F16", "F12",
        )  # fmt: skip
        assert "! F40" in text and "! F13" in text


async def test_what_a_row_of_its_own_leads_to_is_no_group_of_failures_too() -> None:
    from msgspec.structs import replace

    service = waiting()
    service.all_failures = [replace(service.all_failures[0], reason="F13", held=True), service.all_failures[1]]
    async with shown(service) as screen:
        await screen.press("8")
        text = await screen.sees("F16", "! F13")
        assert text.count("F13") == 1


async def test_the_remedy_says_how_many_records_it_frees() -> None:
    async with shown() as screen:
        await screen.press("8")
        await screen.sees("The remedy frees 5 records")


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_resolver_shows_base_crm_and_books(lang: Lang, size: tuple[int, int]) -> None:
    say = STRINGS[lang]
    async with shown(waiting(), lang=lang, size=size) as screen:
        await to_resolver(screen)
        text = await screen.sees(say.was_crm, "03-5555-0100", "03-5555-0199", "03-5555-0111", say.take_none)
        assert say.head_base in text


async def test_each_field_is_decided_and_exactly_that_is_sent() -> None:
    async with shown(waiting()) as screen:
        await to_resolver(screen)
        await screen.press("comma")
        await screen.sees("1 of 2 decided", "> CRM's")
        await screen.press("full_stop")
        await screen.sees("2 of 2 decided", "> Books'")
        await screen.press("A")
        await screen.sees("Settle 2 fields of Zylker Manufacturing?", "Phone: CRM's value: 03-5555-0199")
        assert not called(screen, "settle")
        await screen.press("y")
        await screen.until(lambda: called(screen, "settle"))
        [(request,)] = called(screen, "settle")
        assert request == SettleRequest(
            module="customers", key="customers:1:2", stamp="stamp of 03-5555-0199",
            choices=(
                Choice(crm_field="Phone", books_field="billing_address.phone", take="crm"),
                Choice(crm_field="Website", books_field="website", take="books"),
            ),
        )  # fmt: skip
        await screen.sees("run 20261124-050000")


async def test_another_value_is_typed_and_what_is_undecided_stays_held() -> None:
    async with shown(waiting()) as screen:
        await to_resolver(screen)
        await screen.press("enter")
        await screen.sees("Another value (phone)", "03-5555-0199")
        await screen.press(*["backspace"] * 4, *"0200", "enter")
        await screen.sees("= 03-5555-0200", "1 of 2 decided")
        await screen.press("A")
        await screen.sees("Phone: another value on both sides: 03-5555-0200")
        await screen.press("y")
        await screen.until(lambda: called(screen, "settle"))
        [(request,)] = called(screen, "settle")
        assert request.choices == (
            Choice(crm_field="Phone", books_field="billing_address.phone", take="value", value="03-5555-0200"),
        )


async def test_the_same_key_again_takes_a_choice_back() -> None:
    async with shown(waiting()) as screen:
        await to_resolver(screen)
        await screen.press("comma", "up")
        await screen.sees("1 of 2 decided")
        await screen.press("comma")
        await screen.sees("0 of 2 decided")
        await screen.press("A")
        await screen.sees("Nothing is chosen yet")


async def test_a_value_that_moved_meanwhile_takes_its_choice_back() -> None:
    async with shown(waiting()) as screen:
        await to_resolver(screen)
        await screen.press("comma", "comma")
        await screen.sees("2 of 2 decided")
        screen.service.deciding.conflicts[0] = conflict(phone="03-5555-0777")
        screen.service.moved()
        await screen.sees("A value changed meanwhile", "03-5555-0777", "1 of 2 decided")


async def test_a_conflict_that_is_gone_closes_its_resolver() -> None:
    async with shown(waiting()) as screen:
        await to_resolver(screen)
        del screen.service.deciding.conflicts[0]
        screen.service.moved()
        text = await screen.sees("Zylker Manufacturing: nothing is left to decide", "Alder Optics")
        assert "Changed on both sides: Customers" in text


async def test_a_refusal_is_told_and_the_choices_stay() -> None:
    async with shown(waiting()) as screen:
        await to_resolver(screen)
        await screen.press("comma")
        refused = Problem("moved_since", field="Phone", name="Zylker Manufacturing", side="CRM")
        screen.service.refuse_decision = refused
        await screen.press("A", "y")
        await screen.sees(refused.message("en")[:40], "1 of 2 decided")


async def test_candidates_stand_side_by_side_and_one_is_chosen() -> None:
    async with shown(waiting()) as screen:
        await screen.press("8")
        await screen.sees("several candidates")
        await screen.press("down", "enter")
        await screen.sees("Cedar & Stone Ltd", "E-mail: hello@cedar.example")
        await screen.press("enter")
        text = await screen.sees("Osaka", "Kobe")
        assert [line for line in text.splitlines() if line.startswith(" = E-mail")]
        assert not [line for line in text.splitlines() if line.startswith(" = City")]
        await screen.press("down", "=")
        await screen.sees("Are these the same?", "Books: Cedar & Stone Ltd (460000000026006)")
        await screen.press("y")
        await screen.until(lambda: called(screen, "choose"))
        assert called(screen, "choose") == [("customers", "480000000000006", "460000000026006")]


async def test_a_candidate_is_kept_apart_and_that_is_taken_back() -> None:
    async with shown(waiting()) as screen:
        await screen.press("8")
        await screen.sees("several candidates")
        await screen.press("down", "enter")
        await screen.sees("Cedar & Stone Ltd")
        await screen.press("enter")
        await screen.sees("Kobe")
        await screen.press("!")
        await screen.sees("Remembered: Cedar & Stone Ltd is another record.")
        assert called(screen, "keep_apart") == [("customers", "480000000000006", "460000000026005")]
        await screen.press("q", "q")
        screen.service.moved()
        await screen.sees("Customers: kept apart")
        await screen.press("G", "enter")
        await screen.sees("Kept apart: Customers  1", "460000000026005")
        await screen.press("T")
        await screen.until(lambda: called(screen, "forget_apart"))
        await screen.sees("Nothing is kept apart")


async def test_likely_pairs_are_accepted_or_dismissed(lang: Lang) -> None:
    say = STRINGS[lang]
    async with shown(waiting(), lang=lang) as screen:
        await screen.press("8")
        await screen.sees(say.waiting_suggestions.format(module=say.module_customers))
        await screen.press("G", "enter")
        await screen.sees("92", "株式会社みなと電機", "㈱みなと電機", "61")
        await screen.press("=")
        await screen.sees(say.ask_same)
        await screen.press("n")
        await screen.sees_not(say.ask_same)
        assert not called(screen, "choose")
        await screen.press("!")
        await screen.until(lambda: called(screen, "keep_apart"))
        assert called(screen, "keep_apart") == [("customers", "480000000000009", "460000000026009")]
        await screen.sees_not("61")


async def test_the_preview_names_likely_pairs_before_anything_is_written() -> None:
    async with shown(waiting()) as screen:
        await screen.press("v")
        await screen.sees("2 of these look like a record that the other side has: W shows them")
        await screen.press("W")
        await screen.sees("Likely pairs: Customers", "92")
        await screen.press("=", "y")
        await screen.until(lambda: called(screen, "choose"))


async def test_read_only_decides_nothing() -> None:
    async with shown(waiting(), read_only=True) as screen:
        await to_resolver(screen)
        await screen.press("comma", "A")
        await screen.sees("Read-only")
        assert not called(screen, "settle")


# a field that Books lacks


def lacking(hindrance: str = "") -> FakeService:
    service = FakeService()
    employees = FieldMeta(name="Employees", label="Employees", kind="integer", custom=True)
    service.deciding.missing = [MissingField(crm=employees, books_kind="integer", hindrance=hindrance)]  # type: ignore[arg-type]
    return service


async def to_books_fields(screen: Shown) -> None:
    await screen.press("m", "enter")
    await screen.sees("contact_name", "In Books")
    await screen.press("plus")
    await screen.sees("Employees")
    await screen.press("slash", *"employees", "enter", "enter")
    await screen.sees("New field in Books")


async def test_the_field_that_books_lacks_is_made_after_asking_and_mapped() -> None:
    async with shown(lacking()) as screen:
        await to_books_fields(screen)
        await screen.press("enter")
        await screen.sees("Make the custom field Employees in Books?", "new: whole number")
        assert not called(screen, "create_books_field")
        await screen.press("y")
        await screen.sees("Made in Books: Employees (cf_employees)", "* Employees", "unsaved changes")
        assert called(screen, "create_books_field") == [("customers", "accounts", "main", "Employees")]


async def test_a_field_that_cannot_be_made_says_why() -> None:
    async with shown(lacking("computed")) as screen:
        await to_books_fields(screen)
        await screen.press("enter")
        await screen.sees("Cannot be made in Books: CRM works its value out")
        assert not called(screen, "create_books_field")


async def test_read_only_makes_no_field() -> None:
    service = lacking()
    async with shown(service) as screen:
        await to_books_fields(screen)
        screen.app.state.read_only = True
        await screen.press("enter")
        await screen.sees("Read-only")
        assert not called(screen, "create_books_field")
