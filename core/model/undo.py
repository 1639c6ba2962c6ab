"""What an undo would do: plain data that can be shown before, and that tells what cannot be taken back."""

from typing import Literal

from msgspec import Struct

from core.model.names import ModuleName, SideName
from core.model.plan import FieldChange

UndoVerb = Literal["restore", "ignore", "retire", "nothing"]
"""``restore``: write the before-image back. ``ignore``: the pair is left alone until released. ``retire``: what the run
made in Books, and nobody has touched since, is made inactive there. ``nothing``: see why."""

UndoWhy = Literal[
    "",
    "changed_since",  # every field has been changed since: nothing is put back
    "restored",       # it already is as before
    "gone",           # the record is no longer there
    "deleted",        # a deletion, or leaving the view, was noted: there is nothing to take back
    "unlinked",       # the pair is no longer linked
]  # fmt: skip


class UndoScope(Struct, frozen=True, kw_only=True):
    """What is to be undone: a run, or what the latest (or a named) run did to one record of either side."""

    module: ModuleName = "customers"
    run_id: str = ""
    record: str = ""


class UndoStep(Struct, frozen=True, kw_only=True):
    """One step. ``kept`` are fields that somebody changed since, which stay. ``made`` is a record that the run created
    and that stands on until somebody sees to it.
    """

    module: ModuleName
    verb: UndoVerb
    why: UndoWhy = ""
    side: SideName | None = None
    crm_id: str = ""
    books_id: str = ""
    name: str = ""
    changes: tuple[FieldChange, ...] = ()
    """``old`` is what the record holds now, ``new`` what it held before the run."""
    kept: tuple[str, ...] = ()
    made: str = ""
    reopens: bool = False
    """A person had decided on these fields: where conflicts are asked about, they are asked about anew."""

    @property
    def id(self) -> str:
        """The same step of the same records has the same id."""
        return f"{self.module}:{self.crm_id or '-'}:{self.books_id or '-'}:{self.side or 'local'}:{self.verb}"

    def record(self, side: SideName) -> str:
        """Return the id of the pair's record on a side."""
        return self.crm_id if side == "crm" else self.books_id


class UndoPlan(Struct, frozen=True, kw_only=True):
    """All steps of an undo, in the order in which they are taken."""

    scope: UndoScope
    steps: tuple[UndoStep, ...]

    @property
    def by_hand(self) -> tuple[UndoStep, ...]:
        """Return the steps that leave a record for somebody to delete."""
        return tuple(step for step in self.steps if step.made)
