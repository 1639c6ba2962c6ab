from rich.console import Console
from rich.segment import Segment
from textual._compositor import LayoutUpdate
from textual.geometry import Region
from textual.strip import Strip

from tui.frames import Frames


def frame(*lines: str) -> LayoutUpdate:
    return LayoutUpdate([[Strip([Segment(line)])] for line in lines], Region(0, 0, 10, len(lines)))


def sent(frames: Frames, *lines: str) -> str:
    console = Console(color_system="truecolor")
    return frames.sparse(frame(*lines), console).render_segments(console)


def test_the_first_frame_is_sent_whole() -> None:
    assert sent(Frames(), "one", "two") == "\x1b[1;1Hone\x1b[2;1Htwo"


def test_only_the_lines_that_differ_are_sent_again() -> None:
    frames = Frames()
    sent(frames, "one", "two", "three")
    assert sent(frames, "one", "2", "three") == "\x1b[2;1H2"


def test_the_same_frame_sends_nothing() -> None:
    frames = Frames()
    sent(frames, "one", "two")
    assert sent(frames, "one", "two") == ""


def test_after_forgetting_everything_is_sent() -> None:
    frames = Frames()
    sent(frames, "one")
    frames.forget()
    assert sent(frames, "one") == "\x1b[1;1Hone"
