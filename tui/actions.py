"""The one table of actions: what bindings, footer, help, palette and the README's key list derive from.

A key means the same thing everywhere, but for ``x``, which stops a sync on Progress and unties a document in the deal
sidebar. An action that cannot work now says why instead (``why_not``); one that writes
to Zoho or to the settings is marked, and ``--read-only`` takes it away.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from textual.binding import Binding, BindingType

from tui.locale.en import English
from tui.state import State

EVERYWHERE = frozenset({"*"})


def _free(_state: State) -> str:
    return ""


def _attached(state: State) -> str:
    return "" if state.attachment == "attached" and state.status else "no_agent"


def _can_write(state: State) -> str:
    """Say why no sync can be started now."""
    if why := _attached(state):
        return why
    assert state.status is not None
    if state.running:
        return "no_running"
    if state.disabled:
        return "no_disabled"
    health = {
        "locked": "no_unlock", "not_connected": "no_connection", "not_configured": "no_setup", "paused": "no_paused",
    }  # fmt: skip
    if state.status.profile is not None and state.status.profile.paused:
        return "no_paused"
    return health.get(state.status.health, "")


def _can_plan(state: State) -> str:
    """Say why no plan can be made now; a pause does not matter, as nothing is written."""
    why = _can_write(state)
    return "" if why == "no_paused" else why


def _can_set_up(state: State) -> str:
    """Say why nothing can be set up now."""
    why = _can_write(state)
    return "" if why in ("no_paused", "no_setup") else why


def _can_connect(state: State) -> str:
    return _attached(state) or ("no_running" if state.running else "")


def _can_switch(state: State) -> str:
    """Say why the integration cannot be switched off or on now."""
    why = _can_connect(state)
    return why or ("" if state.connected else "no_connection")


def _can_part(state: State) -> str:
    why = _can_switch(state)
    return why or ("" if state.disabled else "no_disconnect")


def _can_reach(state: State) -> str:
    """Say why nothing can be asked of either side now."""
    if why := _attached(state):
        return why
    return "no_disabled" if state.disabled else "" if state.connected else "no_connection"


def _can_unlock(state: State) -> str:
    if why := _attached(state):
        return why
    return "" if state.status and state.status.health == "locked" else "no_lock"


def _can_pause(state: State) -> str:
    if why := _attached(state):
        return why
    if state.disabled:
        return "no_disabled"
    return "no_connection" if state.status and state.status.health == "not_connected" else ""


def _can_track(state: State) -> str:
    return "" if state.running or state.latest_run else "no_run_to_watch"


def _can_cancel(state: State) -> str:
    return "" if state.running else "no_run_to_stop"


@dataclass(frozen=True)
class Action:
    """One action. ``keys`` are Textual's names, the first one is shown; ``rank`` orders the footer (0: not in it)."""

    id: str
    keys: tuple[str, ...]
    screens: frozenset[str] = EVERYWHERE
    why_not: Callable[[State], str] = _free
    """Returns the name of the reason (``no_…`` in the locale) why it cannot work now, or nothing."""
    writes: bool = False
    """Changes something beyond this screen."""
    dangerous: bool = False
    """Asks first, and says in numbers what it will do."""
    rank: int = 0
    hidden: frozenset[str] = frozenset()
    """Screens that it does not need, of an action that is everywhere."""
    moves: bool = False
    """Moves the cursor: bound on lists and pages, not on screens."""

    def label(self, say: English, screen: str = "") -> str:
        """Return the short name; some screens have a better one for the same deed (``do_open_setup``)."""
        return str(getattr(say, f"do_{self.id}_{screen}", None) or getattr(say, f"do_{self.id}"))

    def tip(self, say: English, screen: str = "") -> str:
        """Return the one-line explanation."""
        return str(getattr(say, f"tip_{self.id}_{screen}", None) or getattr(say, f"tip_{self.id}"))

    @property
    def shown_keys(self) -> str:
        """Return its keys as people read them."""
        return " ".join(dict.fromkeys(_shown(key) for key in self.keys))

    @property
    def shown_key(self) -> str:
        """Return its first key as people read it."""
        return _shown(self.keys[0])

    def on(self, screen: str) -> bool:
        """Return whether the action exists on ``screen``."""
        there = "*" in self.screens or screen in self.screens
        return there and not self.moves and screen not in self.hidden


