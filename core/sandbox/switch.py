"""What a switch is."""

from __future__ import annotations

from dataclasses import dataclass

Value = bool | int | str
YES_NO = (True, False)


@dataclass(frozen=True, slots=True)
class Switch:
    """One open question: its name, how the sandbox answers it by default, the answers there are, and its source.

    `choices` is empty for a switch that takes any value of its default's type.
    """

    name: str
    default: Value
    choices: tuple[Value, ...]
    doc: str
    source: str

    def accepts(self, value: object) -> bool:
        """Whether a value may be set."""
        return type(value) is type(self.default) and (not self.choices or value in self.choices)
