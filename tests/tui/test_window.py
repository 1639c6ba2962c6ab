from collections.abc import Sequence

import pytest

from tui.widgets.window import KEEP, PAGE, Window


class Source:
    def __init__(self, word: str = "row") -> None:
        self.asked: list[tuple[int, int]] = []
        self.word = word

    async def fetch(self, start: int, stop: int) -> Sequence[str]:
        self.asked.append((start, stop))
        return [f"{self.word} {index}" for index in range(start, stop)]


async def test_only_what_is_in_sight_is_asked_for() -> None:
    source = Source()
    window = Window(1_000_000, source.fetch)
    assert window.missing(500_000, 500_020) == [500_000 // PAGE]
    await window.load(500_000 // PAGE)
    start = 500_000 // PAGE * PAGE
    assert source.asked == [(start, start + PAGE)]
    assert window.row(500_000) == "row 500000"
    assert window.row(0) is None


async def test_the_last_page_ends_with_the_list() -> None:
    source = Source()
    window = Window(PAGE + 3, source.fetch)
    await window.load(1)
    assert source.asked == [(PAGE, PAGE + 3)]
    assert window.row(PAGE + 3) is None
    assert window.missing(PAGE, PAGE + 50) == []


async def test_a_bounded_number_of_rows_is_held() -> None:
    window = Window(1_000_000, Source().fetch)
    for page in range(KEEP * 3):
        await window.load(page)
    assert sum(1 for index in range(KEEP * 3 * PAGE) if window.row(index)) == KEEP * PAGE


async def test_old_rows_stay_until_new_ones_arrive() -> None:
    older, newer = Window(10, Source("old").fetch), Window(10, Source("new").fetch)
    await older.load(0)
    newer.follow(older)
    assert newer.row(3) == "old 3"
    assert await newer.load(0)
    assert newer.row(3) == "new 3"


async def test_an_unchanged_page_needs_no_painting() -> None:
    older, newer = Window(10, Source().fetch), Window(10, Source().fetch)
    await older.load(0)
    newer.follow(older)
    assert not await newer.load(0)


async def test_a_page_that_failed_can_be_asked_for_again() -> None:
    async def broken(start: int, stop: int) -> Sequence[str]:
        raise OSError

    window = Window(10, broken)
    with pytest.raises(OSError):
        await window.load(0)
    assert window.missing(0, 5) == [0]


def test_rows_at_hand_need_no_asking() -> None:
    window = Window(rows=["a", "b"])
    assert window.missing(0, 5) == []
    assert (window.count, window.row(1), window.row(2), window.row(-1)) == (2, "b", None, None)
