"""When a module syncs by itself (B78): a menu of intervals, another one typed, and a time that it waits for."""

from collections.abc import Callable

from msgspec.structs import replace

from core.model.names import ModuleName
from core.model.schedule import TWO_HOURS, Schedule
from core.model.times import every, instant_of, minutes_of
from core.service_running import Timetable
from tui.host import Refusal
from tui.locale import word
from tui.screens.base import Base
from tui.screens.dialogs import Enter, Menu
from tui.when import clock

INTERVALS = (30, 60, TWO_HOURS, 360, 720, 1440)


def as_text(screen: Base, table: Timetable) -> str:
    """Return how often a module syncs by itself, in a word."""
    return every(table.minutes) if table.schedule.on else screen.say.schedule_off


async def choose_schedule(screen: Base, module: ModuleName) -> None:
    """Ask how often, and store it. Raises ``Refusal`` for a module that is not set up."""
    say = screen.say
    found = next((each for each in await screen.service.timetable() if each.schedule.module == module), None)
    if found is None:
        raise Refusal(say.module_unset.format(what=word(say, "module", module)))
    held = found.schedule
    intervals = INTERVALS if held.minutes in INTERVALS else tuple(sorted({*INTERVALS, held.minutes}))
    waits = clock(held.not_before, screen.kk.now()) or say.schedule_any_time
    names = [
        say.schedule_never,
        *(
            say.schedule_zoho if each == TWO_HOURS else say.schedule_every.format(time=every(each))
            for each in intervals
        ),
        say.schedule_other,
        say.schedule_not_before.format(when=waits),
    ]

    def chosen(index: object) -> None:
        if not isinstance(index, int):
            return
        if index == 0:
            _store(screen, replace(held, on=False))
        elif index <= len(intervals):
            _store(screen, replace(held, on=True, minutes=intervals[index - 1]))
        elif index == len(intervals) + 1:
            _ask(screen, say.schedule_tells, every(held.minutes), lambda text: _interval(held, text))
        else:
            _ask(screen, say.schedule_from_tells, "", lambda text: _from(screen, held, text))

    current = 1 + intervals.index(held.minutes) if held.on else 0
    title = say.schedule_title.format(module=word(say, "module", module))
    screen.app.push_screen(Menu(title, names, current), chosen)


def _interval(held: Schedule, text: str) -> Schedule:
    return replace(held, on=True, minutes=minutes_of(text))


def _from(screen: Base, held: Schedule, text: str) -> Schedule:
    return replace(held, not_before=instant_of(text, screen.kk.now()))


def _ask(screen: Base, tells: str, value: str, made: Callable[[str], Schedule]) -> None:
    """Let a person type, and store what it makes; say so where it makes nothing."""
    say = screen.say

    def typed(text: object) -> None:
        if not isinstance(text, str):
            return
        try:
            _store(screen, made(text))
        except ValueError:
            screen.kk.flash(say.schedule_bad.format(text=text), bad=True)

    screen.app.push_screen(Enter(say.do_schedule, tells, value), typed)


def _store(screen: Base, wanted: Schedule) -> None:
    screen.attempt(_stored(screen, wanted))


async def _stored(screen: Base, wanted: Schedule) -> None:
    table = await screen.service.set_schedule(wanted)
    await screen.kk.news_of_settings()
    say, module = screen.say, word(screen.say, "module", wanted.module)
    if table.schedule.on and table.bound is not None:
        side = word(say, "side", table.bound)
        screen.kk.flash(say.schedule_bound.format(module=module, time=every(table.minutes), side=side))
    else:
        what = say.schedule_every.format(time=every(table.minutes)) if table.schedule.on else say.schedule_never
        screen.kk.flash(say.schedule_set.format(module=module, what=what))
