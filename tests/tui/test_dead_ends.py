"""No key is a dead end: whatever is pressed, wherever and whenever, leads to a change, a message, or a reason."""

import asyncio
from collections.abc import Callable

import pytest
from msgspec.structs import replace

from core.service import Service
from tests.tui.driving import Shown
from tests.tui.fake import FakeService
from tests.tui.gallery import PLACES, Place, at, empty, name_of, settle
from tui.actions import ACTIONS, TYPING, WHILE_TYPING, Action

LEAVES = frozenset({"quit", "redraw"})
"""Ends the program; draws the same again."""


async def _normal(_screen: Shown) -> None: ...


async def _paused(screen: Shown) -> None:
    screen.service.paused = True
    screen.service.moved()
    await screen.until(lambda: screen.app.state.status and screen.app.state.status.health == "paused")


async def _running(screen: Shown) -> None:
    screen.service.progress_to(38, failed=2)
    await screen.until(lambda: screen.app.state.running)


async def _read_only(screen: Shown) -> None:
    screen.app.state.read_only = True


async def _gone(screen: Shown) -> None:
    never = asyncio.Event()

    async def connect() -> Service:
        await never.wait()
        return screen.service

    screen.app.session._connect = connect
    screen.service.drop()
    await screen.until(lambda: screen.app.state.attachment == "lost")


async def _locked(screen: Shown) -> None:
    screen.service.health = "locked"
    screen.service.moved()
    await screen.until(lambda: screen.app.state.status and screen.app.state.status.health == "locked")


STATES: dict[str, Callable[[Shown], object]] = {
    "normal": _normal, "paused": _paused, "running": _running, "read-only": _read_only, "gone": _gone,
    "locked": _locked,
}  # fmt: skip


def keys_of(place: Place) -> list[tuple[Action, str]]:
    """The keys that a screen binds, but for those that move its cursor."""
    there = [action for action in ACTIONS if action.on(place.name) and action.id not in LEAVES]
    if place.name in TYPING:
        there = [action for action in there if action.id in WHILE_TYPING]
    return [(action, key) for action in there for key in action.keys]


def seen(screen: Shown) -> tuple[object, ...]:
    """All that a key could change, as somebody in front of the screen or the service would notice it."""
    app = screen.app
    calls = [call for call in screen.service.calls if call[0] not in ("plan_window", "rows", "open_list")]
    return screen.text, len(calls), app.current_mode, len(app.screen_stack), app.copied, app.return_code, app.focused


async def dead(place: Place, state: str) -> list[str]:
    """Return the keys that nothing comes of."""
    found: list[str] = []
    todo = keys_of(place)
    while todo:
        async with at(place) as screen:
            await STATES[state](screen)  # type: ignore[misc]
            await settle(screen)
            while todo:
                action, key = todo.pop(0)
                before = seen(screen)
                screen.app.flash("")
                await screen.press(key)
                if state in ("running", "gone"):
                    await screen.pilot.pause()
                else:
                    await settle(screen)
                if seen(screen) == before and not screen.app.news[0]:
                    found.append(f"{action.id} ({key})")
                if name_of(screen) != place.name or screen.app.return_code is not None or len(seen(screen)) == 0:
                    break
    return found


SCREENS = [place for place in PLACES if place.name[0].islower()]
MODES = ("overview", "attention-waiting")


@pytest.mark.parametrize("place", [each for each in SCREENS if each.id in MODES], ids=lambda place: place.id)
async def test_no_key_of_the_main_screens_is_a_dead_end(place: Place) -> None:
    assert await dead(place, "normal") == []


@pytest.mark.parametrize("place", [each for each in SCREENS if each.id == "overview"],
                         ids=lambda place: place.id)  # fmt: skip
async def test_no_key_is_a_dead_end_when_the_agent_is_gone(place: Place) -> None:
    assert await dead(place, "gone") == []


@pytest.mark.long
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("place", SCREENS, ids=lambda place: place.id)
async def test_no_key_is_a_dead_end(place: Place, state: str) -> None:
    assert await dead(place, state) == []


@pytest.mark.parametrize(
    "mode", ["2", *(pytest.param(mode, marks=pytest.mark.long) for mode in ("3", "4", "5", "6", "7", "8"))]
)
async def test_no_key_of_an_empty_list_is_a_dead_end(mode: str) -> None:
    names = {"2": "customers", "3": "vendors", "4": "items", "5": "documents", "6": "deals", "7": "history",
             "8": "attention"}  # fmt: skip

    def bare() -> FakeService:
        service = empty()
        for name in ("documents", "deals"):
            if hasattr(service, name) and isinstance(getattr(service, name), list):
                setattr(service, name, [])
        return service

    place = Place(names[mode], (mode,), bare)
    assert await dead(place, "normal") == []


async def test_what_is_shown_is_of_now_within_a_second() -> None:
    """With the pace of the real screen, which shows news at most twice a second."""
    from tests.tui.driving import NOW, TestApp

    service = FakeService()

    async def connect() -> Service:
        return service

    app = TestApp(connect, "en", "acme-jp", now=lambda: NOW)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = Shown(app, pilot, service)
        for key, old, change, new in (
            ("1", "188", lambda: setattr(service, "count", 300), "288"),
            ("2", "/300", lambda: setattr(service, "count", 290), "/290"),
            ("8", "F16", service.all_failures.clear, "Nothing waits for you"),
            ("7", "3 min 20 s", lambda: service.finish("failed"), "x Failed"),
        ):
            await screen.press(key)
            await screen.sees(old)
            change()
            service.moved()
            await screen.sees(new, seconds=1.0)


async def test_progress_is_of_now_within_a_second() -> None:
    from tests.tui.driving import NOW, TestApp

    service = FakeService()

    async def connect() -> Service:
        return service

    app = TestApp(connect, "en", "acme-jp", now=lambda: NOW)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = Shown(app, pilot, service)
        await screen.sees("Last run")
        service.progress_to(10)
        await screen.press("t")
        await screen.sees("10/200", seconds=1.0)
        for done in range(11, 60):
            service.progress_to(done, failed=done // 10)
        await screen.sees("59/200", seconds=1.0)
        service.all_failures = [replace(each, run_id="20261124-050000") for each in service.all_failures]
        service.finish()
        await screen.sees("+ Done", seconds=1.0)
