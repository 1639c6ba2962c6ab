"""Joined organisations and checks as lines, for every screen that tells of them."""

from collections.abc import Iterable

from core.model.checks import finding, remedy
from core.model.setup import Check, OrganisationRef
from tui.locale import word
from tui.screens.base import Base
from tui.text import clean, fit, wrap
from tui.theme import role_of, symbol_of
from tui.widgets.strips import Line, paragraph


def organisation_lines(screen: Base, side: OrganisationRef) -> list[Line]:
    """Return a joined organisation."""
    say = screen.say
    head = say.organisation_line.format(name=clean(side.name), id=clean(side.organization_id))
    more = say.organisation_more.format(
        email=clean(side.email),
        edition=clean(side.edition),
        currency=clean(side.currency),
        location=clean(side.location),
    )
    return [
        [(f"   {word(say, 'side', side.side):<6}", "strong"), (f" {head}", "plain")],
        [(f"          {more.rstrip()}", "dim")],
    ]


def by_urgency(checks: Iterable[Check]) -> list[Check]:
    """Return what is in the way first, then what is to be known."""
    order = {"stop": 0, "warning": 1, "ok": 2}
    return sorted(checks, key=lambda check: order[check.state])


def check_lines(screen: Base, check: Check, cells: int) -> list[Line]:
    """Return one check: state, what was found, and what to do about it."""
    lang = screen.kk.lang
    head = f"{symbol_of(check.state)} {word(screen.say, 'state', check.state)}"
    found = wrap(finding(check, lang), cells - 18)
    first: Line = [(f"   {fit(head, 12)} ", role_of(check.state)), (found[0], "plain")]
    rest: list[Line] = [[(" " * 16 + part, "plain")] for part in found[1:]]
    told = remedy(check, lang)
    return [first, *rest, *(paragraph(told, cells - 18, role="warn", indent=16) if told else [])]
