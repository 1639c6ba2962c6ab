"""Estimates, orders and invoices: reading, making, putting into a status, tying to a deal (zoho-books-api §6).

Nothing here e-mails anybody or deletes anything: status calls alone, and drafts.
"""

from collections.abc import AsyncIterator, Callable
from typing import Any

import msgspec

from core.model.documents import Document, DocumentKind, Done, NewDocument
from core.model.drafts import MOVED, Edit, Item
from core.model.mirror import Tax
from core.model.problems import Problem
from core.model.record import Refused, Unknown
from core.model.setup import KeyStrength
from core.model.value import Kind as FieldKind
from core.zoho import codec
from core.zoho.books.entities import PREFIX, SETTINGS_CREATE, SETTINGS_READ
from core.zoho.books.goods import search_items
from core.zoho.books.metadata import check, has_more, rows
from core.zoho.books.outcomes import refused_by
from core.zoho.books.papers import (
    DEAL_LABEL,
    KEY_LABEL,
    KINDS,
    Kind,
    Ours,
    document_of,
    edit_body,
    new_body,
    ours_of,
    tie_body,
)
from core.zoho.caller import Answer, Call, Caller, Uncertain
from core.zoho.refusals import Refusal, books_refusal

PER_PAGE = 200
SENDINGS = 3
"""How often a status is sent whose outcome was unknown and which, read again, had not been reached."""
KEY_TAKEN = "120303"
"""Seen where the value of a unique custom field exists already (§1.8)."""
Outcome = Done | Refused | Unknown


