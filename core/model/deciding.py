"""What waits for a person's decision: conflicts, ambiguous pairs, likely pairs, fields that Books lacks.

None of it is ever decided by the program alone (F13, F40; design.md §3): these values are what is shown to whoever
decides, and what they answer.
"""

from typing import Literal

from msgspec import Struct

from core.model.names import ModuleName, Part, SideName
from core.model.record import FieldMeta
from core.model.text import Text
from core.model.value import Kind, Value

Take = Literal["crm", "books", "value"]
"""Whose value a settled field gets: one side's as it was shown, or another one that somebody typed."""

Evidence = Literal["exact", "same", "name", "email", "domain", "phone", "city"]
"""What speaks for a suggestion. ``exact``: the names are equal; ``same``: they differ in company form, case, width or
spacing alone; ``name``: they are alike; the others: both records have it in common (``domain``: of their e-mail
addresses or websites)."""

DetailCode = Literal[
    "email", "phone", "mobile", "website", "city", "state", "country", "company", "code", "price", "unit", "created",
    "owner", "linked", "receivable", "inactive",
]  # fmt: skip
"""What a detail of a record is; ``DETAILS`` has it in words. ``linked``: the name of what it is linked with already."""

DETAILS: dict[DetailCode, Text] = {
    "email": Text("E-mail", "メール"),
    "phone": Text("Phone", "電話"),
    "mobile": Text("Mobile", "携帯電話"),
    "website": Text("Website", "ウェブサイト"),
    "city": Text("City", "市区町村"),
    "state": Text("State", "都道府県"),
    "country": Text("Country", "国"),
    "company": Text("Company", "会社名"),
    "code": Text("Number", "商品番号"),
    "price": Text("Price", "単価"),
    "unit": Text("Unit", "単位"),
    "created": Text("Created", "作成日時"),
    "owner": Text("Owner", "担当者"),
    "linked": Text("Linked with", "リンク先"),
    "receivable": Text("Receivable", "売掛金"),
    "inactive": Text("Inactive", "無効"),
}

EVIDENCE: dict[Evidence, Text] = {
    "exact": Text("same name", "同じ名前"),
    "same": Text("same but for the company's form or spelling", "会社形態や表記のみが異なる"),
    "name": Text("similar name", "似た名前"),
    "email": Text("same e-mail", "同じメール"),
    "domain": Text("same domain", "同じドメイン"),
    "phone": Text("same phone", "同じ電話番号"),
    "city": Text("same city", "同じ市区町村"),
}

Hindrance = Literal["", "mapped", "kind", "computed", "unsupported"]
"""Why a field cannot be made in Books. ``mapped``: it has a counterpart; ``kind``: Books has no such custom field;
``computed``: CRM works its value out; ``unsupported``: Books takes no custom fields on this entity by its API."""


class ConflictField(Struct, frozen=True, kw_only=True):
    """A field that changed on both sides, differently: what both held when they last agreed, and what they hold now.

    Values are canonical, each in its own side's terms: a translated pick-list value differs though it means the same.
    """

    crm_field: str
    books_field: str
    kind: Kind
    crm_base: Value = None
    crm: Value = None
    books_base: Value = None
    books: Value = None


class Conflict(Struct, frozen=True, kw_only=True):
    """A pair some of whose fields are held (F40). ``since`` is the instant at which it was first held."""

    module: ModuleName
    part: Part
    key: str
    """Names it in a ``SettleRequest``: the key of its link."""
    name: str
    crm_id: str
    books_id: str
    fields: tuple[ConflictField, ...]
    since: str
    stamp: str = ""
    """Changes when the values do; given back in a ``SettleRequest`` it says what was looked at."""


class Choice(Struct, frozen=True, kw_only=True):
    """What becomes of one held field. ``value`` counts with ``take="value"`` alone, in CRM's terms; None empties."""

    crm_field: str
    books_field: str
    take: Take
    value: Value = None


class SettleRequest(Struct, frozen=True, kw_only=True):
    """Settle some or all held fields of one pair; those without a choice stay held.

    ``stamp``: that of the ``Conflict`` as it was shown; empty settles whatever is held now.
    """

    module: ModuleName
    key: str
    choices: tuple[Choice, ...]
    stamp: str = ""


class Candidate(Struct, frozen=True, kw_only=True):
    """A record that could be meant. ``details`` are pairs of what it is (``DETAILS`` has the words) and its value,
    what tells most first; ``known`` is False where the record has not been read.
    """

    side: SideName
    id: str
    name: str
    details: tuple[tuple[DetailCode, str], ...] = ()
    known: bool = True


class Ambiguity(Struct, frozen=True, kw_only=True):
    """A record for which the other side has several candidates (F13). ``side`` and ``id`` are the record's own."""

    module: ModuleName
    part: Part
    side: SideName
    id: str
    name: str
    candidates: tuple[Candidate, ...]
    since: str = ""
    details: tuple[tuple[DetailCode, str], ...] = ()
    """The record's own, to be set against its candidates'."""


class Suggestion(Struct, frozen=True, kw_only=True):
    """Two unlinked records that may be the same one. ``score`` is 0 to 100; ``why`` are codes of ``Evidence``."""

    module: ModuleName
    part: Part
    crm_id: str
    crm_name: str
    books_id: str
    books_name: str
    score: int
    why: tuple[Evidence, ...] = ()


class SuggestionPage(Struct, frozen=True, kw_only=True):
    """A window of suggestions, the likeliest first. ``count`` is how many there are in all; ``whole`` is False while
    they are still being looked for, or where the time allowed did not do for all records.
    """

    count: int
    suggestions: tuple[Suggestion, ...]
    whole: bool = True
    looked_at: int = 0
    """Unlinked records of both sides that were compared."""
    working: bool = False
    """They are being looked for: ask again in a moment. The agent tells of the end by ``changed``."""


class Apart(Struct, frozen=True, kw_only=True):
    """Two records of which somebody said that they are not the same: they are not paired by name, nor suggested."""

    module: ModuleName
    crm_id: str
    books_id: str
    name: str = ""
    at: str = ""

    @property
    def key(self) -> str:
        """The row's id in the store."""
        return f"{self.module}:{self.crm_id}:{self.books_id}"


class Undecided(Struct, frozen=True, kw_only=True):
    """How much waits for a decision in one module. ``suggestions`` None: nobody has looked for them yet."""

    module: ModuleName
    conflicts: int = 0
    ambiguities: int = 0
    suggestions: int | None = None


class MissingField(Struct, frozen=True, kw_only=True):
    """A CRM field that nothing is mapped to, and what it would become in Books.

    ``books_kind`` and ``length`` are those of the field that would be made; ``hindrance`` says why it cannot be.
    """

    crm: FieldMeta
    books_kind: Kind = "text"
    length: int | None = None
    hindrance: Hindrance = ""

    @property
    def creatable(self) -> bool:
        """Whether the field can be made."""
        return not self.hindrance


__all__ = [
    "DETAILS",
    "EVIDENCE",
    "Ambiguity",
    "Apart",
    "Candidate",
    "Choice",
    "Conflict",
    "ConflictField",
    "DetailCode",
    "Evidence",
    "Hindrance",
    "MissingField",
    "SettleRequest",
    "Suggestion",
    "SuggestionPage",
    "Take",
    "Undecided",
]
