"""Each invariant I1–I20 of the design is a property test, named so: this fails where one is no longer looked at."""

import ast
import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
INVARIANTS = tuple(f"I{number}" for number in range(1, 21))


def _is_property(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Return whether examples are generated for a test: by ``given``, or by a state machine that it runs."""
    called = [each.func for each in ast.walk(function) if isinstance(each, ast.Call)]
    names = {each.id if isinstance(each, ast.Name) else getattr(each, "attr", "") for each in called}
    return bool(names & {"given", "run_state_machine_as_test"})


def _properties() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {name: [] for name in INVARIANTS}
    for path in sorted(TESTS.rglob("test_*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) or not _is_property(node):
                continue
            for name in re.findall(r"(?<=_)I\d+(?=_)", node.name):
                found[name].append(f"{path.relative_to(TESTS)}::{node.name}")
    return found


PROPERTIES = _properties()


@pytest.mark.parametrize("name", INVARIANTS)
def test_an_invariant_is_a_property_test_under_its_name(name: str) -> None:
    assert PROPERTIES[name], f"no property test is named {name}"
