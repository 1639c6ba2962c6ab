import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.plan.forms import near_key
from core.plan.normalise import blank, canonical, exact_name, fold_name, same


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("Aoba  Foods ", "aoba foods"),
        ("ＡＯＢＡ　Foods", "aoba foods"),
        ("㈱青葉", "(株)青葉"),
        ("STRASSE", "straße"),
        ("ｱｵﾊﾞ", "アオバ"),
    ],
)
def test_names_that_differ_in_width_case_or_spaces_fold_alike(one: str, two: str) -> None:
    assert fold_name(one) == fold_name(two)


@settings(deadline=None, derandomize=True)
@given(st.text())
def test_folding_twice_changes_nothing_more(name: str) -> None:
    assert fold_name(fold_name(name)) == fold_name(name)


@settings(deadline=None, derandomize=True)
@given(st.text())
def test_composed_and_decomposed_names_fold_alike(name: str) -> None:
    assert fold_name(unicodedata.normalize("NFD", name)) == fold_name(unicodedata.normalize("NFC", name))


def test_an_exact_name_keeps_everything_but_the_blanks_around_it() -> None:
    assert exact_name("  Aoba  Foods ") == "Aoba  Foods"
    assert exact_name("Aoba Foods") != exact_name("AOBA FOODS")


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("株式会社青葉", "㈱青葉"),
        ("青葉 株式会社", "（株）青葉"),
        ("有限会社みなと", "㈲みなと"),
        ("Aoba Foods Ltd.", "Aoba Foods Limited"),
        ("Smith & Sons, Inc.", "smith and sons"),
        ("Nishi Optics K.K.", "Nishi Optics"),
        ("The Harbour Co., Ltd.", "Harbour"),
    ],
)
def test_company_forms_do_not_keep_near_names_apart(one: str, two: str) -> None:
    assert near_key(one) == near_key(two)


@pytest.mark.parametrize("name", ["株式会社", "Limited", "& Co", "The", "・"])
def test_a_name_that_is_nothing_but_a_form_keeps_itself(name: str) -> None:
    assert near_key(name)


def test_different_companies_stay_different() -> None:
    assert near_key("株式会社青葉") != near_key("株式会社若葉")


@pytest.mark.parametrize(
    ("one", "two", "kind"),
    [
        (" 1-1 ", "1-1", "text"),
        ("one\r\ntwo", "one\ntwo", "multiline"),
        ("", None, "text"),
        (("b", "a"), ("a", "b"), "multiselect"),
        ((), None, "multiselect"),
    ],
)
def test_values_that_mean_the_same_are_the_same(one: object, two: object, kind: str) -> None:
    assert same(one, two, kind)  # type: ignore[arg-type]


def test_an_unticked_box_is_not_blank() -> None:
    assert not blank(False)
    assert blank("  ") and blank(None)
    assert canonical(False) is False
