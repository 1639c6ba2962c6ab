"""One failure, in full: reason, remedy, what Zoho said, and the raw answer."""

from collections.abc import Iterable

import msgspec
from textual.widget import Widget

from core.model.reasons import reason
from core.model.run import Failure
from core.service import SyncRequest
from tui.actions import bindings
from tui.host import Refusal
from tui.screens.base import Base
from tui.text import clean, wrap
from tui.when import clock
from tui.widgets.page import Page
from tui.widgets.strips import Line, paragraph


def pretty(raw: str) -> str:
    """Return a raw answer indented where it is JSON, as it is where it is not."""
    try:
        return msgspec.json.format(raw, indent=2)
    except (msgspec.DecodeError, UnicodeEncodeError):
        return raw


def failure_lines(screen: Base, failure: Failure, cells: int) -> list[Line]:
    """Return reason, remedy and message."""
    say, lang = screen.say, screen.kk.lang
    found = reason(failure.reason)
    wide = cells - 4
    lines: list[Line] = []
    title = wrap(found.title.say(lang), wide - 6)
    lines.append([(f"   {failure.reason:<5} ", "bad"), (title[0], "strong")])
    lines += [[(f"         {part}", "strong")] for part in title[1:]]
    lines.append([(f"   {say.failure_remedy}", "dim")])
    lines += paragraph(found.remedy.say(lang), wide - 2, role="plain", indent=5)
    if failure.message:
        where = [say.failure_code.format(code=clean(failure.code))] if failure.code else []
        where += [say.failure_field.format(field=clean(failure.field))] if failure.field else []
        lines.append([(f"   {say.failure_message}", "dim"), (f"  {'  '.join(where)}", "dim")])
        lines += paragraph(failure.message, wide - 2, most=6, role="plain", indent=5)
    return lines


class FailureScreen(Base):
    """See the module's docstring."""

    NAME = "failure"
    BINDINGS = bindings("failure")

    def __init__(self, mode: str, failure: Failure) -> None:
        super().__init__(mode)
        self.failure = failure
        self.gone = False
        """The record has been written since, or is no longer meant to be."""
        self.page = Page(self.lines)
        self._retried: tuple[int, str] | None = None
        """Number and time of the attempt before the one that was asked for here."""
        self._generation = -1

    def body(self) -> Iterable[Widget]:
        """Return the page."""
        yield self.page

    def draw(self) -> None:
        """Show the failure."""
        self.page.redraw()

    def arrived(self) -> None:
        """Look whether it still is one, whenever that may have changed."""
        if self.kk.service is not None and self._generation != self.state.generation:
            self._generation = self.state.generation
            self.run_worker(self._load(), exclusive=True)

    async def _load(self) -> None:
        try:
            known = await self.service.failures(self.failure.module, None)
        except Exception as error:  # Told on the flash line; what was known stays.
            self._generation = -1
            self.trouble(error)
            return
        found = next((each for each in known if each.key == self.failure.key), None)
        self.gone = found is None
        self.failure = found or self.failure
        if self._retried and (self.gone or self._retried != (self.failure.attempts, self.failure.last_at)):
            self._retried = None
            self.kk.flash(self.say.retried_well if self.gone else self.say.retried_again, bad=not self.gone)
        self.draw()

    def lines(self, cells: int) -> list[Line]:
        """Return the page."""
        say, failure = self.say, self.failure
        lines: list[Line] = [] if not self.gone else paragraph(say.failure_gone, cells - 2, role="ok", indent=1)
        lines += paragraph(failure.name, cells - 2, most=2, role="strong", indent=1)
        direction = getattr(say, failure.direction)
        ids = say.record_ids.format(crm=clean(failure.crm_id) or "-", books=clean(failure.books_id) or "-")
        lines.append([(f" {direction}   {ids}", "plain")])
        now = self.kk.now()
        tries = say.failure_tries.format(
            count=failure.attempts, first=clock(failure.first_at, now) or "-", last=clock(failure.last_at, now) or "-"
        )
        lines += [[(f" {tries}", "dim")], (), [(f" {say.failure_reason}", "title")]]
        lines += failure_lines(self, failure, cells)
        if failure.candidates:
            lines += [(), [(f" {say.failure_candidates}", "title")]]
            lines += [[(f"   {clean(name)}", "plain")] for name in failure.candidates]
        lines += [(), [(f" {say.failure_raw}", "title")]]
        raw = pretty(failure.raw) if failure.raw else ""
        lines += paragraph(raw or say.no_raw, cells - 4, role="plain", indent=3)
        return lines

    async def do_retry(self) -> None:
        """Send this record again."""
        if self.gone:
            raise Refusal(self.say.failure_gone)
        await self.service.sync(SyncRequest(module=self.failure.module, retry=(self.failure.key,)))
        self._retried = self.failure.attempts, self.failure.last_at
        self.kk.flash(self.say.retrying.format(count=1))

    async def do_copy(self) -> None:
        """Copy the source record's id."""
        self.copy(self.failure.record)
