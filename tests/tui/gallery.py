"""Every screen, and the keys that lead to it from the Overview: what holds for all is tested over this table."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import NamedTuple

from core.model.text import Lang
from tests.tui.driving import Shown, shown
from tests.tui.fake import FakeService
from tests.tui.test_connect import fresh
from tests.tui.test_deciding import waiting


class Place(NamedTuple):
    """One screen. ``name``: that of the table of actions, or of a dialog's class; ``keys``: one press each."""

    name: str
    keys: tuple[str, ...]
    service: Callable[[], FakeService] = FakeService
    label: str = ""

    @property
    def id(self) -> str:
        return self.label or self.name


def running() -> FakeService:
    service = FakeService()
    service.progress_to(38, failed=2)
    return service


def empty() -> FakeService:
    service = FakeService(0, failed=0)
    service.last_run = None
    return service


def kept_apart() -> FakeService:
    from core.model.deciding import Apart

    service = FakeService()
    service.deciding.apart = [
        Apart(module="customers", crm_id="480000000000009", books_id="460000000026009", name="Alder Optics",
              at="2026-11-24T03:00:00Z"),
    ]  # fmt: skip
    return service


PLACES = (
    Place("overview", ()),
    Place("overview", ("1",), fresh, "overview-fresh"),
    Place("overview", (), running, "overview-running"),
    Place("customers", ("2",)),
    Place("customers", ("2",), empty, "customers-empty"),
    Place("vendors", ("3",)),
    Place("items", ("4",)),
    Place("documents", ("5",)),
    Place("deals", ("6",)),
    Place("history", ("7",)),
    Place("attention", ("8",)),
    Place("attention", ("8",), waiting, "attention-waiting"),
    Place("connection", ("9",)),
    Place("connection", ("9",), fresh, "connection-fresh"),
    Place("progress", ("t",)),
    Place("progress", ("t",), running, "progress-running"),
    Place("preview", ("v",)),
    Place("action", ("v", "enter")),
    Place("setup", ("c",)),
    Place("mapping", ("m", "enter")),
    Place("picker", ("m", "enter", "plus")),
    Place("record", ("2", "enter")),
    Place("whynot", ("2", "w")),
    Place("failures", ("8", "enter")),
    Place("failure", ("8", "enter", "enter")),
    Place("run", ("7", "enter")),
    Place("undo", ("7", "u")),
    Place("connect", ("9", "C"), fresh),
    Place("review", ("9", "C", *"c@z.jp", "enter", *"zsc1.c", "enter", "enter", *"b@z.jp", "enter", *"zsc1.b", "enter",
                     "enter"), fresh),
    Place("key_steps", ("9", "K", "enter", "enter"), fresh),
    Place("key_form", ("9", "K", "enter", "enter", "enter"), fresh),
    Place("key_made", ("9", "K", "enter", "enter", "enter", *"c@z.jp", "enter", "1", "enter", "2", "enter", "3",
                       "enter", "enter"), fresh),
    Place("key_check", ("9", "O", "enter")),
    Place("key_given", ("9", "O", "down", "down", "enter")),
    Place("doctor", ("9", "I")),
    Place("alerts", ("9", "L")),
    Place("profiles", ("9", "P")),
    Place("transactions", ("down", "down", "down", "c")),
    Place("document", ("5", "enter")),
    Place("new", ("5", "n", "enter")),
    Place("party", ("5", "n", "enter", "enter")),
    Place("line", ("5", "n", "enter", "plus")),
    Place("sidebar", ("5", "d")),
    Place("deal", ("6", "enter")),
    Place("triggers", ("down", "down", "down", "down", "enter")),
    Place("simulator", ("down", "down", "down", "down", "enter", "enter", "up", "enter", "v")),
    Place("conflicts", ("8", "enter"), waiting),
    Place("resolver", ("8", "enter", "enter"), waiting),
    Place("ambiguities", ("8", "down", "enter"), waiting),
    Place("pair", ("8", "down", "enter", "enter"), waiting),
    Place("suggestions", ("8", "G", "enter"), waiting),
    Place("kept_apart", ("8", "G", "enter"), kept_apart),
    Place("help", ("question_mark",)),
    Place("palette", ("ctrl+p",)),
    Place("Jump", ("J",)),
    Place("Menu", ("2", "f")),
    Place("Ask", ("8", "R")),
    Place("Enter", ("8", "enter", "enter", "enter"), waiting),
)  # fmt: skip


def name_of(screen: Shown) -> str:
    """What is shown: a screen's name, or a dialog's class."""
    shown_now = screen.app.screen
    return str(getattr(shown_now, "NAME", "") or type(shown_now).__name__)


async def settle(screen: Shown) -> None:
    """Wait until nothing is on its way: no question to the service, no message."""

    def busy() -> list[object]:
        attachment = screen.app._attachment
        return [each for each in screen.app.workers if each is not attachment and not each.is_finished]

    for _ in range(3):
        await screen.until(lambda: not busy())
        await screen.pilot.pause()


async def lead(screen: Shown, place: Place) -> None:
    """Go to a place, as somebody does who looks at each screen before the next key."""
    await settle(screen)
    for key in place.keys:
        await screen.press(key)
        await settle(screen)
    assert name_of(screen) == place.name, f"{place.keys} lead to {name_of(screen)}:\n{screen.text}"


@asynccontextmanager
async def at(
    place: Place, *, lang: Lang = "en", size: tuple[int, int] = (80, 24), read_only: bool = False
) -> AsyncIterator[Shown]:
    """Show a place, with all that belongs there."""
    async with shown(place.service(), lang=lang, size=size, read_only=read_only) as screen:
        await lead(screen, place)
        yield screen
