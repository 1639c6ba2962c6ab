"""What the steps of one mirror run share."""

from collections.abc import Callable

from core.documents.mirror.ports import MirrorStore, PaperDesk, TaxedBooks
from core.documents.mirror.to_books import Shelf
from core.documents.mirror.to_crm import Around
from core.engine.ports import Clock, Commit, Emit
from core.model.documents import Document, DocumentKind
from core.model.mirror import CRM_MODULES, Hold, MirrorSetup
from core.model.names import Direction
from core.model.plan import Count
from core.model.record import Refused
from core.model.run import Failure, HistoryLine, Run

AGAIN = ("F21", "F41")
"""Reasons that pass without the document changing."""


class MirrorJob:
    """One run of the mirror. ``link`` makes the address of a Books document for people."""

    def __init__(
        self, *, papers: PaperDesk, books: TaxedBooks, store: MirrorStore, clock: Clock, emit: Emit, run: Run,
        link: Callable[[Document], str], stopped: Callable[[], bool],
    ) -> None:  # fmt: skip
        self.papers, self.books, self.store, self.clock, self.emit, self.run = papers, books, store, clock, emit, run
        self.setup: MirrorSetup = store.mirror_setup()
        self.link, self.stopped = link, stopped
        self.counts: dict[Direction, dict[str, int]] = {"to_crm": {}, "to_books": {}}
        self.statuses: dict[DocumentKind, tuple[str, ...]] = {}
        self.precisions: dict[str, int] = {}
        self._lines = 0

    async def learn(self) -> None:
        """Ask both sides for what documents refer to: taxes, currencies."""
        self._taxes, self._currencies = await self.papers.about()
        self._book_taxes = await self.books.taxes()
        self._base, self.precisions = await self.books.currencies()

    def around(self, kind: DocumentKind) -> Around:
        """Return what a Books document of a kind is translated with."""
        return Around(
            product=lambda item: self._other("items", item, to_crm=True), placeholder=self.setup.product_id,
            taxes=self._taxes, statuses=self.statuses.get(kind, ()), base=self._base, currencies=self._currencies,
            link=self.link,
        )  # fmt: skip

    def shelf(self) -> Shelf:
        """Return what a CRM document is translated with."""
        return Shelf(
            item=lambda product: self._other("items", product, to_crm=False), placeholder=self.setup.product_id,
            taxes=self._book_taxes, base=self._base, currencies=tuple(self.precisions),
        )  # fmt: skip

    def precision(self, currency: str) -> int:
        """Return the decimal places of a currency, of the base one where none is named."""
        return self.precisions.get(currency or self._base, 2)

    def party(self, kind: DocumentKind, party_id: str, *, to_crm: bool) -> str:
        """Return the counterpart of a document's customer or vendor, empty when it is not linked."""
        return self._other("vendors" if kind == "purchaseorder" else "customers", party_id, to_crm=to_crm)

    def _other(self, module: str, record_id: str, *, to_crm: bool) -> str:
        side = "books" if to_crm else "crm"
        link = self.store.link_of(module, side, record_id) if record_id else None  # type: ignore[arg-type]
        if link is None or link.state not in ("linked", "out_of_view"):
            return ""
        return link.crm_id if to_crm else link.books_id

    def count(self, direction: Direction, what: str) -> None:
        """Count one more."""
        self.counts[direction][what] = self.counts[direction].get(what, 0) + 1

    def counted(self) -> dict[Direction, Count]:
        """Return the counts so far."""
        return {direction: Count(**counts) for direction, counts in self.counts.items()}

    def failure_of(self, direction: Direction, record_id: str) -> Failure | None:
        """Return what stands against a document."""
        return self.store.failure(f"documents:{direction}:{record_id}")

    def standing(self, direction: Direction, record_id: str, version: str) -> bool:
        """Return whether a document was refused or held, and has not changed since."""
        found = self.failure_of(direction, record_id)
        return (
            found is not None
            and found.reason not in AGAIN
            and found.source_version == version
            and found.setup_revision == self.setup.revision
        )

    def fail(
        self, direction: Direction, kind: DocumentKind, why: Refused | Hold, *, crm_id: str, books_id: str, name: str,
        version: str,
    ) -> None:  # fmt: skip
        """File and store what keeps a document from its other side."""
        refused = why if isinstance(why, Refused) else None
        held = refused is None
        record_id = crm_id if direction == "to_books" else books_id
        before, now = self.failure_of(direction, record_id), self.clock.now()
        failure = Failure(
            module="documents", direction=direction, crm_id=crm_id, books_id=books_id, name=name, reason=why.reason,
            message=why.message, raw=refused.raw if refused else "", code=CRM_MODULES[kind], field=why.field or "",
            attempts=before.attempts + 1 if before else 1, held=held, first_at=before.first_at if before else now,
            last_at=now, run_id=self.run.id, source_version=version, setup_revision=self.setup.revision,
        )  # fmt: skip
        self.store.commit(Commit(failures=[failure]))
        self.count(direction, "held" if held else "failed")
        self.emit(failure)

    def cleared(self, direction: Direction, record_id: str) -> list[str]:
        """Return the failure that no longer stands."""
        found = self.failure_of(direction, record_id)
        return [found.key] if found is not None else []

    def line(self, direction: Direction, verb: str, crm_id: str, books_id: str, name: str, total: str) -> HistoryLine:
        """Return a line of the history."""
        self._lines += 1
        return HistoryLine(
            id=f"{self.run.id}:{self._lines:07d}", run_id=self.run.id, at=self.clock.now(), module="documents",
            verb=verb, why="changed" if verb == "update" else "new", direction=direction, crm_id=crm_id,
            books_id=books_id, name=name, after={"total": total},
        )  # fmt: skip
