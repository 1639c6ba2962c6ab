"""A plan: what a run would do, as plain data that can be printed, compared, filtered and replayed."""

from typing import Literal

from msgspec import Struct

from core.model.names import Direction, ModuleName, SideName
from core.model.value import Fields, Value

Verb = Literal["create", "update", "link", "unlink", "skip", "hold", "base"]
"""``base``: the sides already agree; only the stored bases and versions move (an echo, a converged edit)."""

Why = Literal[
    "new",              # no counterpart: create it
    "changed",          # the source changed since its base
    "overwrite",        # first pairing under Overwrite (B35, B55)
    "adopt_native",     # Zoho's own link (E39)
    "adopt_key",        # our key field names the counterpart
    "same_name",        # exact name (B33, B52)
    "same_sku",         # an item of the same number (E8)
    "echo",             # equal to its base: our own write coming back
    "converged",        # both sides changed to the same
    "duplicate_skipped",  # Skip (B36)
    "duplicate_cloned",   # Clone (B34)
    "ambiguous",        # more than one candidate (F13)
    "conflict",         # both changed, policy ask (F40)
    "out_of_view",      # F32
    "crm_gone",         # deleted in CRM (B86)
    "books_gone",       # vanished in Books (F29)
    "one_way",          # the change is on the target of a one-way sync: left alone (B31)
    "shape",            # the record's kind does not take part in this shape (B25, B26)
    "inactive",
    "unnamed",          # nothing to call it by (F9)
    "parent",           # its account or customer is not linked (F21)
    "moved",            # it belongs to another account than its counterpart (F11)
    "too_many",         # beyond 500 contact persons (F15)
    "ignored",          # left alone until released (an undone create)
    "undone",           # an undo put back what was before
    "decided",          # a person settled a conflict
    "chosen",           # a person paired the two
    "standing",         # refused or held before, and unchanged since: not sent again
]  # fmt: skip


class FieldChange(Struct, frozen=True, gc=False):
    """One field of a write. ``lost`` is the other side's differing value that this write overrules."""

    field: str
    old: Value
    new: Value
    lost: Value = None
    conflict: bool = False


class Action(Struct, frozen=True, kw_only=True, gc=False):
    """One step of a plan. ``target`` is the side written; None for actions that change only our own state.

    ``crm_base``/``books_base`` are the full canonical fields of each side as read for this plan (None: not read);
    after the write they, overlaid with what the server returned, become the link's bases.
    """

    verb: Verb
    why: Why
    module: ModuleName
    target: SideName | None
    crm_id: str | None
    books_id: str | None
    name: str
    changes: tuple[FieldChange, ...] = ()
    crm_base: Fields | None = None
    books_base: Fields | None = None
    crm_version: str = ""
    books_version: str = ""
    candidates: tuple[str, ...] = ()
    """Ids that could have been meant, when held as ambiguous."""
    reason: str | None = None
    """The F-reason when the action is a hold or a skip that has one."""
    moved: bool = False
    """Its records changed since the plan was saved: this was planned anew, and is not what was looked at."""

    @property
    def id(self) -> str:
        """Stable under input order (I13): the same step of the same records has the same id."""
        return f"{self.module}:{self.crm_id or '-'}:{self.books_id or '-'}:{self.target or 'local'}:{self.verb}"


class Count(Struct, frozen=True, kw_only=True):
    """Counts of one direction of a run or plan (I17: they add up to the records considered)."""

    created: int = 0
    updated: int = 0
    linked: int = 0
    gone: int = 0
    skipped: int = 0
    unchanged: int = 0
    held: int = 0
    failed: int = 0


class ValveTrip(Struct, frozen=True, kw_only=True):
    """Why the valve closed, in numbers (design.md §3, step 3)."""

    rule: Literal["empty_listing", "mass_change", "create_cap"]
    side: SideName
    count: int
    limit: int


class Plan(Struct, frozen=True, kw_only=True):
    """What a run of one module would do."""

    module: ModuleName
    actions: tuple[Action, ...]
    valve: tuple[ValveTrip, ...] = ()
    considered: int = 0
    counts: dict[Direction, Count] = {}
    """What a run of it would count, each considered record once in its direction (I17)."""
    at_hand: frozenset[str] = frozenset()
    """Books customers that were read in full for their contact persons: they cost no further call."""


class SavedPlan(Struct, frozen=True, kw_only=True):
    """A plan kept to be looked at, cut down and applied; ``core.plan.apply`` tells what of it still stands."""

    plan: Plan
    made_at: str
    setup_revision: int
