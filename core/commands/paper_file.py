"""A document as JSON, for ``kakehashi documents new`` and ``edit``: what is given, over what is there."""

import sys
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct, structs

from core.model.documents import Line, NewDocument
from core.model.drafts import Draft
from core.model.problems import Problem


class PaperFile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What may be given; what is left out stays as it is. ``customer`` is the id of a customer or vendor in Books;
    ``lines`` replace all lines: one with the ``id`` of a line that is there keeps what it has beside.
    """

    customer: str | None = None
    deal: str | None = None
    date: str | None = None
    due: str | None = None
    reference: str | None = None
    salesperson: str | None = None
    notes: str | None = None
    terms: str | None = None
    discount: str | None = None
    discount_before_tax: bool | None = None
    adjustment: str | None = None
    currency: str | None = None
    custom: dict[str, str] | None = None
    lines: list[Line] | None = None


FROM = {"customer": "party_id", "deal": "deal_id"}
FIXED = ("customer", "deal", "currency")
"""What an edit cannot change; a deal is tied with ``associate``."""


def read_paper(name: str) -> PaperFile:
    """Read a file, ``-`` for stdin. Raises ``Problem('bad_request')`` that says what is wrong where."""
    try:
        text = sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")
        return msgspec.json.decode(text.encode(), type=PaperFile)
    except OSError as error:
        raise Problem("bad_request", what=f"{name}: {error.strerror}") from None
    except (msgspec.MsgspecError, UnicodeError) as error:
        raise Problem("bad_request", what=f"{name}: {error}") from None


def laid_over(draft: Draft, paper: PaperFile) -> Draft:
    """Return a draft with what the file gives. Raises ``Problem('bad_request')`` for what an edit cannot change."""
    if draft.base is not None and (fixed := [each for each in FIXED if getattr(paper, each) is not None]):
        raise Problem("bad_request", what=f"an edit cannot change {fixed[0]}")
    given: dict[str, Any] = {
        FROM.get(name, name): value for name, value in structs.asdict(paper).items() if value is not None
    }
    if "lines" in given:
        known = {each.id: each for each in draft.new.lines}
        given["lines"] = tuple(_line(each, known) for each in given["lines"])
    new: NewDocument = structs.replace(draft.new, **given)
    if not new.party_id or not new.lines:
        raise Problem("bad_request", what="a document needs customer and lines")
    return structs.replace(draft, new=new)


def _line(line: Line, known: dict[str, Line]) -> Line:
    """Return a line; one that was there keeps its item unless another is named."""
    old = known.get(line.id)
    if line.id and old is None:
        raise Problem("bad_request", what=f"the document has no line {line.id}")
    return structs.replace(line, item_id=line.item_id or old.item_id) if old is not None else line
