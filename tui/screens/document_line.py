"""One line of a document: an item of Books as it is typed or any name, rate, quantity; tax, discount, description."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from decimal import Decimal, InvalidOperation
from typing import ClassVar

from msgspec.structs import replace
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input
from textual.worker import Worker

from core.model.documents import DocumentKind
from core.model.documents import Line as PaperLine
from core.model.drafts import Item
from core.model.mirror import Tax
from tui.host import Refusal
from tui.screens.document_rows import money
from tui.screens.failures import folded
from tui.screens.form import Ask, Form
from tui.text import clean
from tui.widgets.biglist import BigList
from tui.widgets.prompt import Prompt
from tui.widgets.strips import Line, Span, paragraph
from tui.widgets.table import Column, row
from tui.widgets.window import Window

NEEDED = 3
"""The first fields: Enter on the last of them takes the line; Tab and the arrows reach the others."""


class FieldPrompt(Prompt):
    """A field whose arrows move among suggestions; Tab goes to the next field."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "field(1)", show=False),
        Binding("shift+tab", "field(-1)", show=False),
    ]

    class Jumped(Message):
        """Tab was pressed."""

        def __init__(self, by: int) -> None:
            super().__init__()
            self.by = by

    async def action_field(self, by: int) -> None:
        """Go to another field."""
        await self._tell(self.Jumped(by))


