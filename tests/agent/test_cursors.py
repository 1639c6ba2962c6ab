"""Windows over a walk: together they are the walk, and reading on does not begin anew."""

from collections.abc import Iterator

import pytest

from core.agent.cursors import Windows


class Walk:
    """Counts how often it is begun and how far it is walked."""

    def __init__(self, length: int) -> None:
        self.length, self.begun, self.steps = length, 0, 0

    def __call__(self) -> Iterator[int]:
        self.begun += 1
        for number in range(self.length):
            self.steps += 1
            yield number


@pytest.mark.parametrize(("length", "width"), [(0, 3), (1, 3), (9, 3), (10, 3), (2_000, 700), (5, 5)])
async def test_windows_one_after_another_are_the_whole_walk(length: int, width: int) -> None:
    windows, walk, found = Windows[int](), Walk(length), list[int]()
    while part := await windows.window("key", walk, len(found), len(found) + width):
        found += part
    assert found == list(range(length))


async def test_reading_on_walks_every_step_once() -> None:
    windows, walk = Windows[int](), Walk(100)
    for start in range(0, 100, 10):
        await windows.window("key", walk, start, start + 10)
    assert (walk.begun, walk.steps) == (1, 100)


async def test_any_window_can_be_read_at_any_time() -> None:
    windows, walk = Windows[int](), Walk(100)
    assert await windows.window("key", walk, 40, 43) == [40, 41, 42]
    assert await windows.window("key", walk, 0, 2) == [0, 1]
    assert await windows.window("key", walk, 43, 45) == [43, 44]
    assert await windows.window("key", walk, 98, 200) == [98, 99]
    assert await windows.window("key", walk, 200, 300) == []
    assert await windows.window("key", walk, -5, 1) == [0]
    assert await windows.window("key", walk, 5, 5) == []


async def test_another_key_is_another_walk() -> None:
    windows = Windows[int]()
    await windows.window(("key", 1), Walk(10), 0, 3)
    assert await windows.window(("key", 2), Walk(4), 3, 6) == [3]
