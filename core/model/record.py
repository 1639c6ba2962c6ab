"""Records as the engine sees them, and what comes of writing one."""

from typing import Literal

from msgspec import Struct

from core.model.names import SideName
from core.model.value import Fields, Kind, Value

RecordKind = Literal["business", "individual", "vendor", "item", "person", "other"]


class Record(Struct, frozen=True, kw_only=True, gc=False):
    """One record of one side, decoded and normalised.

    ``version`` and ``created`` are the server's own instants (``YYYY-MM-DDTHH:MM:SSZ``). ``complete`` is False for a
    Books list row: a mapped field missing from ``fields`` is then unknown, not empty (zoho-books-api §4.3).
    """

    side: SideName
    entity: str
    id: str
    name: str
    version: str
    created: str = ""
    fields: Fields
    complete: bool = True
    key: str | None = None
    """The other side's record id, as our key field holds it (design.md §3, The key)."""
    native: str | None = None
    """The other side's record id, as Zoho's own integration holds it (E39)."""
    native_linked: bool = False
    """A list row says that Zoho's integration linked it, without saying to what (zoho-books-api §4.3)."""
    kind: RecordKind = "other"
    active: bool = True
    owner: str = ""
    receivable: str = ""
    currency: str = ""
    parent: str = ""
    """The record it belongs to on its own side: a contact's account, a contact person's customer (B27)."""


class Gone(Struct, frozen=True):
    """A record that its side reports as deleted (zoho-crm-api §5.10) or no longer knows."""

    side: SideName
    entity: str
    id: str
    when: str = ""


class Write(Struct, frozen=True, kw_only=True):
    """One record to send. ``id`` None creates; else ``fields`` names only the changed mapped fields (I4).

    ``ref`` is the intent's id and comes back in the outcome. ``key`` is the source record's id, stamped on a create and
    on the first write to an adopted record. ``kind`` is what a created Books contact becomes (B25, B26).
    ``expect_version``: the version the plan was made from; a record that moved on since answers ``Moved``.
    """

    ref: str
    side: SideName
    entity: str
    id: str | None
    fields: Fields
    key: str | None = None
    name: str = ""
    kind: RecordKind = "other"
    expect_version: str | None = None
    parent: str = ""
    """On a create of a contact or contact person: the account or customer it is made under."""


class Written(Struct, frozen=True, kw_only=True, tag="written"):
    """The server has it. ``record`` is what the server now holds where the answer or a read-back said so."""

    ref: str
    id: str
    created: bool
    version: str
    record: Record | None = None


class Refused(Struct, frozen=True, kw_only=True, tag="refused"):
    """The server will not take this record; no other record is touched by that (I12)."""

    ref: str
    reason: str
    """F1–F43 (``core.model.reasons``)."""
    message: str
    raw: str = ""
    """The raw answer, redacted, at most 4 kB."""
    code: str = ""
    field: str | None = None


class Unknown(Struct, frozen=True, kw_only=True, tag="unknown"):
    """Sent, and no answer that can be trusted: to be looked up, never re-sent blindly (F41)."""

    ref: str
    message: str


class Moved(Struct, frozen=True, kw_only=True, tag="moved"):
    """Not written: the record changed on its server since it was read (CRM 412; a Books re-read). Re-plan it."""

    ref: str
    record: Record | None = None


class Unsent(Struct, frozen=True, kw_only=True, tag="unsent"):
    """Not sent, or turned away with the whole: the ``Problem`` that follows says why. Nothing came of it."""

    ref: str


Outcome = Written | Refused | Unknown | Moved | Unsent


class FieldMeta(Struct, frozen=True, kw_only=True):
    """One field of an entity, as the side's metadata describes it."""

    name: str
    label: str
    kind: Kind
    length: int | None = None
    required: bool = False
    read_only: bool = False
    custom: bool = False
    unique: bool = False
    choices: tuple[str, ...] = ()
    standard: bool = True
    """It is on CRM's Standard layout, the only one that counts (E7, F19); True where nothing tells."""


class View(Struct, frozen=True):
    """A CRM custom view that may narrow a module (B37–B40)."""

    id: str
    name: str
    system: bool
    default: bool = False


class Sample(Struct, frozen=True):
    """A value as seen in a real record, for the mapping table."""

    field: str
    value: Value