class BooksDocuments:
    """Documents of one organisation (``core.documents.ports.BookDesk``)."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller
        self._currency_ids: dict[str, str] = {}
        self._ours: dict[DocumentKind, Ours] = {}

    @property
    def calls(self) -> int:
        """Return the API requests sent; those of the same organisation's contacts are among them."""
        return self._caller.budget.calls

    async def prepare(self, kind: DocumentKind) -> KeyStrength:
        """Find our fields, or make them, and return how far the key guards. Raises ``Problem('field_missing')``.

        Once they are there they are not looked for again: a key that was plain then is guarded by look-ups.
        """
        ours = await self._fields(KINDS[kind])
        if ours.key and (ours.deal or not KINDS[kind].deals):
            return "unique" if ours.unique else "plain"
        for label, there in ((KEY_LABEL, ours.key), (DEAL_LABEL, ours.deal or not KINDS[kind].deals)):
            if not there:
                await self._make_field(KINDS[kind], label, unique=label == KEY_LABEL)
        ours = await self._fields(KINDS[kind], fresh=True)
        if not ours.key or (KINDS[kind].deals and not ours.deal):
            raise Problem("field_missing", side="Books", field=KEY_LABEL if not ours.key else DEAL_LABEL)
        return "unique" if ours.unique else "plain"

    async def changes(self, kind: DocumentKind, since: str | None) -> AsyncIterator[list[Document]]:
        """Yield pages of rows modified at or after ``since``, oldest first, so that a cut list misses the newest."""
        about, ours = KINDS[kind], await self._fields(KINDS[kind])
        params = {"filter_by": "Status.All", "per_page": str(PER_PAGE), "sort_order": "A"}
        params["sort_column"] = "created_time"
        if since:
            params["last_modified_time"] = since[:-1] + "+0000"
        page, more = 1, True
        while more:
            answer = await self._list(about, {**params, "page": str(page)})
            found = [document_of(about, ours, each) for each in rows(answer, about.plural)]
            if found:
                yield found
            page, more = page + 1, has_more(answer)

    async def read(self, kind: DocumentKind, document_id: str) -> Document | None:
        """Return one document whole, None when it is gone."""
        given = await self._detail(KINDS[kind], document_id)
        return None if given is None else document_of(KINDS[kind], await self._fields(KINDS[kind]), given)

    async def find(self, kind: DocumentKind, key: str) -> list[Document]:
        """Return the documents that carry a key, oldest first. The filter looks at every custom field: the rows tell.

        ``custom_field`` is the documented filter (§3.6); it takes 100 characters, which a key never reaches.
        """
        about, ours = KINDS[kind], await self._fields(KINDS[kind])
        answer = await self._list(about, {"custom_field": key, "filter_by": "Status.All", "per_page": str(PER_PAGE)})
        found = [document_of(about, ours, each) for each in rows(answer, about.plural)]
        return sorted((each for each in found if each.key == key), key=lambda each: (each.created, each.id))

    async def customs(self, kind: DocumentKind) -> dict[str, FieldKind]:
        """Return the organisation's own custom fields of a kind that can be written: label → kind (B65)."""
        return {label: each[1] for label, each in (await self._fields(KINDS[kind])).others.items()}

    async def taxes(self) -> list[Tax]:
        """Return Books' taxes; none while sales tax is off (§3.3)."""
        answer = await self._setting("taxes")
        return [
            Tax(str(each.get("tax_name")), str(codec.decode_number(each.get("tax_percentage")) or "0"),
                str(each.get("tax_id")))
            for each in rows(answer, "taxes")
        ]  # fmt: skip

    async def items(self, text: str) -> tuple[list[Item], bool]:
        """Return the first active items that hold a text, and whether those are all."""
        return await search_items(self._caller, text)

    async def currencies(self) -> tuple[str, dict[str, int]]:
        """Return the base currency, and the decimal places of each currency (§3.2)."""
        found = rows(await self._setting("currencies"), "currencies")
        self._currency_ids = {str(each.get("currency_code")): str(each.get("currency_id")) for each in found}
        base = next((str(each["currency_code"]) for each in found if each.get("is_base_currency")), "")
        return base, {str(each.get("currency_code")): int(each.get("price_precision") or 0) for each in found}

    async def _setting(self, name: str, **params: str) -> Answer:
        asked = {**params, "per_page": "200"}
        answer = await self._caller.call(
            Call(method="GET", path=f"{PREFIX}/settings/{name}", params=asked, scope=SETTINGS_READ)
        )
        check(answer, "settings")
        return answer

    async def create(self, new: NewDocument) -> Outcome:
        """Make a draft. Where its key stands already, an earlier sending made it: that one is returned."""
        about, ours = KINDS[new.kind], await self._fields(KINDS[new.kind])
        currency_id = ""
        if new.currency:
            if new.currency not in self._currency_ids:
                await self.currencies()
            known = self._currency_ids
            if new.currency not in known:
                return Refused(ref=new.key, reason="F7", message=f"Books has no currency {new.currency}",
                               code="NOT_SENT", field="currency_code")  # fmt: skip
            currency_id = known[new.currency]
        body = _json(new_body(about, ours, new, currency_id))
        if body is None:
            return Refused(ref=new.key, reason="F18", message="it holds text that cannot be sent", code="NOT_SENT")
        call = Call(method="POST", path=f"{PREFIX}/{about.plural}", body=body, again=False, write=True,
                    scope=about.scope("CREATE"))  # fmt: skip
        try:
            answer = await self._caller.call(call)
        except Uncertain as wrong:
            return Unknown(ref=new.key, message=str(wrong))
        refusal = refused_by(answer)
        if refusal is not None:
            made = await self.find(new.kind, new.key) if refusal.code == KEY_TAKEN else []
            return Done(document=made[0]) if made else _refused(new.key, refusal)
        outcome = await self._done(about, answer, new.key)
        if isinstance(outcome, Done) and outcome.document.key != new.key:
            # Our field is gone from Books: the next ``prepare`` makes it anew.
            await self._fields(about, fresh=True)
        return outcome

    async def mark(self, kind: DocumentKind, document_id: str, status: str) -> Outcome:
        """Put a document into a status, and read it: the answer does not hold it (§6.1)."""
        about, why = KINDS[kind], ""
        path = f"{PREFIX}/{about.plural}/{document_id}/status/{status}"
        for _ in range(SENDINGS):
            call = Call(method="POST", path=path, again=False, write=True, scope=about.scope("CREATE"))
            try:
                answer: Answer | None = await self._caller.call(call)
            except Uncertain as wrong:
                answer, why = None, str(wrong)
            if answer is not None and (refusal := refused_by(answer)) is not None:
                return _refused(document_id, refusal)
            now = await self.read(kind, document_id)
            if now is None:
                return Refused(ref=document_id, reason="F29", message="the document is no longer there", code="5")
            if answer is not None or now.status == status:
                return Done(document=now)
        return Unknown(ref=document_id, message=why)

    async def change(self, document: Document, edit: Edit, why: str) -> Outcome:
        """Send an edit of a document as it was just read; Refused with ``MOVED`` where it moved since. Sending the
        same twice does no harm.
        """
        about, ours = KINDS[document.kind], await self._fields(KINDS[document.kind])
        given = await self._detail(about, document.id)
        if given is not None and document_of(about, ours, given) != document:
            return Refused(ref=document.id, reason="F18", message="it changed meanwhile", code=MOVED)
        return await self._update(about, document, given, lambda read: edit_body(about, ours, read, edit, why))

    async def tie(self, document: Document, deal_id: str, deal_name: str) -> Outcome:
        """Write a deal to our own field and to ``zcrm_potential_id``. Writing the same twice does no harm."""
        about, ours = KINDS[document.kind], await self._fields(KINDS[document.kind])
        given = await self._detail(about, document.id)
        return await self._update(
            about, document, given, lambda read: tie_body(about, ours, read, deal_id, deal_name)
        )  # fmt: skip

    async def _update(
        self, about: Kind, document: Document, given: dict[str, Any] | None,
        make: Callable[[dict[str, Any]], dict[str, Any]],
    ) -> Outcome:  # fmt: skip
        """Send what ``make`` makes of the document as it was just read."""
        if given is None:
            return Refused(ref=document.id, reason="F29", message="the document is no longer there", code="5")
        body = _json(make(given))
        if body is None:
            return Refused(ref=document.id, reason="F18", message="it holds text that cannot be sent", code="NOT_SENT")
        call = Call(method="PUT", path=f"{PREFIX}/{about.plural}/{document.id}", body=body, again=True, write=True,
                    scope=about.scope("UPDATE"))  # fmt: skip
        try:
            answer = await self._caller.call(call)
        except Uncertain as wrong:
            return Unknown(ref=document.id, message=str(wrong))
        if (refusal := refused_by(answer)) is not None:
            return _refused(document.id, refusal)
        return await self._done(about, answer, document.id)

    async def _done(self, about: Kind, answer: Answer, ref: str) -> Outcome:
        given = answer.data.get(about.name) if isinstance(answer.data, dict) else None
        if not isinstance(given, dict) or not given.get(f"{about.name}_id"):
            return Unknown(ref=ref, message=f"the answer holds no {about.name}")
        return Done(document=document_of(about, await self._fields(about), given))

    async def _detail(self, about: Kind, document_id: str) -> dict[str, Any] | None:
        if not document_id.isdecimal():
            return None
        answer = await self._caller.call(
            Call(method="GET", path=f"{PREFIX}/{about.plural}/{document_id}", scope=about.scope("READ"))
        )
        if answer.refused and books_refusal(answer.data, answer.reply.content).reason == "F29":
            return None
        check(answer, about.plural)
        found = answer.data.get(about.name) if isinstance(answer.data, dict) else None
        return found if isinstance(found, dict) else None

    async def _list(self, about: Kind, params: dict[str, str]) -> Answer:
        answer = await self._caller.call(
            Call(method="GET", path=f"{PREFIX}/{about.plural}", params=params, scope=about.scope("READ"))
        )
        check(answer, about.plural)
        return answer

    async def _fields(self, about: Kind, *, fresh: bool = False) -> Ours:
        if fresh or about.name not in self._ours:
            found: list[dict[str, Any]] = []
            page, more = 1, True
            while more:
                answer = await self._setting("fields", entity=about.name, page=str(page))
                found += rows(answer, "fields")
                page, more = page + 1, has_more(answer)
            self._ours[about.name] = ours_of(found)
        return self._ours[about.name]

    async def _make_field(self, about: Kind, label: str, *, unique: bool) -> None:
        """Whether the API makes it unique is UNCONFIRMED (§3.5): asked for under every name, and read back."""
        wanted = {
            "label": label, "data_type": "string", "entity": about.name, "show_on_pdf": False,
            **({"is_unique": True, "is_unique_field": True, "is_duplicate_allowed": False} if unique else {}),
        }  # fmt: skip
        call = Call(method="POST", path=f"{PREFIX}/settings/fields", body=codec.encoder.encode(wanted),
                    scope=SETTINGS_CREATE)  # fmt: skip
        await self._caller.call(call)


def _json(body: dict[str, Any]) -> bytes | None:
    try:
        return codec.encoder.encode(body)
    except (UnicodeError, ValueError, TypeError, msgspec.MsgspecError):
        return None


def _refused(ref: str, refusal: Refusal) -> Refused:
    return Refused(
        ref=ref, reason=refusal.reason, message=refusal.message, raw=refusal.raw, code=refusal.code,
        field=refusal.field,
    )  # fmt: skip
