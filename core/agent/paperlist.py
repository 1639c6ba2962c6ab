"""Lists of documents as windows: narrowed by kind, status, customer, lack of a deal, and text as it is typed.

Of each document only what narrows and sorts is kept here, up to date with the store's commits; the documents of a
window are read from the store. A list's id is its query.
"""

import base64
from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import compress, repeat
from operator import contains

import msgspec
from msgspec import Struct

from core.agent.rowtable import breathe
from core.agent.state import ListedStore
from core.documents.draft import deal_of
from core.engine.ports import Commit
from core.model.documents import DEAL_KINDS, Document, DocumentKind
from core.model.papers import PaperListing, PaperQuery, PaperRows
from core.model.problems import Problem
from core.plan.normalise import fold_name

SLICE = 2_000
"""Documents looked at before the loop gets its turn: some milliseconds."""
FAST = 20_000
"""Texts searched before it does: that loop runs in C."""
WIDEST = 2_000
KEPT_VIEWS = 12
_Key = tuple[int, str]
"""What sorts a document: newest first, then by its id in the store."""


class _Entry(Struct, frozen=True):
    """What narrows and sorts one document. ``dealt``: it says its deal itself; else its estimate may."""

    key: _Key
    kind: DocumentKind
    id: str
    status: str
    party_id: str
    dealt: bool
    estimate: str
    folded: str


class _View(Struct):
    """What a query found at a version of the table."""

    version: int
    refs: list[str]
    folded: list[str]
    statuses: dict[str, int]


def listing_id(query: PaperQuery) -> str:
    """Return a query as an id."""
    return base64.urlsafe_b64encode(msgspec.json.encode(query)).decode().rstrip("=")


def query_of(id_: str) -> PaperQuery:
    """Return the query of an id. Raises ``Problem('not_found')``."""
    try:
        return msgspec.json.decode(base64.urlsafe_b64decode(id_ + "=" * (-len(id_) % 4)), type=PaperQuery)
    except (ValueError, msgspec.MsgspecError):
        raise Problem("not_found", what=f"list {id_[:12]}") from None