_SHOWN = {
    "slash": "/", "question_mark": "?", "enter": "Enter", "escape": "Esc", "f2": "F2", "f3": "F3", "f4": "F4",
    "ctrl+p": "Ctrl+P",
    "ctrl+c": "Ctrl+C", "ctrl+q": "Ctrl+Q", "ctrl+l": "Ctrl+L", "down": "Down", "up": "Up", "pagedown": "PgDn",
    "pageup": "PgUp", "home": "Home", "end": "End", "ctrl+d": "Ctrl+D", "ctrl+u": "Ctrl+U", "ctrl+f": "Ctrl+F",
    "ctrl+b": "Ctrl+B", "space": "Space", "left": "Left", "right": "Right", "backspace": "Backspace", "plus": "+",
    "minus": "-", "greater_than_sign": ">", "comma": ",", "full_stop": ".", "equals_sign": "=",
    "exclamation_mark": "!",
}  # fmt: skip


def _shown(key: str) -> str:
    """Return a key as people read it; those that only a remapping has, too."""
    if key not in _SHOWN and (key.startswith("ctrl+") or (key[0] == "f" and key[1:].isdecimal())):
        return key.title()
    return _SHOWN.get(key, key)


def _at(*screens: str) -> frozenset[str]:
    return frozenset(screens)


LISTS = ("customers", "vendors", "items")
PAPERS = ("documents", "deals")
PAPER_PAGES = (*PAPERS, "document", "deal")
READ_ANEW = (*PAPERS, "document", "triggers", "simulator", "doctor", "transactions")
MANAGED = ("profiles", "alerts", "key_given", "transactions")
DECIDED = ("conflicts", "resolver", "ambiguities")
COPIED = ("suggestions", "whynot", "record", "failures", "failure", "preview", "action", "key_steps", "key_made")
OPENED = (
    "attention", "failures", "history", "palette", "preview", "setup", "mapping", "picker", "connection", "connect",
    "review", "key_steps", "key_form", "key_made", "documents", "deals", "deal", "triggers",
    "new", "party", "line", *MANAGED, *DECIDED, "pair", "suggestions",
)  # fmt: skip

MODE_KEYS = {
    "overview": "1", "customers": "2", "vendors": "3", "items": "4", "documents": "5", "deals": "6", "history": "7",
    "attention": "8", "connection": "9",
}  # fmt: skip