class LineForm(Form):
    """See the module's docstring. ``done`` gets the line, None where it was emptied."""

    NAME = "line"

    def __init__(
        self, mode: str, kind: DocumentKind, line: PaperLine, taxes: Sequence[Tax],
        done: Callable[[PaperLine | None], object],
    ) -> None:  # fmt: skip
        tax = next((each.name for each in taxes if each.id == line.tax_id), line.tax_name)
        asks = [
            Ask("name", "form_line_name", line.name, optional=True),
            Ask("rate", "head_rate", line.rate),
            Ask("quantity", "head_quantity", line.quantity),
            Ask("tax", "head_tax", tax, optional=True),
            Ask("discount", "head_discount", line.discount, optional=True),
            Ask("description", "form_line_description", line.description.replace("\n", "\\n"), optional=True),
        ]
        super().__init__(mode, asks)
        self.prompts = [FieldPrompt(ask.value) for ask in asks]
        self.kind, self.line, self.taxes, self.done = kind, line, list(taxes), done
        self.page.styles.height = 4
        self.list = BigList(self.row, classes="half")
        self.list.can_focus = False
        self.found: list[Item] | list[Tax] = []
        self.at = -1
        """The suggestion that Enter takes; -1: what was typed."""

    def body(self) -> Iterable[Widget]:
        """Return the fields and what is suggested for the one that is being typed."""
        yield from super().body()
        yield self.list

    def lines(self, cells: int) -> list[Line]:
        """Say what the lines are for."""
        return paragraph(self.say.line_tells, cells - 2, most=4)

    def row(self, each: Item | Tax, cells: int) -> Line:
        """Return a suggestion's line."""
        if isinstance(each, Tax):
            values: list[Span] = [(each.name, "plain"), ("", "plain"), (f"{money(each.percentage)}%", "plain")]
        else:
            values = [(each.name, "plain"), (each.sku, "dim"), (money(self._rate(each)), "plain")]
        if self.at >= 0 and self.found[self.at] is each:
            values[0] = (values[0][0], "current")
        return row([Column(""), Column("", 18), Column("", 14, right=True)], values, cells)

    def draw(self) -> None:
        """Show labels and suggestions."""
        super().draw()
        self.list.show(Window(rows=self.found), top=True)
        if self.at >= 0:
            self.list.go(self.at)

    def arrived(self) -> None:
        """Suggest for the first field."""
        self._suggest()

    # suggestions

    def _suggest(self) -> None:
        """Suggest for the field that has the cursor."""
        name = self.asks[self._at()].name
        self.at = -1
        if name == "name":
            _: Worker[None] = self.run_worker(self._items, exclusive=True, group="items")
            return
        text = folded(self.prompts[self._at()].value.strip())
        self.found = [each for each in self.taxes if text in folded(each.name)] if name == "tax" else []
        if name == "tax" and not self.found:
            self.found = list(self.taxes)
        self.draw()

    async def _items(self) -> None:
        text = self.prompts[0].value.strip()
        try:
            found = await self.service.search_items(text)
        except Exception as error:  # Told on the flash line; a name does without.
            self.trouble(error)
            return
        if self.asks[self._at()].name == "name" and text == self.prompts[0].value.strip():
            self.found, self.at = found, -1
            self.draw()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Suggest as it is typed."""
        event.stop()
        if self.asks[self._at()].name in ("name", "tax"):
            self._suggest()

    def on_prompt_stepped(self, event: Prompt.Stepped) -> None:
        """Move among the suggestions, else to another field."""
        event.stop()
        if self.found and (event.by > 0 or self.at >= 0):
            self.at = max(-1, min(len(self.found) - 1, self.at + event.by))
            self.draw()
        else:
            self._field(event.by)

    def on_field_prompt_jumped(self, event: FieldPrompt.Jumped) -> None:
        """Go to another field."""
        event.stop()
        self._field(event.by)

    def _field(self, by: int) -> None:
        self._focus(self._at() + by)
        self._suggest()

    async def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take the suggestion, go on, and from the last needed field or the last one of all take the line."""
        event.stop()
        if self.at >= 0:
            self._take(self.found[self.at])
        place = self._at()
        if place not in (NEEDED - 1, len(self.prompts) - 1):
            self._field(1)
        elif not self.sending:
            self.sending = True
            await self._send_now()

    async def _send_now(self) -> None:
        work: Awaitable[object] = self._send()
        self.attempt(work)

    def _take(self, chosen: Item | Tax) -> None:
        """Fill in what an item brings along."""
        values = {ask.name: prompt for ask, prompt in zip(self.asks, self.prompts, strict=True)}
        if isinstance(chosen, Tax):
            values["tax"].value = chosen.name
            return
        self.line = replace(self.line, item_id=chosen.id, unit=chosen.unit)
        values["name"].value = chosen.name
        values["rate"].value = self._rate(chosen)
        values["description"].value = chosen.description.replace("\n", "\\n")
        values["tax"].value = next((each.name for each in self.taxes if each.id == chosen.tax_id), "")

    def _rate(self, item: Item) -> str:
        return item.purchase_rate or item.rate if self.kind == "purchaseorder" else item.rate

    # the line

    async def send(self, values: dict[str, str]) -> None:
        """Take the line; without a name it goes."""
        line = await self._line(values) if values["name"] else None
        await self.app.pop_screen()
        self.done(line)

    async def _line(self, values: dict[str, str]) -> PaperLine:
        for name in ("quantity", "rate", "discount"):
            number = values[name].removesuffix("%") if name == "discount" else values[name].replace(",", "")
            try:
                Decimal(number or "0")
            except InvalidOperation:
                raise Refusal(self.say.new_bad_number.format(text=clean(values[name]))) from None
        tax = self._tax(values["tax"])
        return replace(
            self.line, name=values["name"], rate=values["rate"].replace(",", ""), discount=values["discount"],
            quantity=values["quantity"].replace(",", ""), description=values["description"].replace("\\n", "\n"),
            item_id=await self._item(values["name"]), tax_id=tax.id if tax else "", tax_name=tax.name if tax else "",
            tax_percentage=tax.percentage if tax else "",
        )  # fmt: skip

    def _tax(self, text: str) -> Tax | None:
        """Return the tax of that name, or the only one that holds the text. Raises ``Refusal`` for another."""
        if not text:
            return None
        exact = [each for each in self.taxes if each.name == text]
        near = [each for each in self.taxes if folded(text) in folded(each.name)]
        found = exact or (near if len(near) == 1 else [])
        if not found:
            self._field(next(index for index, ask in enumerate(self.asks) if ask.name == "tax") - self._at())
            raise Refusal(self.say.line_no_tax.format(name=clean(text)))
        return found[0]

    async def _item(self, name: str) -> str:
        """Return the item of a name: the one chosen, else the only one called so."""
        if self.line.item_id and (name == self.line.name or not self.line.name):
            return self.line.item_id
        found = [each.id for each in await self.service.search_items(name) if each.name == name]
        return found[0] if len(found) == 1 or self.line.item_id in found else self.line.item_id
