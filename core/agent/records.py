"""The page of one record: its link, its fields on both sides, its history and failures."""

from core.agent.connections import Connections
from core.engine.ports import Side, Store
from core.model.catalogue import default_setup, entity
from core.model.link import Link
from core.model.names import ModuleName
from core.model.problems import Problem
from core.model.record import Record
from core.model.setup import ModuleSetup
from core.model.value import Fields
from core.service import FieldView, RecordPage, Row

HISTORY_LINES = 100
"""The latest lines on a page; the whole is in the history of the runs."""


class Records:
    """Makes pages from the store and, when asked, from both sides."""

    def __init__(self, store: Store, connections: Connections) -> None:
        self._store, self._connections = store, connections

    async def page(self, module: ModuleName, key: str, row: Row | None, *, live: bool) -> RecordPage:
        """Return the page of ``Row.key``. Raises ``Problem('not_found')``, and what reading live may raise."""
        setup = self._store.setup(module) or default_setup(module)
        if row is None:
            raise Problem("not_found", what=f"record {key}")
        link = self._link(module, row)
        crm, books = await self._live(setup, row) if live else (None, None)
        ids = [each for each in (row.crm_id, row.books_id) if each]
        history = {line.id: line for each in ids for line in self._store.history(record_id=each)}
        failures = (self._store.failure(f"{module}:{way}:{id_}") for way, id_ in _ways(row))
        return RecordPage(
            row=row,
            link=link,
            fields=_fields(setup, link, crm, books),
            history=tuple(sorted(history.values(), key=lambda line: (line.at, line.id))[-HISTORY_LINES:]),
            failures=tuple(each for each in failures if each is not None),
            live=live,
        )

    def _link(self, module: ModuleName, row: Row) -> Link | None:
        for side, id_ in (("crm", row.crm_id), ("books", row.books_id)):
            found = self._store.link_of(module, side, id_) if id_ else None  # type: ignore[arg-type]
            if found is not None:
                return found
        return None

    async def _live(self, setup: ModuleSetup, row: Row) -> tuple[Record | None, Record | None]:
        crm, books = self._connections.sides(self._store.profile())
        return await _read(crm, setup, row.crm_id), await _read(books, setup, row.books_id)


async def _read(side: Side, setup: ModuleSetup, id_: str) -> Record | None:
    if not id_:
        return None
    paths = [each.crm if side.name == "crm" else each.books for each in setup.mapping]
    found = await side.read(entity(setup.module, setup.shape, side.name), paths, [id_])
    return found[0] if found else None


def _fields(setup: ModuleSetup, link: Link | None, crm: Record | None, books: Record | None) -> tuple[FieldView, ...]:
    """Return one view a mapped pair of fields. Without a live read the current value is the last one known."""
    crm_base: Fields = link.crm_base if link else {}
    books_base: Fields = link.books_base if link else {}
    crm_now = crm.fields if crm else crm_base
    books_now = books.fields if books else books_base
    return tuple(
        FieldView(
            crm_field=each.crm,
            books_field=each.books,
            crm_base=crm_base.get(each.crm),
            crm=crm_now.get(each.crm),
            books_base=books_base.get(each.books),
            books=books_now.get(each.books),
        )
        for each in setup.mapping
    )


def _ways(row: Row) -> list[tuple[str, str]]:
    return [(way, id_) for way, id_ in (("to_books", row.crm_id), ("to_crm", row.books_id)) if id_]
