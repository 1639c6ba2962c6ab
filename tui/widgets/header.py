"""The two lines on top: which profile, how it stands, and where one can go."""

from core.service import Budget
from tui.actions import MODE_KEYS
from tui.host import Host, host
from tui.locale import word
from tui.text import clean, cut, fit, width
from tui.theme import Role, role_of, symbol_of
from tui.when import clock
from tui.widgets.line import Lines
from tui.widgets.room import NARROW, is_low
from tui.widgets.strips import Line, Span

GAP = "   "
UNREADY = frozenset({"documents", "deals"})
"""Modes that give up their labels first."""


class Header(Lines):
    """See the module's docstring. ``mode`` is the mode shown as current."""

    def __init__(self, mode: str) -> None:
        super().__init__()
        self.mode = mode

    def lines(self, cells: int) -> list[Line]:
        """Return both lines, or what matters of them in one."""
        size = self.app.size
        if is_low(size) or size.width < NARROW:
            return [short_line(host(self), self.mode, cells)]
        return [status_line(host(self), cells), modes_line(host(self), self.mode, cells)]


def short_line(kk: Host, mode: str, cells: int) -> Line:
    """Return state and place, as far as there is room: the symbol of the state and the place stay longest."""
    text, role = health(kk)
    attention = kk.state.status.attention if kk.state.status else 0
    place = f"{MODE_KEYS.get(mode, '')} {word(kk.say, 'mode', mode)}".strip()
    waits = f" 8({attention})" if attention else ""
    room = cells - width(place) - width(waits) - 1
    spans: list[Span] = [(fit(text, max(room, 2)), role), (" ", "plain"), (place, "current"), (waits, "warn")]
    return spans


def status_line(kk: Host, cells: int) -> Line:
    """Return the first line. What matters most stays when it is narrow: state, then next, budget, organisations."""
    say, state = kk.say, kk.state
    right: list[Span] = [health(kk)]
    status = state.status
    if status is not None and state.attachment == "attached":
        if status.next_run:
            right.append((say.next_run.format(time=clock(status.next_run, kk.now())), "plain"))
        if budget := books_budget(kk, status.budgets):
            right.append(budget)
    if state.read_only or (status is not None and status.read_only):
        right.append((say.read_only_mark, "warn"))
    left: list[Span] = [(f" {say.product} ", "title")] if cells >= 100 else []
    left.append((f" {clean(state.profile)}", "strong"))
    taken = width("".join(text for text, _ in left)) + sum(width(text) + 3 for text, _ in right) + 1
    organisations = joined(kk)
    if organisations and cells - taken >= 16:
        left += [("  ", "plain"), (cut(organisations, cells - taken - 3), "plain")]
    spans = [*left]
    pad = cells - 1 - sum(width(text) for text, _ in left) - sum(width(text) for text, _ in right) - 3 * len(right)
    spans.append((" " * max(0, pad), "plain"))
    for text, role in right:
        spans += [(GAP, "plain"), (text, role)]
    return spans


def joined(kk: Host) -> str:
    """Return both organisations' names."""
    profile = kk.state.status.profile if kk.state.status else None
    if profile is None or profile.books is None or profile.crm is None:
        return ""
    books, crm = clean(profile.books.name), clean(profile.crm.name)
    return f"{books} <-> CRM" if books == crm else f"{books} <-> {crm}"


def health(kk: Host) -> Span:
    """Return the state of sync: symbol, word and what belongs to it."""
    say, state = kk.say, kk.state
    if state.attachment == "connecting":
        return f"> {say.connecting}", "busy"
    if state.attachment == "lost" or state.status is None:
        return f"x {say.lost}", "bad"
    status = state.status
    name = "running" if state.running and status.health != "loading" else status.health
    if name == "running" and not state.running:
        name = "ok"
    mark, role = symbol_of(name), role_of(name)
    if name == "loading":
        return f"{mark} {say.loading.format(percent=status.loading)}", role
    text = word(say, "state", name)
    if name == "running":
        text += f" {state.percent} %" if state.percent is not None else ""
    elif name in ("ok", "attention") and status.last_success:
        text += f" {clock(status.last_success, kk.now())}"
    return f"{mark} {text}", role


def books_budget(kk: Host, budgets: tuple[Budget, ...]) -> Span | None:
    """Return what is left of the day's Books calls."""
    found = next((budget for budget in budgets if budget.side == "books"), None)
    if found is None:
        return None
    if found.day_limit is None:
        return kk.say.books_used.format(used=f"{found.used_today:,}"), "plain"
    left = max(0, found.day_limit - found.used_today)
    role: Role = "bad" if left == 0 else "warn" if left * 10 < found.day_limit else "plain"
    return kk.say.books_left.format(left=left, limit=found.day_limit), role


def modes_line(kk: Host, current: str, cells: int) -> Line:
    """Return the second line, in the widest form that fits."""
    for between, gap, every in (("  ", " ", True), ("  ", " ", False), (" ", " ", False), (" ", "", False)):
        line = _modes(kk, current, between, gap, every)
        if sum(width(text) for text, _ in line) <= cells:
            return line
    for bare in (UNREADY, frozenset(MODE_KEYS)):
        line = _modes(kk, current, " ", "", False, bare)
        if sum(width(text) for text, _ in line) <= cells:
            break
    return line


def _modes(
    kk: Host, current: str, between: str, gap: str, every: bool, bare: frozenset[str] = frozenset()
) -> list[Span]:
    """Return the modes; those in ``bare`` by their key alone."""
    spans: list[Span] = []
    attention = kk.state.status.attention if kk.state.status else 0
    for mode, key in MODE_KEYS.items():
        label = word(kk.say, "mode", mode)
        count = f"({attention})" if mode == "attention" and attention else ""
        spans.append((between if spans else " ", "plain"))
        if mode == current:
            spans.append((f"{key}{gap}{label}{count}", "current"))
            continue
        short = mode in bare or (mode == "connection" and not every)
        spans += [(f"{key}", "key"), ("" if short else f"{gap}{label}", "mode"), (count, "warn")]
    return spans
