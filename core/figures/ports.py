"""What the figures need of the world. ``core.zoho`` and ``core.store`` provide it. No desk deletes anything."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Literal, Protocol

from msgspec import Struct

from core.engine.ports import Commit
from core.model.figures import FigureField
from core.model.link import Link
from core.model.names import LinkState, ModuleName
from core.model.run import Failure, Run
from core.model.setup import ModuleSetup, Profile

Feed = Literal["invoices", "creditnotes"]
FEEDS: tuple[Feed, ...] = ("invoices", "creditnotes")
"""Lists of documents that tell what changed since an instant."""


class Balance(Struct, frozen=True):
    """What Books says of a customer, in the base currency."""

    customer_id: str
    receivable: Decimal
    credits: Decimal


class Sale(Struct, frozen=True):
    """One invoice that counts as a sale, in the base currency, tax included."""

    customer_id: str
    total: Decimal


class Heard(Struct, frozen=True):
    """Customers whose documents changed. ``deaf``: the key does not let us ask. ``lost``: the list does not reach back
    as far as was asked for. ``newest``: of payments, those to read until the next time.
    """

    customers: frozenset[str] = frozenset()
    deaf: bool = False
    lost: bool = False
    newest: tuple[str, ...] = ()


class Put(Struct, frozen=True):
    """What became of one CRM record: ``reason`` empty, it was written; else it was refused (F1–F43)."""

    id: str
    reason: str = ""
    message: str = ""
    raw: str = ""
    code: str = ""


class MoneyDesk(Protocol):
    """Books' balances and invoices. Raises ``Problem`` when the whole must stop."""

    @property
    def calls(self) -> int:
        """Return the API requests sent."""
        ...

    def balances(self) -> AsyncIterator[list[Balance]]:
        """Yield every customer's balances, inactive ones too, 200 to a call."""
        ...

    async def balance(self, customer_id: str) -> Balance | None:
        """Return one customer's balances, None when it is gone."""
        ...

    def sales(self, customer_id: str = "") -> AsyncIterator[list[Sale]]:
        """Yield the invoices that count, of one customer or of all, 200 to a call."""
        ...

    async def changed(self, feed: Feed, since: str) -> Heard:
        """Return whose documents changed since a server instant."""
        ...

    async def payments(self, known: Sequence[str]) -> Heard:
        """Return who paid since the newest of ``known`` payments; without any, only what is the newest now."""
        ...

    async def now(self) -> str:
        """Return Books' own time."""
        ...


class FigureDesk(Protocol):
    """CRM's fields and records. Raises ``Problem`` when the whole must stop."""

    @property
    def calls(self) -> int:
        """Return the API requests sent."""
        ...

    async def fields(self, entity: str, currency: str) -> list[FigureField]:
        """Return a module's fields for figures, missing ones too. Raises ``Problem('figure_field_unfit')``."""
        ...

    async def make(self, wanted: Sequence[FigureField]) -> None:
        """Make fields of one module. Raises ``Problem('figure_field_refused')``."""
        ...

    async def read(self, entity: str, fields: Sequence[str], ids: Sequence[str]) -> dict[str, dict[str, Decimal]]:
        """Return what stands in the fields, by record; records that are gone are absent. An empty field is zero."""
        ...

    async def write(self, entity: str, rows: Mapping[str, Mapping[str, Decimal]]) -> list[Put]:
        """Write fields of up to a hundred records, without triggers."""
        ...


class FigureStore(Protocol):
    """What is kept. Reads answer from memory."""

    def commit(self, commit: Commit) -> None:
        """Write one transaction durably."""
        ...

    def profile(self) -> Profile | None:
        """Return the joined organisations."""
        ...

    def setup(self, module: ModuleName) -> ModuleSetup | None:
        """Return a module's settings."""
        ...

    def links(self, module: ModuleName, state: LinkState | None = None) -> Iterator[Link]:
        """Iterate over links."""
        ...

    def cursor(self, name: str) -> str | None:
        """Return a cursor."""
        ...

    def failures(self, module: ModuleName | None = None) -> list[Failure]:
        """Return failures."""
        ...

    def run(self, run_id: str) -> Run | None:
        """Return one run."""
        ...