ACTIONS: list[Action] = [
    Action("open", ("enter",), _at("overview", *LISTS, *OPENED), rank=19),
    Action(
        "sync", ("s",), _at("overview", *LISTS, "progress", "preview", "transactions"), _can_write, writes=True, rank=10
    ),
    Action("preview", ("v",), _at("overview", *LISTS, "progress", "deals", "triggers"), _can_plan, rank=22),
    Action("track", ("t",), EVERYWHERE, _can_track, rank=50, hidden=_at("progress")),
    Action("cancel", ("x",), _at("progress"), _can_cancel, writes=True, dangerous=True, rank=11),
    Action("pause", ("p",), _at("overview", *LISTS, "progress"), _can_pause, writes=True, rank=30),
    Action("configure", ("c",), _at("overview", *LISTS, "deals", "document"), _can_set_up, writes=True, rank=23),
    Action("map", ("m",), _at("overview", *LISTS), _can_set_up, writes=True, rank=71),
    Action("connect", ("C",), _at("connection"), _can_connect, writes=True, rank=16),
    Action("make_key", ("K",), _at("connection"), _attached, writes=True, rank=17),
    Action("disable", ("D",), _at("connection"), _can_switch, writes=True, dangerous=True, rank=18),
    Action("disconnect", ("X",), _at("connection"), _can_part, writes=True, dangerous=True, rank=75),
    Action("profiles", ("P",), _at("overview", "connection"), _attached, rank=73),
    Action("add_books", ("N",), _at("connection", "profiles"), _attached, writes=True, rank=74),
    Action("key_check", ("O",), _at("connection"), _attached, rank=76),
    Action("revoke", ("V",), _at("connection"), _attached, writes=True, dangerous=True, rank=77),
    Action("doctor", ("I",), _at("connection"), _can_reach, rank=20),
    Action("alerts", ("L",), _at("connection"), _attached, writes=True, rank=78),
    Action("schedule", ("H",), _at("overview", *LISTS), _attached, writes=True, rank=72),
    Action("unlock", ("U",), _at("overview", "connection"), _can_unlock, writes=True, rank=72),
    Action("mark", ("space",), _at(*LISTS, "preview", "undo"), _attached, rank=33),
    Action("unmark", ("M",), _at(*LISTS)),
    Action("take_crm", ("comma",), _at("resolver"), rank=12),
    Action("take_books", ("full_stop",), _at("resolver"), rank=13),
    Action("same", ("equals_sign",), _at("pair", "suggestions"), _can_write, writes=True, dangerous=True, rank=12),
    Action("apart", ("exclamation_mark",), _at("pair", "suggestions"), _attached, writes=True, rank=13),
    Action("pairs", ("W",), _at("preview"), _attached, rank=23),
    Action("apply", ("A",), _at("preview", "resolver"), _can_write, writes=True, dangerous=True, rank=11),
    Action("fetch", ("i",), _at(*LISTS, "record"), _can_write, writes=True, rank=34),
    Action("why", ("w",), _at(*LISTS, "record"), _attached, rank=35),
    Action("undo", ("u",), _at("history", "run", "record", "undo"), _can_write, writes=True, dangerous=True, rank=36),
    Action("release", ("T",), _at(*LISTS, "record", "kept_apart"), _attached, writes=True),
    Action("export", ("e",), _at(*LISTS), _attached, rank=42),
    Action("associate", ("a",), _at("deals", "sidebar"), _attached, writes=True, rank=26),
    Action("disassociate", ("x",), _at("sidebar"), _attached, writes=True, rank=27),
    Action("sidebar", ("f4", "d"), _at(*PAPER_PAGES, "sidebar", "new"), _attached, rank=28),
    Action("new", ("n",), _at("documents"), _attached, writes=True, rank=24),
    Action("drop", ("Z",), _at("new"), _attached, writes=True, dangerous=True, rank=32),
    Action("search_crm", ("f3",), _at("party"), _attached, rank=24),
    Action("set_status", ("E",), _at("document", "new"), _attached, writes=True, dangerous=True, rank=26),
    Action("status", ("S",), _at("documents"), _attached, rank=22),
    Action("step_back", ("left", "backspace"), _at("setup", "sidebar"), rank=31),
    Action("step_on", ("right",), _at("setup", "sidebar"), rank=32),
    Action("add", ("plus",), _at("mapping", "new"), rank=26),
    Action("remove", ("minus",), _at("mapping", "new"), rank=27),
    Action("turn", ("greater_than_sign",), _at("mapping"), rank=28),
    Action("blank", ("b",), _at("mapping"), rank=29),
    Action("revert", ("z",), _at("mapping"), rank=30),
    Action("filter", ("slash",), _at(*LISTS, *PAPERS, "failures", "preview", "picker"), _attached, rank=20),
    Action("view", ("f",), _at(*LISTS, *PAPERS, "preview", "simulator"), _attached, rank=21),
    Action("next_view", ("F",), _at(*LISTS, *PAPERS, "preview", "simulator"), _attached),
    Action("order", ("o",), _at(*LISTS), _attached, rank=40),
    Action(
        "copy",
        ("y",),
        _at(*LISTS, *PAPER_PAGES, *COPIED),
        rank=41,
    ),
    Action("copy_books", ("Y",), _at(*LISTS, "record", "action", "document", "deal", "suggestions")),
    Action("live", ("l",), _at(*READ_ANEW, "record", "connection", "preview"), _attached, rank=12),
    Action("retry", ("r",), _at("attention", "failures", "failure"), _can_write, writes=True, rank=13),
    Action("retry_all", ("R",), _at("attention"), _can_write, writes=True, dangerous=True, rank=14),
    *(Action(f"mode_{mode}", (key,)) for mode, key in MODE_KEYS.items()),
    Action("help", ("question_mark",), rank=90),
    Action("jump", ("J",)),
    Action("palette", ("ctrl+p",), rank=99),
    Action("language", ("f2",), rank=95),
    Action("theme", ("f6",)),
    Action("back", ("escape", "q"), rank=91),
    Action("redraw", ("ctrl+l",)),
    Action("quit", ("ctrl+c", "ctrl+q")),
    Action("move_down", ("down", "j"), moves=True),
    Action("move_up", ("up", "k"), moves=True),
    Action("move_page_down", ("pagedown", "ctrl+f", "ctrl+d"), moves=True),
    Action("move_page_up", ("pageup", "ctrl+b", "ctrl+u"), moves=True),
    Action("move_first", ("home", "g"), moves=True),
    Action("move_last", ("end", "G"), moves=True),
]

