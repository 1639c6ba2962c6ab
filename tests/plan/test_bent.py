"""What a server may have made of a value, told from what a person wrote over it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.model.value import Value
from core.plan.normalise import bent
from tests.engine.strategies import BENDS, VALUES


@pytest.mark.parametrize(
    ("sent", "held"),
    [
        ("03-1111", "031111"), ("Tokyo ", "Tokyo"), ("a  b", "a b"), ("shout", "SHOUT"), ("ｱｵﾊﾞ", "アオバ"),
        ("A long text that is cut", "A long te"), ("12.345", "12.35"), ("12.5", "12"), (None, None), (" ", None),
        (("a", "b"), ("b", "a")),
    ],
)  # fmt: skip
def test_a_value_that_a_server_wrote_otherwise_is_the_same_value(sent: Value, held: Value) -> None:
    assert bent(sent, held)


@pytest.mark.parametrize(
    ("sent", "held"),
    [
        ("333", "1"), ("333", "3"), ("12.5", "13.5"), ("Tokyo", "Osaka"), ("Tokyo", None), (None, "Tokyo"),
        ("Tokyo", "Tokyo 2"), (True, False), (("a",), ("b",)), ("-", "+"),
    ],
)  # fmt: skip
def test_what_a_person_wrote_over_it_is_not(sent: Value, held: Value) -> None:
    assert not bent(sent, held)


@given(st.sampled_from(BENDS), st.sampled_from(VALUES))
def test_every_server_of_these_tests_bends(bend: object, value: Value) -> None:
    assert bent(value, bend("billing_address.phone", value))  # type: ignore[operator]
