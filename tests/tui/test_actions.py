import pytest

from core.model.run import Progress
from tests.tui.fake import FakeService
from tui.actions import ACTIONS, BY_ID, MODE_KEYS, TYPING, bindings, footer, key_list, move_bindings, offered
from tui.locale import STRINGS
from tui.state import State
from tui.text import width
from tui.widgets.footer import fitting
from tui.widgets.strips import plain

SCREENS = [
    "overview", "customers", "vendors", "items", "documents", "deals", "history", "attention", "connection",
    "progress", "preview", "action", "setup", "mapping", "picker", "record", "failures", "failure", "run",
    "connect", "review", "key_steps", "key_form", "key_made", "whynot", "undo", "sidebar", "document", "deal",
    "triggers", "simulator", "new", "party", "line", "help", "palette", "profiles", "key_check", "key_given",
    "doctor", "alerts", "transactions", "conflicts", "resolver", "ambiguities", "pair", "suggestions", "kept_apart",
]  # fmt: skip


async def attached(service: FakeService | None = None, **changes: object) -> State:
    status = await (service or FakeService()).status()
    state = State(attachment="attached", status=status)
    for name, value in changes.items():
        setattr(state, name, value)
    return state


def test_a_key_means_one_thing() -> None:
    for screen in SCREENS:
        keys = [key for action in ACTIONS if action.on(screen) or action.moves for key in action.keys]
        assert len(keys) == len(set(keys)), screen


def test_a_key_means_the_same_everywhere() -> None:
    meaning: dict[str, str] = {}
    for action in ACTIONS:
        for key in action.keys:
            # The two deeds of x are never on one screen.
            name = "cancel" if action.id == "disassociate" else action.id
            assert meaning.setdefault(key, name) == name


def test_no_key_needs_the_kitty_protocol() -> None:
    for action in ACTIONS:
        for key in action.keys:
            assert not key.startswith(("shift+", "super+", "alt+", "ctrl+shift"))
            assert key not in ("ctrl+m", "ctrl+i", "ctrl+h", "ctrl+[")


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_every_action_has_a_label_and_an_explanation(lang: str) -> None:
    say = STRINGS[lang]  # type: ignore[index]
    for action in ACTIONS:
        assert action.label(say)
        assert action.tip(say)


def test_every_screen_only_binds_what_the_table_holds() -> None:
    table = {key for action in ACTIONS for key in action.keys}
    for screen in SCREENS:
        for binding in bindings(screen):
            assert set(binding.key.split(",")) <= table  # type: ignore[union-attr]
    assert {binding.action for binding in move_bindings()} == {a.id for a in ACTIONS if a.moves}  # type: ignore[union-attr]


def test_modes_stand_on_the_digits() -> None:
    assert [BY_ID[f"mode_{mode}"].keys for mode in MODE_KEYS] == [(f"{n}",) for n in range(1, 10)]


@pytest.mark.parametrize("lang", ["en", "ja"])
@pytest.mark.parametrize("screen", SCREENS)
async def test_every_footer_fits_at_80_columns_with_help(screen: str, lang: str) -> None:
    say = STRINGS[lang]  # type: ignore[index]
    state = await attached()
    line = fitting(footer(screen, state), 80, lambda action: (action.shown_key, action.label(say, screen)))
    assert width(plain(line)) <= 80
    if screen not in TYPING:
        assert say.do_help in plain(line)
    assert say.do_back in plain(line)


async def test_read_only_takes_away_what_writes() -> None:
    state = await attached(read_only=True)
    for screen in SCREENS:
        assert not [action.id for action in offered(screen, state) if action.writes]


async def test_sync_says_why_it_cannot_start() -> None:
    sync = BY_ID["sync"]
    service = FakeService()
    assert sync.why_not(State()) == "no_agent"
    assert sync.why_not(await attached(service)) == ""
    running = Progress(run_id="r", module="customers", phase="pull")
    assert sync.why_not(await attached(service, progress=running)) == "no_running"
    for health, why in [("locked", "no_unlock"), ("not_connected", "no_connection"), ("not_configured", "no_setup")]:
        service.health = health
        assert sync.why_not(await attached(service)) == why
    service.paused = True
    assert sync.why_not(await attached(service)) == "no_paused"


def test_every_reason_is_worded() -> None:
    for action in ACTIONS:
        why = action.why_not(State())
        assert not why or getattr(STRINGS["en"], why)


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_the_key_list_names_every_working_key(lang: str) -> None:
    say = STRINGS[lang]  # type: ignore[index]
    text = key_list(say)
    for action in ACTIONS:
        assert action.tip(say) in text
    assert "`Ctrl+P`" in text
    assert "no_" not in text