class PaperLists:
    """The lists of one profile's documents."""

    def __init__(self, store: ListedStore) -> None:
        self._store = store
        self._entries: dict[str, _Entry] = {}
        self._order: list[_Key] = []
        self._tied: set[str] = set()
        self._touched: set[str] = set()
        self._built = False
        self._version = 0
        self._kinds: Counter[str] = Counter()
        self._views: dict[PaperQuery, _View] = {}
        store.listeners.append(self.note)

    def note(self, commit: Commit) -> None:
        """Remember which documents a commit touched."""
        if self._built and (commit.documents or commit.ties or commit.drop_ties):
            self._touched.update(each.ref for each in commit.documents)
            self._touched.update(each.key for each in commit.ties)
            self._touched.update(commit.drop_ties)

    async def open(self, query: PaperQuery) -> PaperListing:
        """Return the list for a query."""
        await self._refresh()
        return self._listing(query, await self._view(query))

    async def window(self, id_: str, start: int, stop: int) -> PaperRows:
        """Return documents ``start`` to ``stop`` of a list. Raises ``Problem('not_found')``."""
        query = query_of(id_)
        await self._refresh()
        view = await self._view(query)
        start = max(start, 0)
        found = [self._document(ref) for ref in view.refs[start : min(stop, start + WIDEST)]]
        rows = tuple(each for each in found if each is not None)
        return PaperRows(listing=self._listing(query, view), start=start, rows=rows)

    def _listing(self, query: PaperQuery, view: _View) -> PaperListing:
        return PaperListing(
            id=listing_id(query), count=len(view.refs), generation=self._store.generation(), kinds=dict(self._kinds),
            statuses=view.statuses,
        )  # fmt: skip

    def _document(self, ref: str) -> Document | None:
        entry = self._entries[ref]
        return self._store.document(entry.kind, entry.id)

    async def _refresh(self) -> None:
        """Bring the table up to date, a slice at a time."""
        if not self._built:
            self._entries, self._order, self._built = {}, [], True
            self._tied = {tie.key for tie in self._store.ties() if tie.deal_id}
            for count, document in enumerate(self._store.documents(), 1):
                self._entries[document.ref] = _entry(document)
                if count % SLICE == 0:
                    await breathe()
            self._order = sorted(each.key for each in self._entries.values())
            self._moved()
        while self._touched:
            touched, self._touched = self._touched, set()
            for count, ref in enumerate(touched, 1):
                self._remake(ref)
                if count % SLICE == 0:
                    await breathe()
            self._moved()

    def _moved(self) -> None:
        self._version += 1
        self._kinds = Counter(each.kind for each in self._entries.values())

    def _remake(self, ref: str) -> None:
        kind, _, id_ = ref.partition(":")
        old = self._entries.pop(ref, None)
        if old is not None:
            del self._order[bisect_left(self._order, old.key)]
        tie = self._store.tie(kind, id_)  # type: ignore[arg-type]
        (self._tied.add if tie is not None and tie.deal_id else self._tied.discard)(ref)
        document = self._store.document(kind, id_)  # type: ignore[arg-type]
        if document is not None:
            self._entries[ref] = entry = _entry(document)
            insort(self._order, entry.key)

    async def _view(self, query: PaperQuery) -> _View:
        known = self._views.pop(query, None)
        if known is None or known.version != self._version:
            known = await (self._narrowed(query) if fold_name(query.text) else self._whole(query))
        self._views[query] = known
        while len(self._views) > KEPT_VIEWS:
            del self._views[next(iter(self._views))]
        return known

    async def _whole(self, query: PaperQuery) -> _View:
        version, entries = self._version, self._entries
        refs: list[str] = []
        statuses: Counter[str] = Counter()
        for start in range(0, len(self._order), SLICE):
            for _, ref in self._order[start : start + SLICE]:
                entry = entries.get(ref)
                if entry is None or not self._matches(entry, query):
                    continue
                statuses[entry.status] += 1
                if query.status in ("", entry.status):
                    refs.append(ref)
            await breathe()
        # Copies that lie side by side in memory: searching the table's own takes several times as long.
        folded = [entries[ref].folded if ref in entries else "" for ref in refs]
        copies = "\0".join(folded).split("\0") if folded else []
        return _View(version, refs, copies, dict(statuses))

    def _matches(self, entry: _Entry, query: PaperQuery) -> bool:
        if query.kind not in (None, entry.kind) or query.party_id not in ("", entry.party_id):
            return False
        return not query.loose or (entry.kind in DEAL_KINDS and not self._has_deal(entry))

    def _has_deal(self, entry: _Entry) -> bool:
        if entry.dealt or entry.key[1] in self._tied:
            return True
        estimate = self._entries.get(entry.estimate) if entry.estimate else None
        return estimate is not None and (estimate.dealt or entry.estimate in self._tied)

    async def _narrowed(self, query: PaperQuery) -> _View:
        """Search the list of the longest shorter text that is known: somebody is typing."""
        base = done = None
        for length in range(len(query.text) - 1, -1, -1):
            shorter = msgspec.structs.replace(query, text=query.text[:length])
            found = self._views.get(shorter)
            if found is not None and found.version == self._version:
                base, done = found, set(fold_name(shorter.text).split())
                break
        if base is None:
            base, done = await self._view(msgspec.structs.replace(query, text="")), set()
        refs, folded = base.refs, base.folded
        for word in sorted(set(fold_name(query.text).split()) - (done or set()), key=len, reverse=True):
            refs, folded = await _holding(refs, folded, word)
        return _View(base.version, refs, folded, base.statuses)


async def _holding(refs: Sequence[str], folded: Sequence[str], word: str) -> tuple[list[str], list[str]]:
    found: tuple[list[str], list[str]] = [], []
    for start in range(0, len(refs), FAST):
        part = folded[start : start + FAST]
        held = list(map(contains, part, repeat(word)))
        found[0].extend(compress(refs[start : start + FAST], held))
        found[1].extend(compress(part, held))
        await breathe()
    return found


def _entry(document: Document) -> _Entry:
    day = -int(document.date.replace("-", "") or 0) if document.date.replace("-", "").isdecimal() else 0
    words: Iterable[str] = (document.number, document.party_name, document.reference, document.status, document.kind)
    return _Entry(
        key=(day, document.ref), kind=document.kind, id=document.id, status=document.status,
        party_id=document.party_id, dealt=bool(document.deal_id or document.native_deal_id or deal_of(document.key)),
        estimate=f"estimate:{document.estimate_id}" if document.estimate_id else "",
        folded=fold_name(" ".join(words)).replace("\0", " "),
    )  # fmt: skip
