"""What goes out goes to this machine, in order, and survives an address that nobody answers."""

from __future__ import annotations

import pytest

from core.sandbox.outbox import Outbox, on_loopback
from tests.sandbox.listener import Listener


@pytest.mark.parametrize("url", ["http://127.0.0.1:8/a?b=c", "http://localhost/", "http://[::1]:9/"])
def test_this_machine_is_delivered_to(url: str) -> None:
    assert on_loopback(url)


@pytest.mark.parametrize(
    "url", ["https://127.0.0.1/", "http://example.com/", "http://127.0.0.1.example.com/", "file:///etc", "", None, 1]
)
def test_nowhere_else(url: object) -> None:
    assert not on_loopback(url)
    with pytest.raises(ValueError, match="this machine"):
        Outbox().post("x", "POST", url, b"", {})  # type: ignore[arg-type]


def test_a_message_that_cannot_be_sent_does_not_stop_the_next() -> None:
    outbox = Outbox()
    with Listener() as listener:
        outbox.post("x", "POST", "http://127.0.0.1:9/nobody", b"1", {})
        outbox.post("x", "POST", listener.url("/bad header"), b"2", {"X-Bad": "日本\n"})
        outbox.post("x", "POST", listener.url("/good"), b"3", {"X-Good": "1"})
        assert listener.next().body == b"3"
