"""What to do about records that have a link: changed ones, deleted ones, and those that left the view."""

from msgspec import structs

from core.model.link import Link
from core.model.names import SIDES, SideName
from core.model.plan import Action, Verb, Why
from core.model.record import Gone, Record
from core.plan.bases import covers
from core.plan.decide import decide
from core.plan.facts import Facts, troubled
from core.plan.settle import assumed
from core.plan.shapes import writes_to


def plan_gone(facts: Facts) -> list[Action]:
    """Mark what was deleted. A delete never crosses: the other side's record stays as it is (B86, ?2)."""
    found = []
    for gone in facts.gone:
        link = facts.gone_links.get((gone.side, gone.id))
        why: Why = "crm_gone" if gone.side == "crm" else "books_gone"
        if link is None or link.state == "ambiguous":
            known = facts.gone_seen.get((gone.side, gone.id))
            if known is not None:
                found.append(_lone(facts, gone, why, known.name))
        elif link.state in ("linked", "out_of_view"):
            found.append(_on_link(facts, link, "unlink", why))
            if why == "books_gone" and link.crm_id in facts.crm:
                found.append(_on_link(facts, link, "hold", why))
    return found


def plan_left(facts: Facts) -> list[Action]:
    """Freeze links whose CRM record is no longer in the view (F32, ?5)."""
    touched = facts.crm
    return [_on_link(facts, link, "unlink", "out_of_view") for link in facts.left if link.crm_id not in touched]


def plan_linked(facts: Facts) -> list[Action]:
    """Decide for every link that a considered record is in."""
    links: dict[tuple[str, str], Link] = {}
    gone = {
        (link.crm_id, link.books_id) for link in facts.gone_links.values() if link.state in ("linked", "out_of_view")
    }
    for side in SIDES:
        for record_id in facts.on(side):
            link = facts.links.get((side, record_id))
            if link is not None and link.state != "ambiguous" and (key := (link.crm_id, link.books_id)) not in gone:
                links[key] = link
    return [action for link in links.values() for action in _one(facts, link)]


def _one(facts: Facts, link: Link) -> tuple[Action, ...]:
    crm, books = facts.crm.get(link.crm_id), facts.books.get(link.books_id)
    state = link.state
    if state == "ignored":
        return (_on_link(facts, link, "skip", "ignored"),)
    if state == "crm_gone" and crm is None:
        return (_on_link(facts, link, "skip", "crm_gone"),)
    if state == "books_gone" and books is None:
        return (_on_link(facts, link, "hold", "books_gone"),)
    if not _in_view(facts, link):
        verb: Verb = "unlink" if state == "linked" else "skip"
        return (_on_link(facts, link, verb, "out_of_view"),)
    return _merge(facts, link, crm, books)


def _merge(facts: Facts, link: Link, crm: Record | None, books: Record | None) -> tuple[Action, ...]:
    setup = facts.setup
    why: Why = "changed" if link.crm_base or link.books_base else "adopt_native"
    if why != "changed" and (link.crm_id, link.books_id) in facts.chosen:
        why = "chosen"
    if crm is None and books is not None and not writes_to(setup.extent, "crm") and link.state == "linked":
        # nothing of it can travel: spare the detail and leave the base, a later change in CRM meets it (B31)
        return (_on_link(facts, link, "skip", "one_way"),)
    # a side that was not pulled is as its base says, unless something about the pair is unfinished
    known = link.state == "linked" and covers(link, setup) and not troubled(facts, link.crm_id, link.books_id)
    one = crm or (assumed(link, "crm", "") if known else None)
    two = books or (assumed(link, "books", "") if known else None)
    if one is None or two is None or not one.complete or not two.complete:
        if crm is None and books is not None and books.version <= link.touched and known:
            # most probably our own write of a contact person: looked at, but nothing that the valve need fear
            return (
                structs.replace(_unread(facts, link, one, two, target="crm", why="echo"), verb="base", target=None),
            )
        return (_unread(facts, link, one, two, target=_probably(facts, crm, books), why=why),)
    return decide(facts, link, one, two, why=why)


def _probably(facts: Facts, crm: Record | None, books: Record | None) -> SideName:
    """Return where a change will probably go: away from the side that changed, of both from the one that wins."""
    setup = facts.setup
    if not writes_to(setup.extent, "crm"):
        return "books"
    if crm is None or books is None:
        return "crm" if crm is None else "books"
    newest = setup.conflict == "newest" and books.version > crm.version
    return "crm" if newest or setup.conflict == "books" else "books"


def _unread(
    facts: Facts, link: Link, crm: Record | None, books: Record | None, *, target: SideName, why: Why
) -> Action:
    """Return an update whose fields show once the details are read; ``target`` is where they will probably go."""
    return structs.replace(
        _on_link(facts, link, "update", why),
        target=target,
        crm_base=crm.fields if crm and crm.complete else None,
        books_base=books.fields if books and books.complete else None,
        crm_version=crm.version if crm else link.crm_version,
        books_version=books.version if books else link.books_version,
    )


def _in_view(facts: Facts, link: Link) -> bool:
    if facts.view is None:
        return facts.setup.view is None or link.state != "out_of_view"
    return link.crm_id in facts.view


def _on_link(facts: Facts, link: Link, verb: Verb, why: Why) -> Action:
    reasons: dict[Why, str] = {"out_of_view": "F32", "books_gone": "F29"}
    return Action(
        verb=verb, why=why, module=facts.setup.module, target="books" if verb == "hold" else None,
        crm_id=link.crm_id or None, books_id=link.books_id or None, name=link.name, reason=reasons.get(why),
        crm_version=link.crm_version, books_version=link.books_version,
    )  # fmt: skip


def _lone(facts: Facts, gone: Gone, why: Why, name: str) -> Action:
    crm = gone.side == "crm"
    return Action(
        verb="unlink", why=why, module=facts.setup.module, target=None, name=name,
        crm_id=gone.id if crm else None, books_id=None if crm else gone.id,
    )  # fmt: skip
