"""Likely pairs: found by what names come to, told by what speaks for them, and never more than suggested."""

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.plan import evidence
from core.plan.likely import Likely, Lone, likely


def found(one: str, two: str, ours: tuple[str, ...] = (), theirs: tuple[str, ...] = ()) -> Likely | None:
    looked = likely([Lone("c", one, ours)], [Lone("b", two, theirs)])
    assert looked.whole
    return looked.found[0] if looked.found else None


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("株式会社ザイルカー", "㈱ザイルカー"),
        ("(株)北浜印刷", "北浜印刷　株式会社"),
        ("Cedar & Stone Ltd", "CEDAR AND STONE LIMITED"),
        ("Ｎｏｒｔｈｇａｔｅ　Foods", "Northgate Foods, Inc."),
        ("Alder Optics", "Alder  Optics"),
    ],
)
def test_names_that_differ_in_form_and_spelling_alone_come_first(one: str, two: str) -> None:
    told = found(one, two)
    assert told is not None and told.score >= 95 and told.why[0] == "same"


@pytest.mark.parametrize(
    ("one", "two"),
    [("Harbour Freight Systems", "Harbor Freight Systems"), ("Zylker Manufacturing", "Zylker Manufacturng")],
)
def test_names_that_are_alike_are_suggested_after_those(one: str, two: str) -> None:
    told = found(one, two)
    assert told is not None and 80 <= told.score < 95 and told.why == ("name",)


def test_a_persons_name_in_the_other_order_is_found() -> None:
    told = found("Aoba Hanako", "Hanako Aoba")
    assert told is not None and told.why == ("name",)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("Branch 12", "Branch 13"),
        ("Zylker 2024 Holdings", "Zylker 2025 Holdings"),
        ("青葉精密工業株式会社", "若葉精密工業株式会社"),
        ("Northgate Foods", "Cedar Stone"),
        ("", ""),
        ("Aoba", "Kita"),
    ],
)
def test_other_names_are_not_suggested(one: str, two: str) -> None:
    assert found(one, two) is None


def test_evidence_raises_the_score_and_is_told() -> None:
    plain = found("Harbour Freight", "Harbor Freight")
    hints = ("domain:harbour.example", "city:osaka")
    told = found("Harbour Freight", "Harbor Freight", hints, ("city:osaka", "domain:harbour.example"))
    assert plain is not None and told is not None
    assert told.score > plain.score
    assert told.why == ("name", "domain", "city")


def test_a_shared_address_finds_names_that_are_less_alike() -> None:
    one, two = "Zylker Manufacturing Kansai", "Zylker Mfg Kansai"
    assert found(one, two) is None
    told = found(one, two, ("email:info@zylker.example",), ("email:info@zylker.example",))
    assert told is not None and told.why == ("name", "email")
    assert found("Northgate Foods", "Alder Optics", ("email:a@b.example",), ("email:a@b.example",)) is None


def test_what_is_kept_apart_is_not_suggested_again() -> None:
    ours, theirs = [Lone("c", "Alder Optics")], [Lone("b", "ALDER OPTICS"), Lone("d", "Alder Optics Ltd")]
    assert [each.books_id for each in likely(ours, theirs, apart={("c", "b")}).found] == ["d"]


def test_only_records_of_one_family_are_held_against_each_other() -> None:
    ours = [Lone("c", "Hana Aoba", family="f1"), Lone("e", "Hana Aoba", family="f2")]
    theirs = [Lone("b", "Hana  Aoba", family="f1")]
    assert [(each.crm_id, each.books_id) for each in likely(ours, theirs).found] == [("c", "b")]


def test_a_record_is_suggested_for_a_few_others_only() -> None:
    theirs = [Lone(f"b{at}", f"Alder Optics{' ' * at}Ltd") for at in range(20)]
    assert len(likely([Lone("c", "Alder Optics")], theirs).found) == 5


def test_a_name_that_everybody_has_says_nothing() -> None:
    ours = [Lone(f"c{at}", "Test Ltd") for at in range(60)]
    theirs = [Lone(f"b{at}", "TEST") for at in range(60)]
    assert not likely(ours, theirs).found


@settings(deadline=None, derandomize=True, max_examples=40)
@given(st.randoms(use_true_random=False))
def test_suggestions_do_not_depend_on_the_order_of_the_catalogue(rnd: random.Random) -> None:
    names = ["Alder Optics", "Alder Optics Ltd", "Alder Optic", "Northgate", "Northgate Foods", "㈱北浜", "北浜"]
    ours = [Lone(f"c{at}", name) for at, name in enumerate(names)]
    theirs = [Lone(f"b{at}", name.upper()) for at, name in enumerate(names)]
    expected = likely(ours, theirs)
    rnd.shuffle(ours)
    rnd.shuffle(theirs)
    assert likely(ours, theirs) == expected


def test_it_ends_when_its_time_is_over_and_says_so() -> None:
    asked = iter([False, False, True])
    looked = likely([Lone("c", "Alder Optics")], [Lone("b", "Alder Optic")], over=lambda: next(asked, True))
    assert not looked.whole
    assert not looked.found


def test_hints_fold_what_people_write_differently() -> None:
    ours = evidence.hints("Accounts", {"Phone": "03-5555-0100", "Website": "https://www.Zylker.example/jp"})
    theirs = evidence.hints(
        "customers", {"billing_address.phone": "+81 3 5555 0100", "primary.email": "Info@zylker.EXAMPLE"}
    )
    assert set(ours) & set(theirs) == {"phone:355550100", "domain:zylker.example"}


def test_everybodys_mail_provider_is_no_hint() -> None:
    assert evidence.hints("Contacts", {"Email": "hana@gmail.com"}) == ("email:hana@gmail.com",)


@pytest.mark.bench
def test_a_hundred_thousand_names_a_side_are_searched_in_a_time_that_grows_with_their_number() -> None:
    """Not a gate of seconds: ten times the names may take no more than thirty times as long."""
    rnd = random.Random(4)
    syllables = [f"{head}{tail}" for head in "kstnhmrw" for tail in "aiueo"]
    trades = ["Foods", "Steel", "Print", "Optics", "Systems", "Freight", "Works", "Trading", "Motors"]

    def name() -> str:
        return f"{''.join(rnd.choice(syllables) for _ in range(5))} {rnd.choice(trades)}"

    def seconds(count: int) -> float:
        ours = [Lone(f"c{at}", name()) for at in range(count)]
        theirs = [Lone(f"b{at}", ours[at].name.upper() if at % 10 == 0 else name()) for at in range(count)]
        began = time.perf_counter()
        looked = likely(ours, theirs)
        assert sum(each.why[0] == "same" for each in looked.found) >= count // 12
        return time.perf_counter() - began

    small, large = seconds(10_000), seconds(100_000)
    print(f"likely pairs: 10,000 a side {small:.1f} s, 100,000 a side {large:.1f} s")
    assert large <= 30 * small
