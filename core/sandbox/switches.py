"""What the reference leaves open, each as a named switch; read it by name. To add one, add a line to its table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.sandbox.switch import Switch, Value
from core.sandbox.switches_books import BOOKS_SWITCHES
from core.sandbox.switches_crm import CRM_SWITCHES

SWITCHES: tuple[Switch, ...] = (*CRM_SWITCHES, *BOOKS_SWITCHES)


class Switches:
    """The present answers. `KeyError` for an unknown name, `ValueError` for a value a switch does not take."""

    def __init__(self) -> None:
        self._known = {switch.name: switch for switch in SWITCHES}
        self.values: dict[str, Value] = {switch.name: switch.default for switch in SWITCHES}
        self.version = 0

    def __getitem__(self, name: str) -> Value:
        return self.values[name]

    def on(self, name: str) -> bool:
        """A yes-or-no switch."""
        return self.values[name] is True

    def number(self, name: str) -> int:
        """A switch that holds a number."""
        return int(self.values[name])

    def text(self, name: str) -> str:
        """A switch that holds a word."""
        return str(self.values[name])

    def change(self, wanted: Mapping[str, object]) -> None:
        """Set several at once: all, or none when one is wrong."""
        for name, value in wanted.items():
            switch = self._known[name]
            if not switch.accepts(value):
                raise ValueError(f"{name} takes {list(switch.choices) or type(switch.default).__name__}")
        self.version += 1
        self.values.update({name: value for name, value in wanted.items() if isinstance(value, (bool, int, str))})

    def listing(self) -> list[dict[str, Any]]:
        """Each with its value, default, choices, explanation and source."""
        return [
            {"name": switch.name, "value": self.values[switch.name], "default": switch.default,
             "choices": list(switch.choices), "doc": switch.doc, "source": switch.source}
            for switch in SWITCHES
        ]  # fmt: skip
