"""Accounts and customers as the earlier parts of a run have them: what contacts will belong to once it is through."""

from collections.abc import Callable, Iterable

from msgspec import Struct, field

from core.model.names import SideName
from core.model.plan import Plan
from core.model.record import Record
from core.plan.facts import Id


class Family(Struct):
    """``parents``: pairs that are about to be linked, both ways. ``coming``: records about to get a counterpart.
    ``individuals``: pulled Books customers, and whether each is an Individual.
    """

    parents: dict[Id, str] = field(default_factory=dict)
    coming: set[Id] = field(default_factory=set)
    individuals: dict[str, bool] = field(default_factory=dict)

    def note_kinds(self, customers: Iterable[Record]) -> None:
        """Take note of what pulled customers are."""
        self.individuals.update({record.id: record.kind == "individual" for record in customers})

    def note_plan(self, plan: Plan, unlinked: Callable[[SideName, str], bool]) -> None:
        """Take note of whom a plan gives a counterpart."""
        for action in plan.actions:
            if action.verb not in ("create", "update", "link"):
                continue
            ids: tuple[tuple[SideName, str | None], ...] = (("crm", action.crm_id), ("books", action.books_id))
            if action.crm_id and action.books_id:
                self.parents["crm", action.crm_id] = action.books_id
                self.parents["books", action.books_id] = action.crm_id
            self.coming.update((side, each) for side, each in ids if each and unlinked(side, each))
