"""PURE. What a deal's stage calls for, and whether it may be done (B66–B77, ?12).

Two steps, so that a crash between them loses nothing. ``see`` takes a deal as a poll found it and notes what its stage
calls for; the note is stored before anything is done. ``decide`` takes the first thing noted and the document as it now
is, and says what to do. Both are the same for any number of repetitions.
"""

from msgspec import structs

from core.documents.stages import Stages
from core.model.documents import (
    Deal,
    DealRow,
    Decision,
    Document,
    Preference,
    StageSeen,
    TriggerKind,
    TriggerReason,
    TriggerVerb,
)
from core.model.names import Shape

LONGEST_TRAIL = 100
"""Stages kept of one deal, the latest ones."""
RESULT: dict[TriggerVerb, str] = {"create": "draft", "accept": "accepted", "decline": "declined", "void": "void"}
"""The status in which a verb leaves its document."""
FINAL = ("declined", "void")
UNSENT = ("draft", "pending_approval", "approved")
INVOICED = ("invoiced", "partially_invoiced")


def verbs_at(preference: Preference, stages: Stages, deal: Deal) -> tuple[TriggerVerb, ...]:
    """Return what the deal's stage calls for: a lost deal never makes anything, whatever the stages chosen say."""
    lost = stages.lost(deal.stage, deal.probability)
    if preference.kind == "invoice":
        if lost:
            return ("void",)
        return ("create",) if stages.won(deal.stage, deal.probability) else ()
    if preference.kind == "estimate":
        if lost:
            return ("decline",)
        made: tuple[TriggerVerb, ...] = ("create",) if deal.stage in preference.create_at else ()
        return (*made, "accept") if deal.stage in preference.accept_at else made
    return ()


def see(
    preference: Preference, stages: Stages, row: DealRow | None, deal: Deal, at: str, *, stuck: bool = False
) -> DealRow:
    """Return what is kept of a deal after a poll found it like this.

    ``at`` is when the poll saw it, ``stuck`` whether what was wanted of it failed: then only a document that is still
    to be made outlasts a move, and a lost deal does without.
    """
    if row is None:
        row = DealRow(deal=deal)
    moved = not row.trail or row.trail[-1].stage != deal.stage
    if moved:
        step = StageSeen(deal.stage, stages.probability(deal.stage, deal.probability), at, deal.amount)
        row = structs.replace(row, trail=(*row.trail, step)[-LONGEST_TRAIL:], resting=row.resting and not row.trail)
    row = structs.replace(row, deal=deal, gone=False)
    if preference.kind == "none" or row.resting or not moved:
        return row
    if stuck:
        lost = stages.lost(deal.stage, deal.probability)
        row = structs.replace(row, wanted=() if lost else tuple(each for each in row.wanted if each == "create"))
    for verb in verbs_at(preference, stages, deal):
        row = _want(preference.kind, row, verb, at)
    return row


def rest(row: DealRow, *, act: bool, preference: Preference, stages: Stages, at: str) -> DealRow:
    """Return a row under a preference that was just stored: it waits for its next stage or, with ``act``, acts now."""
    row = structs.replace(row, wanted=(), resting=not act)
    if act and preference.kind != "none":
        for verb in verbs_at(preference, stages, row.deal):
            row = _want(preference.kind, row, verb, at)
    return row


def _want(kind: TriggerKind, row: DealRow, verb: TriggerVerb, at: str) -> DealRow:
    made = row.made(kind)
    note: TriggerReason | None = None
    if verb == "create":
        if made is not None:
            note = "reopened" if made.left in FINAL else "exists"
        elif "create" not in row.wanted:
            return structs.replace(row, wanted=("create", *row.wanted))
        return structs.replace(row, note=note, note_at=at) if note else row
    waiting: tuple[TriggerVerb, ...] = ("create",) if "create" in row.wanted else ()
    if made is None and not waiting:
        return structs.replace(row, note="nothing_made", note_at=at)
    if made is not None and made.left == RESULT[verb]:
        # What was wanted in between and never done is overtaken.
        return structs.replace(row, wanted=(), note="done", note_at=at)
    if made is not None and made.left in FINAL:
        return structs.replace(row, wanted=(), note="reopened", note_at=at)
    return structs.replace(row, wanted=(*waiting, verb))


def party_of(shape: Shape, deal: Deal) -> tuple[str, TriggerReason | None]:
    """Return the CRM id of the deal's customer and, where there is none, the reason (B67)."""
    if shape == "contacts":
        return deal.contact_id, None if deal.contact_id else "no_contact"
    return deal.account_id, None if deal.account_id else "no_account"


def missing(shape: Shape, deal: Deal, customer_id: str) -> TriggerReason | None:
    """Return what keeps a document from being made of a deal: F21, F22, F23."""
    party, why = party_of(shape, deal)
    if why is not None:
        return why
    if not deal.name.strip():
        return "no_name"
    if deal.amount is None:
        return "no_amount"
    return None if party and customer_id else "customer_missing"


def decide(preference: Preference, shape: Shape, row: DealRow, customer_id: str, document: Document | None) -> Decision:
    """Return what to do for a deal now.

    ``customer_id``: the Books customer of its account or contact, empty when there is none. ``document``: the one that
    its trigger made, read just now; None when there is none, or it is gone.
    """
    if preference.kind == "none":
        return Decision(verb="none", why="off")
    if not row.wanted:
        return Decision(verb="none", why="resting" if row.resting else "quiet")
    verb, made = row.wanted[0], row.made(preference.kind)
    if verb == "create":
        return _decide_create(preference, shape, row, customer_id)
    if made is None:
        return Decision(verb="none", why="nothing_made")
    if document is None or made.left == "gone":
        return Decision(verb="none", why="gone")
    return _decide_status(verb, made.left, document)


def _decide_create(preference: Preference, shape: Shape, row: DealRow, customer_id: str) -> Decision:
    if preference.kind != "none" and row.made(preference.kind) is not None:
        return Decision(verb="none", why="exists")
    if preference.kind == "invoice" and row.estimate is not None and row.estimate.invoices:
        return Decision(verb="none", why="converted")
    why = missing(shape, row.deal, customer_id)
    if why is not None:
        return Decision(verb="none", why=why, settled=False)
    return Decision(verb="create", why="called")


def _decide_status(verb: TriggerVerb, left: str, document: Document) -> Decision:
    now = document.status
    if now == RESULT[verb]:
        return Decision(verb="none", why="done" if left in (now, "sent") else "sent")
    if left == "accepted" and now in INVOICED:
        return Decision(verb="none", why="converted")
    if not ours(left, now):
        return Decision(verb="none", why="sent")
    return Decision(verb=verb, why="called")


def ours(left: str, now: str) -> bool:
    """Return whether a document in status ``now`` is as we left it: what a person sent or moved on is theirs (B77)."""
    if left == "draft":
        return now in UNSENT
    return now == left or (left == "sent" and now == "expired")
