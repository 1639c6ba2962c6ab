"""The tables of deals and documents: their documents' types, their indexes, and reading them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeVar

import msgspec
from msgspec import Struct

from core.engine.ports import Commit
from core.model.documents import DealRow, Document, DocumentIntent, DocumentKind, Preference, Tie
from core.model.drafts import Draft
from core.model.mirror import Mirror, MirrorSetup
from core.store.index import Index, Keys
from core.store.storage import JournalStorage

PREFERENCE = "preference"
DEALS = "deals"
DOCUMENTS = "documents"
TIES = "ties"
DOCUMENT_INTENTS = "document_intents"
MIRRORS = "mirrors"
MIRROR_SETUP = "mirror_setup"
DRAFTS = "drafts"
ALL, WAITING = "*", "waiting"

T = TypeVar("T")
Decode = Callable[[bytes], T]


class _DealKeys(Struct):
    wanted: tuple[str, ...] = ()


class _DocumentKeys(Struct):
    kind: str


decode_preference = msgspec.json.Decoder(Preference).decode
decode_deal = msgspec.json.Decoder(DealRow).decode
decode_document = msgspec.json.Decoder(Document).decode
decode_tie = msgspec.json.Decoder(Tie).decode
decode_document_intent = msgspec.json.Decoder(DocumentIntent).decode
decode_mirror = msgspec.json.Decoder(Mirror).decode
decode_draft = msgspec.json.Decoder(Draft).decode
decode_mirror_setup = msgspec.json.Decoder(MirrorSetup).decode
_deal_keys = msgspec.json.Decoder(_DealKeys).decode
_document_keys = msgspec.json.Decoder(_DocumentKeys).decode
_encode = msgspec.json.Encoder().encode

DECODERS: Mapping[str, Decode[object]] = {
    PREFERENCE: decode_preference,
    DEALS: decode_deal,
    DOCUMENTS: decode_document,
    TIES: decode_tie,
    DOCUMENT_INTENTS: decode_document_intent,
    MIRRORS: decode_mirror,
    MIRROR_SETUP: decode_mirror_setup,
    DRAFTS: decode_draft,
}


def paper_changes(commit: Commit) -> dict[str, dict[str, bytes | None]]:
    """Return what a commit changes in these tables. Drops go first, but a closed intent stays closed."""
    drops: dict[str, bytes | None] = dict.fromkeys(commit.drop_ties)
    closed: dict[str, bytes | None] = dict.fromkeys(commit.done_document_intents)
    unshown: dict[str, bytes | None] = dict.fromkeys(commit.drop_mirrors)
    return {
        PREFERENCE: dict.fromkeys((PREFERENCE,), _encode(commit.preferences[-1])) if commit.preferences else {},
        DEALS: {row.key: _encode(row) for row in commit.deals},
        DOCUMENTS: {each.ref: _encode(each) for each in commit.documents},
        TIES: {**drops, **{tie.key: _encode(tie) for tie in commit.ties}},
        DOCUMENT_INTENTS: {**{each.id: _encode(each) for each in commit.document_intents}, **closed},
        MIRRORS: {**unshown, **{each.key: _encode(each) for each in commit.mirrors}},
        # Other than elsewhere the removal wins: a draft that is done with is gone.
        DRAFTS: {**{each.id: _encode(each) for each in commit.drafts}, **dict.fromkeys(commit.drop_drafts)},
        MIRROR_SETUP: dict.fromkeys((MIRROR_SETUP,), _encode(commit.mirror_setups[-1])) if commit.mirror_setups else {},
    }


def deal_index() -> Index:
    """Return an index of deals: all, and those of which something is wanted."""
    return Index(lambda document: Keys((ALL, WAITING) if _deal_keys(document).wanted else (ALL,)))


def document_index() -> Index:
    """Return an index of documents: all, and by kind."""
    return Index(lambda document: Keys((ALL, _document_keys(document).kind)))


class PaperReads:
    """The reads of these tables, for the store that has them."""

    _storage: JournalStorage
    _deals: Index
    _documents: Index

    def _watch_papers(self, storage: JournalStorage) -> None:
        self._deals = storage.watch(DEALS, deal_index())
        self._documents = storage.watch(DOCUMENTS, document_index())

    def preference(self) -> Preference:
        """Return the triggers' preference; without one, none."""
        found = self._storage.documents(PREFERENCE).get(PREFERENCE)
        return Preference() if found is None else decode_preference(found)

    def deal_row(self, deal_id: str) -> DealRow | None:
        """Return what is kept of a deal."""
        found = self._storage.documents(DEALS).get(deal_id)
        return None if found is None else decode_deal(found)

    def deal_rows(self, *, waiting: bool = False) -> Iterator[DealRow]:
        """Iterate over deals in the order of their ids; ``waiting``: those of which something is wanted."""
        return self._decoded(DEALS, self._deals.ordered(WAITING if waiting else ALL), decode_deal)

    def document(self, kind: DocumentKind, document_id: str) -> Document | None:
        """Return a document as last seen, without lines."""
        found = self._storage.documents(DOCUMENTS).get(f"{kind}:{document_id}")
        return None if found is None else decode_document(found)

    def documents(self, kind: DocumentKind | None = None) -> Iterator[Document]:
        """Iterate over documents as last seen, in the order of kind and id."""
        return self._decoded(DOCUMENTS, self._documents.ordered(kind or ALL), decode_document)

    def tie(self, kind: DocumentKind, document_id: str) -> Tie | None:
        """Return what a document is tied to."""
        found = self._storage.documents(TIES).get(f"{kind}:{document_id}")
        return None if found is None else decode_tie(found)

    def ties(self) -> Iterator[Tie]:
        """Iterate over ties in the order of their documents."""
        return self._decoded(TIES, sorted(self._storage.documents(TIES)), decode_tie)

    def document_intents(self) -> list[DocumentIntent]:
        """Return the intents that no outcome has closed, oldest first."""
        keys = list(self._storage.documents(DOCUMENT_INTENTS))
        return list(self._decoded(DOCUMENT_INTENTS, keys, decode_document_intent))

    def draft(self, draft_id: str) -> Draft | None:
        """Return a document that a person is making."""
        found = self._storage.documents(DRAFTS).get(draft_id)
        return None if found is None else decode_draft(found)

    def drafts(self) -> list[Draft]:
        """Return the documents that persons are making, oldest first."""
        return list(self._decoded(DRAFTS, sorted(self._storage.documents(DRAFTS)), decode_draft))

    def mirror(self, kind: DocumentKind, books_id: str) -> Mirror | None:
        """Return what shows a Books document in CRM."""
        found = self._storage.documents(MIRRORS).get(f"{kind}:{books_id}")
        return None if found is None else decode_mirror(found)

    def mirrors(self) -> Iterator[Mirror]:
        """Iterate over mirrors in the order of their documents."""
        return self._decoded(MIRRORS, sorted(self._storage.documents(MIRRORS)), decode_mirror)

    def mirror_setup(self) -> MirrorSetup:
        """Return whether transactions are mirrored; not, without a setup."""
        found = self._storage.documents(MIRROR_SETUP).get(MIRROR_SETUP)
        return MirrorSetup() if found is None else decode_mirror_setup(found)

    def _decoded(self, table: str, keys: Iterable[str], decode: Decode[T]) -> Iterator[T]:
        documents = self._storage.documents(table)
        for key in keys:
            document = documents.get(key)
            if document is not None:
                yield decode(document)
