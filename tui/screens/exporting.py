"""Writing the list of records, as it is narrowed, into a file."""

import asyncio
from pathlib import Path
from typing import ClassVar

from core.model.names import ModuleName
from core.service import Listing, Row
from tui.export import Format, write
from tui.host import Refusal
from tui.screens.dialogs import Enter, Menu
from tui.screens.filtered import Filtered
from tui.text import clean

EXPORTED = 1_000
"""Rows asked for at a time for a file."""


class Exporting(Filtered):
    """The part of a list of records that writes it into a file."""

    MODULE: ClassVar[ModuleName] = "customers"
    listing: Listing | None = None

    async def do_export(self) -> None:
        """Write the list as it is narrowed into a file: choose the format, then the place."""
        if self.listing is None:
            raise Refusal(self.say.list_waiting)
        listing = self.listing
        self.app.push_screen(Menu(self.say.export_title, ["CSV", "JSON"], 0), lambda index: self._place(listing, index))

    def _place(self, listing: Listing, index: object) -> None:
        if not isinstance(index, int):
            return
        form: Format = "csv" if index == 0 else "json"
        name = f"kakehashi-{self.MODULE}-{self.kk.now():%Y%m%d}.{form}"
        tells = self.say.export_tells.format(count=f"{listing.count:,}")

        def typed(path: object) -> None:
            if isinstance(path, str) and path.strip():
                self.attempt(self._export(listing, Path(path.strip()).expanduser(), form))

        self.app.push_screen(Enter(self.say.export_title, tells, f"~/{name}"), typed)

    async def _export(self, listing: Listing, path: Path, form: Format) -> None:
        rows: list[Row] = []
        while len(rows) < listing.count:
            found = (await self.service.rows(listing.id, len(rows), len(rows) + EXPORTED)).rows
            if not found:
                break
            rows += found
        try:
            await asyncio.to_thread(write, path, rows, form)
        except FileExistsError:
            raise Refusal(self.say.export_exists.format(path=clean(str(path)))) from None
        except OSError as error:
            raise Refusal(self.say.export_failed.format(path=clean(str(path)), why=error.strerror or "-")) from None
        self.kk.flash(self.say.exported.format(count=f"{len(rows):,}", path=clean(str(path))))
