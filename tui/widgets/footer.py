"""The two lines at the bottom: news, and the keys that work here."""

from collections.abc import Callable

from tui.actions import Action, footer
from tui.host import host
from tui.text import clean, width, wrap
from tui.widgets.line import Lines
from tui.widgets.room import NARROW, NEWS, is_low
from tui.widgets.strips import Line, Span


class Flash(Lines):
    """One line of news. It stays until the next key, so nobody has to be quick, and nothing repaints by itself."""

    def lines(self, cells: int) -> list[Line]:
        """Return the news."""
        text, bad = host(self).news
        return [[(" " + clean(text), "flash_bad" if bad else "flash")]] if text else []


class Footer(Lines):
    """The keys of a screen, the most useful first, as many as fit; help and commands always."""

    def __init__(self, screen: str) -> None:
        super().__init__()
        self.screen_name = screen
        self.notes: dict[str, str] = {}
        """More to say about an action here, by its id: the current view of ``view``."""

    def fit_news(self) -> None:
        """Take the rows that news needs where there is no line of its own for it."""
        self.styles.height = max(1, len(self._news(self.app.size.width)))
        self.refresh()

    def _news(self, cells: int) -> list[Line]:
        text, bad = host(self).news
        if not text or not is_low(self.app.size):
            return []
        most = min(NEWS, max(1, self.app.size.height - 2))
        return [[(part, "flash_bad" if bad else "flash")] for part in wrap(text, cells, most=most)]

    def lines(self, cells: int) -> list[Line]:
        """Return the line."""
        if news := self._news(cells):
            return news
        kk = host(self)
        there = footer(self.screen_name, kk.state)
        return [fitting(there, cells, self._text, lambda action: action.why_not(kk.state))]

    def _text(self, action: Action) -> tuple[str, str]:
        note = self.notes.get(action.id)
        label = action.label(host(self).say, self.screen_name)
        return action.shown_key, f"{label}: {note}" if note else label


def fitting(
    actions: list[Action],
    cells: int,
    text: Callable[[Action], tuple[str, str]],
    idle: Callable[[Action], object] = lambda _: False,
) -> Line:
    """Return as many actions as fit into ``cells``; those that are everywhere keep their place at the end."""
    said = {action.id: text(action) for action in actions}
    size = {name: width(key) + 1 + width(label) + 2 for name, (key, label) in said.items()}
    kept: list[Action] = []
    room = cells - 1
    everywhere = ("help",) if cells < NARROW // 2 else ("help", "back")
    first = [action for action in actions if action.id in everywhere]
    for action in [*first, *(action for action in actions if action not in first)]:
        if size[action.id] <= room:
            room -= size[action.id]
            kept.append(action)
    spans: list[Span] = [(" ", "plain")]
    for action in sorted(kept, key=lambda action: action.rank):
        key, label = said[action.id]
        # A key that cannot work now is still there: pressed, it says why.
        spans += [(key, "dim"), (f" {label}  ", "dim")] if idle(action) else [(key, "key"), (f" {label}  ", "plain")]
    return spans
