"""Why a record of either side is not in step: every reason that stands, the nearest cause first."""

from collections.abc import Iterable

from msgspec import Struct

from core.model.link import Link, Seen
from core.model.names import SideName
from core.model.run import Failure, Run
from core.model.setup import ModuleSetup
from core.model.whynot import WhyNot, WhyNotCode
from core.plan.normalise import exact_name
from core.plan.shapes import takes_part, writes_to

_LINK_STATES: dict[str, WhyNotCode] = {
    "crm_gone": "crm_gone", "books_gone": "books_gone", "ignored": "ignored", "out_of_view": "out_of_view",
}  # fmt: skip


class Known(Struct, frozen=True, kw_only=True):
    """What is known of one record. ``setup`` is that of the part which would take it; None: not configured.

    ``namesakes`` are free records of the other side that have its name; ``held_for`` are failures that name it as a
    candidate. ``home`` tells whether what it belongs to is linked.
    """

    side: SideName
    record_id: str
    setup: ModuleSetup | None
    seen: Seen | None = None
    link: Link | None = None
    other_shape: bool = False
    failures: tuple[Failure, ...] = ()
    held_for: tuple[Failure, ...] = ()
    namesakes: tuple[Seen, ...] = ()
    home: bool = True
    paused: bool = False
    disabled: bool = False
    running: bool = False
    last_run: Run | None = None


def why_not(known: Known) -> tuple[WhyNot, ...]:
    """Return why a record is not on the other side, or not in step with it; ``in_step`` or ``waiting`` when it is well.

    What stops the whole stands last: it comes on top of what stops the record.
    """
    if known.setup is None:
        return (WhyNot(code="not_configured", detail={"module": "customers"}),)
    own = list(_failures(known.failures)) or list(_own(known, known.setup))
    whole = list(_whole(known)) if [each.code for each in own] != ["in_step"] else []
    return (*own, *whole)


def _failures(failures: Iterable[Failure]) -> Iterable[WhyNot]:
    for failure in failures:
        detail = {"message": failure.message, "field": failure.field}
        yield WhyNot(code="held" if failure.held else "failed", reason=failure.reason, detail=detail)


def _own(known: Known, setup: ModuleSetup) -> Iterable[WhyNot]:
    link = known.link
    if known.other_shape and link is not None:
        yield WhyNot(code="other_shape", detail={"entity": link.crm_entity or "Accounts"})
    elif link is not None and link.state in _LINK_STATES:
        yield _stated(_LINK_STATES[link.state], setup)
    elif link is not None and link.state == "linked":
        yield WhyNot(code="in_step", detail={"since": link.synced_at})
    elif known.seen is None:
        yield WhyNot(code="unseen")
    else:
        yield from _unlinked(known, setup, known.seen)


def _stated(code: WhyNotCode, setup: ModuleSetup) -> WhyNot:
    reason = {"out_of_view": "F32", "books_gone": "F29"}.get(code, "")
    return WhyNot(code=code, reason=reason, detail={"view": setup.view_name or setup.view or ""})


def _unlinked(known: Known, setup: ModuleSetup, seen: Seen) -> Iterable[WhyNot]:
    found = list(_excluded(known, setup, seen))
    for failure in known.held_for:
        found.append(WhyNot(code="candidate", reason="F13", detail={"other": failure.name}))
    if not found and known.namesakes and setup.duplicates == "skip":
        found.append(WhyNot(code="duplicate", detail={"other": known.namesakes[0].id}))
    yield from found or [WhyNot(code="waiting")]


def _excluded(known: Known, setup: ModuleSetup, seen: Seen) -> Iterable[WhyNot]:
    if not takes_part(setup, seen):
        code: WhyNotCode = "unassociated" if known.side == "crm" else "shape"
        yield WhyNot(code=code, detail={"kind": seen.kind})
        return
    if known.side == "books" and not writes_to(setup.extent, "crm"):
        yield WhyNot(code="one_way")
    if known.side == "crm" and setup.view is not None and not seen.in_view:
        yield _stated("out_of_view", setup)
    if not seen.active:
        yield WhyNot(code="inactive", reason="F31")
    if not exact_name(seen.name):
        yield WhyNot(code="unnamed", reason="F9")
    if not known.home:
        yield WhyNot(code="parent", reason="F21", detail={"parent": seen.parent})


def _whole(known: Known) -> Iterable[WhyNot]:
    if known.disabled:
        yield WhyNot(code="disabled")
    if known.paused:
        yield WhyNot(code="paused")
    if known.running:
        yield WhyNot(code="running")
    elif known.last_run is not None and known.last_run.state in ("stopped", "failed", "interrupted"):
        yield WhyNot(code="stopped", detail={"problem": known.last_run.problem or known.last_run.state})
