"""What the mirror needs of the world, beside ``core.documents.ports``."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from typing import Protocol

from core.documents.ports import BookDesk, DocumentStore
from core.model.documents import DocumentKind
from core.model.mirror import CrmPaper, Mirror, MirrorSetup, Tax
from core.model.record import Refused, Unknown
from core.model.value import Kind

Written = tuple[str, str] | Refused | Unknown
"""(id, version) of what was written, or why it was not."""


class PaperDesk(Protocol):
    """CRM's inventory documents. Raises ``Problem`` when the whole must stop."""

    @property
    def calls(self) -> int:
        """Return the API requests sent."""
        ...

    async def prepare(self, kind: DocumentKind, customs: Mapping[str, Kind]) -> tuple[str, ...]:
        """Make our fields and those that Books has (B65), and return the values of the status.

        Raises ``Problem('module_unavailable')``.
        """
        ...

    def unique(self, kind: DocumentKind) -> bool:
        """Return whether CRM refuses a second document with our key, as ``prepare`` learned."""
        ...

    async def about(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the names of taxes, and the currencies; none where there is one only."""
        ...

    async def placeholder(self, name: str) -> str:
        """Return the product that stands for lines without one, made where there is none."""
        ...

    async def now(self) -> str:
        """Return CRM's own time."""
        ...

    def changes(self, kind: DocumentKind, since: str | None) -> AsyncIterator[list[CrmPaper]]:
        """Yield documents modified at or after ``since``, without rows."""
        ...

    async def read(self, kind: DocumentKind, record_id: str) -> CrmPaper | None:
        """Return one document whole, None when it is gone."""
        ...

    async def find(self, kind: DocumentKind, books_id: str) -> list[str]:
        """Return the ids of the documents that mirror a Books document."""
        ...

    async def totals(self, kind: DocumentKind, ids: Sequence[str]) -> dict[str, str]:
        """Return totals by id, as CRM computed them."""
        ...

    async def insert(self, kind: DocumentKind, papers: Sequence[CrmPaper]) -> list[Written]:
        """Make up to a hundred documents; never sent twice."""
        ...

    async def update(self, kind: DocumentKind, paper: CrmPaper, old: CrmPaper) -> Written | None:
        """Make ``old``, read whole just now, into ``paper``; None when it is that already."""
        ...

    async def remove(self, kind: DocumentKind, ids: Sequence[str]) -> list[str]:
        """Delete mirrored documents (B103); return the ids that are gone."""
        ...


class TaxedBooks(BookDesk, Protocol):
    """Books' documents, with what their lines refer to."""

    async def customs(self, kind: DocumentKind) -> dict[str, Kind]:
        """Return the organisation's own custom fields of a kind: label → kind."""
        ...

    async def taxes(self) -> list[Tax]:
        """Return the taxes."""
        ...

    async def currencies(self) -> tuple[str, dict[str, int]]:
        """Return the base currency, and the decimal places of each."""
        ...


class MirrorStore(DocumentStore, Protocol):
    """What is kept of mirrors."""

    def mirror(self, kind: DocumentKind, books_id: str) -> Mirror | None:
        """Return what shows a Books document in CRM."""
        ...

    def mirrors(self) -> Iterator[Mirror]:
        """Iterate over mirrors."""
        ...

    def mirror_setup(self) -> MirrorSetup:
        """Return whether transactions are mirrored."""
        ...