BY_ID: dict[str, Action] = {action.id: action for action in ACTIONS}


def remap(keys: Mapping[str, tuple[str, ...]]) -> None:
    """Give actions other keys. Called before any screen is imported: their bindings are made from the table then."""
    ACTIONS[:] = [replace(action, keys=keys.get(action.id, action.keys)) for action in ACTIONS]
    BY_ID.update({action.id: action for action in ACTIONS})
    MODE_KEYS.update({mode: BY_ID[f"mode_{mode}"].shown_key for mode in MODE_KEYS})


def bindings(screen: str) -> list[BindingType]:
    """Return the bindings of one screen: its own actions and those that are everywhere."""
    return [_binding(action) for action in ACTIONS if action.on(screen)]


def move_bindings() -> list[BindingType]:
    """Return the bindings of a list or page."""
    return [_binding(action, action.id) for action in ACTIONS if action.moves]


def _binding(action: Action, call: str = "") -> Binding:
    return Binding(",".join(action.keys), call or f"do('{action.id}')", show=False)


def offered(screen: str, state: State) -> list[Action]:
    """Return what ``screen`` offers, its own actions first; read-only takes away what writes."""
    there = [action for action in ACTIONS if action.on(screen) and not (state.read_only and action.writes)]
    return sorted(there, key=lambda action: "*" in action.screens)


WHILE_TYPING = frozenset({"open", "back", "language", "search_crm"})
TYPING = frozenset({"palette", "connect", "key_form", "key_given", "alerts", "party", "line"})
"""What works where letters are text, and where they are."""


def footer(screen: str, state: State) -> list[Action]:
    """Return the actions of the footer line, most useful first; the line shows as many as fit."""
    there = [action for action in offered(screen, state) if action.rank]
    if screen in TYPING:
        there = [action for action in there if action.id in WHILE_TYPING]
    return sorted(there, key=lambda action: action.rank)


def key_list(say: English) -> str:
    """Return the README's key list as a Markdown table."""
    rows = [f"| {say.head_key} | | {say.head_does} |", "|---|---|---|"]
    for action in ACTIONS:
        keys = " ".join(f"`{key}`" for key in action.shown_keys.split(" "))
        rows.append(f"| {keys} | {action.label(say)} | {action.tip(say)} |")
    return "\n".join(rows) + "\n"
