"""All that a plan may look at, gathered beforehand: the plan itself asks nobody."""

from msgspec import Struct

from core.model.link import Link, Seen
from core.model.names import Direction, SideName, toward
from core.model.record import Gone, Record
from core.model.run import Failure
from core.model.setup import ModuleSetup

Id = tuple[SideName, str]
"""A record of either side."""


class Facts(Struct, frozen=True, kw_only=True):
    """What a pull brought, and what the store knows about it.

    ``crm`` and ``books`` are the records to consider, by id: changed since they were last handled, or read again
    because a failure of theirs is due. ``links`` holds the links of those and of what they claim to be paired with.
    ``known`` are catalogue rows of unpulled, unlinked records that they claim or share a name with; ``namesakes`` are
    the latter by exact name. ``gone`` was deleted (and not restored since: none of it is in ``crm`` or ``books``), with
    its links and catalogue rows. ``view`` is the ids in the CRM view, None when there is no view or it was not walked;
    ``left`` are links whose CRM record is no longer in it. ``awake`` are the failures to try again. ``empty`` are
    sides whose *full* listing came back without a record.
    """

    setup: ModuleSetup
    crm: dict[str, Record] = {}
    books: dict[str, Record] = {}
    links: dict[Id, Link] = {}
    known: dict[Id, Seen] = {}
    namesakes: dict[Id, tuple[Seen, ...]] = {}
    gone: tuple[Gone, ...] = ()
    gone_links: dict[Id, Link] = {}
    gone_seen: dict[Id, Seen] = {}
    view: frozenset[str] | None = None
    left: tuple[Link, ...] = ()
    failures: dict[str, Failure] = {}
    awake: frozenset[str] = frozenset()
    link_count: int = 0
    parents: dict[Id, str] = {}
    """Of a record that contacts or contact persons belong to: its linked counterpart's id."""
    homes: set[Id] = set()
    """Such records under which a counterpart may be made: linked, or about to be in this run (B41, F21)."""
    under: dict[Id, str] = {}
    """The parent of an unpulled record, as the catalogue knows it."""
    empty: frozenset[SideName] = frozenset()
    apart: frozenset[tuple[str, str]] = frozenset()
    """CRM and Books ids of which somebody said that they are not the same: no name makes them a pair."""
    chosen: frozenset[tuple[str, str]] = frozenset()
    """CRM and Books ids that somebody has just made a pair."""
    orphans: frozenset[str] = frozenset()
    """Books records whose native counterpart in CRM is no longer there (F29, F30)."""

    def on(self, side: SideName) -> dict[str, Record]:
        """Return the records to consider of a side."""
        return self.crm if side == "crm" else self.books

    def parent_of(self, side: SideName, record_id: str) -> str:
        """Return the id of what a record belongs to on its own side, empty when there is nothing or nobody knows."""
        record = self.on(side).get(record_id)
        return (record.parent if record else "") or self.under.get((side, record_id), "")

    def family(self, side: SideName, parent: str) -> str:
        """Return a text that is equal for the parents of both sides when they are linked; empty without a parent."""
        if not parent:
            return ""
        crm = parent if side == "crm" else self.parents.get(("books", parent))
        return f"crm:{crm}" if crm else f"books:{parent}"

    def link(self, side: SideName, record_id: str) -> Link | None:
        """Return the link that a record is in; one that is merely ``ambiguous`` binds nobody."""
        found = self.links.get((side, record_id))
        return None if found is None or found.state == "ambiguous" else found


def failure_key(setup: ModuleSetup, direction: Direction, record_id: str) -> str:
    """Return ``Failure.key`` of a source record."""
    return f"{setup.module}:{direction}:{record_id}"


def standing(facts: Facts, target: SideName, source_id: str, version: str) -> Failure | None:
    """Return the failure that forbids sending this source again: its version and the setup are as they were.

    Fields that are held because both sides changed them (F40) forbid nothing for the others.
    """
    key = failure_key(facts.setup, toward(target), source_id)
    failure = facts.failures.get(key)
    if (
        failure is None
        or failure.reason == "F40"
        or key in facts.awake
        or failure.setup_revision != facts.setup.revision
    ):
        return None
    return failure if failure.source_version == version else None


def troubled(facts: Facts, crm_id: str, books_id: str) -> bool:
    """Return whether a failure of either direction stands for a pair: then no side may be taken as unchanged."""
    if not facts.failures:
        return False
    keys = failure_key(facts.setup, "to_books", crm_id), failure_key(facts.setup, "to_crm", books_id)
    return any(key in facts.failures for key in keys)
