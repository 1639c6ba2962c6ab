"""A document being made or edited: customer, deal, dates, lines, discount, texts; a draft until Books has it."""

from datetime import date
from decimal import Decimal, InvalidOperation

from msgspec.structs import replace
from textual.worker import Worker

from core.model.documents import DEAL_KINDS, Deal, Document, DocumentKind, NewDocument
from core.model.documents import Line as PaperLine
from core.model.drafts import Draft
from tui.actions import bindings
from tui.host import Refusal
from tui.locale import word
from tui.screens.dialogs import Ask, Enter
from tui.screens.document_form import DocumentForm, Entry, EntryName
from tui.screens.document_line import LineForm
from tui.screens.document_party import Chosen, PartyScreen
from tui.screens.sidebar import Sidebar, sidebar_of
from tui.text import clean

TEXTS = ("reference", "notes", "terms")


def drafted(kind: DocumentKind, today: date) -> Draft:
    """Return an empty draft."""
    new = NewDocument(
        kind=kind, key="", party_id="", lines=(), date=today.isoformat(), discount_before_tax=True
    )  # fmt: skip
    return Draft(new=new)


class NewDocumentScreen(DocumentForm):
    """See the module's docstring."""

    NAME = "new"
    BINDINGS = bindings("new")

    def arrived(self) -> None:
        """Ask for the taxes and what the document comes to."""
        if self.kk.service is not None and (self.taxes is None or self.totals is None):
            self._compute()

    def _compute(self) -> None:
        _: Worker[None] = self.run_worker(self._sum, exclusive=True, group="sums")

    async def _sum(self) -> None:
        try:
            if self.taxes is None:
                self.taxes = await self.service.document_taxes()
            self.totals = await self.service.draft_totals(self.draft)
        except Exception as error:  # Told on the flash line; the document can be made without.
            self.totals = None
            self.trouble(error)
        self.draw()

    # deeds

    async def do_open(self) -> None:
        """Change the selected line, or make the document."""
        entry: Entry | None = self.list.selected
        if entry is None:
            raise Refusal(self.say.no_selection)
        if entry.id in ("draft", "send", "save"):
            await self.make(self.sent_status if entry.id == "send" else ())
        elif entry.id in ("line", "add"):
            await self._line(entry.index)
        elif entry.id == "customer":
            self._customer()
        elif entry.id == "deal":
            await self.do_sidebar()
        elif entry.id == "taxed":
            self._set(discount_before_tax=not self.draft.new.discount_before_tax)
        else:
            self._type(entry.id)

    def _customer(self) -> None:
        if self.draft.base is not None:
            raise Refusal(self.say.edit_keeps_customer)
        self.app.push_screen(PartyScreen(self.mode, self.kind, self._for))

    def _for(self, chosen: Chosen) -> None:
        self.draft = replace(self.draft, party_name=chosen.name)
        self._set(party_id=chosen.books_id, deal_id="", deal_name="")
        self.list.go(1 if self.kind in DEAL_KINDS else self._place("add"))

    def _place(self, name: str) -> int:
        return next(index for index, each in enumerate(self.entries()) if each.id == name)

    async def do_sidebar(self) -> None:
        """Open the deal sidebar (B97); of a document that is in Books it ties at once."""
        if self.kind not in DEAL_KINDS:
            raise Refusal(self.say.no_deal_for_orders)
        if self.draft.base is not None:
            self.app.push_screen(sidebar_of(self, self.draft.base))
            return
        new = self.draft.new
        if not new.party_id:
            raise Refusal(self.say.new_customer_first)
        shown = Document(
            kind=new.kind, id="", number=self.say.new_number, status="draft", party_id=new.party_id,
            party_name=self.draft.party_name, deal_id=new.deal_id, date=new.date,
            total=self.totals.total if self.totals else "0", currency=self.totals.currency if self.totals else "",
        )  # fmt: skip
        self.app.push_screen(Sidebar(self.mode, shown, self._dealt))

    def _dealt(self, deal: Deal | None) -> None:
        self._set(deal_id=deal.id if deal else "", deal_name=deal.name if deal else "")
        self.list.go(self._place("add"))

    def _type(self, name: EntryName) -> None:
        """Let a line be typed."""
        say, new = self.say, self.draft.new
        titles = {
            "date": (say.head_date, say.new_date_tells), "due": (word(say, "due", self.kind), say.new_date_tells),
            "discount": (say.new_discount, say.new_discount_tells), "reference": (say.document_reference, ""),
            "notes": (say.document_notes, say.new_text_tells), "terms": (say.document_terms, say.new_text_tells),
            "why": (say.new_why, say.new_why_tells),
        }  # fmt: skip
        value = self.draft.why if name == "why" else str(getattr(new, name))

        def typed(text: object) -> None:
            if isinstance(text, str):
                self._typed(name, text.strip())

        title, tells = titles[name]
        self.app.push_screen(Enter(title, tells or title, value.replace("\n", "\\n")), typed)

    def _typed(self, name: EntryName, text: str) -> None:
        say = self.say
        try:
            if name in ("date", "due") and (text or name == "date"):
                text = date.fromisoformat(text).isoformat()
            if name == "discount" and text:
                Decimal(text.removesuffix("%"))
        except (ValueError, InvalidOperation):
            self.kk.flash(
                say.new_bad_number.format(text=clean(text)) if name == "discount" else say.new_bad_date, bad=True
            )
            return
        if name == "discount" and text and any(each.discount for each in self.draft.new.lines):
            self.kk.flash(say.new_two_discounts, bad=True)
        elif name == "why":
            self.draft = replace(self.draft, why=text)
            self._set()
        else:
            self._set(**{name: text.replace("\\n", "\n") if name in TEXTS else text})

    async def _line(self, index: int) -> None:
        lines = self.draft.new.lines
        known = lines[index] if index >= 0 else PaperLine(rate="")
        if self.taxes is None:
            self.taxes = await self.service.document_taxes()

        def done(line: PaperLine | None) -> None:
            there = list(lines)
            at = index if index >= 0 else len(there)
            there[at : at + 1] = [line] if line else []
            if line and line.discount and self.draft.new.discount:
                self.kk.flash(self.say.new_two_discounts, bad=True)
                return
            self._set(lines=tuple(there))
            self.list.go(self._place("add"))

        self.app.push_screen(LineForm(self.mode, self.kind, known, self.taxes, done))

    async def do_add(self) -> None:
        """Add a line."""
        await self._line(-1)

    async def do_remove(self) -> None:
        """Take the selected line out."""
        entry: Entry | None = self.list.selected
        if entry is None or entry.id != "line":
            raise Refusal(self.say.new_no_line)
        lines = self.draft.new.lines
        self._set(lines=lines[: entry.index] + lines[entry.index + 1 :])

    def _set(self, **changes: object) -> None:
        self.touched = True
        self.draft = replace(self.draft, new=replace(self.draft.new, **changes))
        self.draw()
        self._compute()

    async def do_drop(self) -> None:
        """Forget the draft, after asking; what Books has of it stays there."""

        def answered(yes: object) -> None:
            if yes:
                self.attempt(self._drop())

        self.app.push_screen(Ask(self.say.ask_drop, [self.say.ask_drop_more]), answered)

    async def _drop(self) -> None:
        if self.draft.id:
            await self.service.drop_draft(self.draft.id)
        self.touched = False
        self.kk.flash(self.say.dropped)
        if self.app.screen is self:
            await self.app.run_action("back")

    async def do_back(self) -> None:
        """Leave; what was typed is kept as a draft, and ``n`` goes on with it."""
        if self.touched and (self.draft.new.party_id or self.draft.new.lines):
            self.draft = await self.service.save_draft(self.draft)
            self.touched = False
            self.kk.flash(self.say.new_kept)
        await self.app.run_action("back")
