from tui.pacing import ASK, PATIENCE, WINDOW, Pacer


def frame(pacer: Pacer, size: int, now: float) -> str:
    pacer.sent(size)
    return pacer.ask(now)


def test_every_frame_is_followed_by_a_question() -> None:
    assert frame(Pacer(), 300, 0.0) == ASK


def test_nothing_sent_asks_nothing() -> None:
    assert Pacer().ask(0.0) == ""


def test_a_full_line_holds_the_next_frame_until_it_answers() -> None:
    pacer = Pacer()
    frame(pacer, 10, 0.0)
    pacer.answered()
    frame(pacer, WINDOW + 1, 0.1)
    assert not pacer.clear(0.2)
    pacer.answered()
    assert pacer.clear(0.2)


def test_small_frames_do_not_wait_for_each_other() -> None:
    pacer = Pacer()
    frame(pacer, 10, 0.0)
    pacer.answered()
    for number in range(5):
        frame(pacer, 300, 0.1 + number / 60)
    assert pacer.clear(0.2)


def test_a_terminal_that_never_answers_is_not_waited_for() -> None:
    pacer = Pacer()
    frame(pacer, 100_000, 0.0)
    assert pacer.clear(0.1)
    assert pacer.clear(PATIENCE + 1)
    assert frame(pacer, 100_000, PATIENCE + 2) == ""
    assert pacer.clear(PATIENCE + 3)


def test_a_terminal_that_stopped_reading_is_waited_for() -> None:
    pacer = Pacer()
    frame(pacer, 10, 0.0)
    pacer.answered()
    frame(pacer, 5000, 1.0)
    assert not pacer.clear(3600.0)


def test_a_key_after_a_long_silence_means_that_the_answers_were_lost() -> None:
    pacer = Pacer()
    frame(pacer, 10, 0.0)
    pacer.answered()
    frame(pacer, 5000, 1.0)
    pacer.alive(1.5)
    assert not pacer.clear(1.5)
    pacer.alive(1.0 + PATIENCE + 0.1)
    assert pacer.clear(1.0 + PATIENCE + 0.1)


def test_an_answer_to_no_question_is_harmless() -> None:
    pacer = Pacer()
    pacer.answered()
    assert pacer.clear(0.0)
