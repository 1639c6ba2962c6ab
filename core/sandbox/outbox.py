"""What the sandbox sends out by itself: CRM notifications and Books webhooks, to this machine only."""

from __future__ import annotations

import contextlib
import http.client
import queue
import threading
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import urlsplit

LOOPBACK = ("127.0.0.1", "localhost", "::1")
PATIENCE = 5


def on_loopback(url: object) -> bool:
    """Whether a URL may be delivered to: plain http to this machine."""
    if not isinstance(url, str):
        return False
    try:
        parts = urlsplit(url)
        return parts.scheme == "http" and parts.hostname in LOOPBACK and (parts.port or 80) > 0
    except ValueError:
        return False


@dataclass(slots=True)
class Delivery:
    """One message. `status` is that of the answer: 0 while it is on its way, -1 when nobody took it."""

    kind: str
    method: str
    url: str
    headers: dict[str, str]
    body: str
    status: int = 0


@dataclass(slots=True)
class Outbox:
    """Messages in the order they were posted, delivered one after the other beside the requests."""

    sent: list[Delivery] = field(default_factory=list)
    _waiting: queue.SimpleQueue[Delivery] = field(default_factory=queue.SimpleQueue)
    _worker: threading.Thread | None = None

    def post(self, kind: str, method: str, url: str, body: bytes, headers: dict[str, str]) -> None:
        """Send a message soon. ValueError for an address that is not on this machine."""
        if not on_loopback(url):
            raise ValueError("only addresses on this machine are delivered to")
        delivery = Delivery(kind, method, url, headers, body.decode("utf-8"))
        self.sent.append(delivery)
        self._waiting.put(delivery)
        if self._worker is None:
            self._worker = threading.Thread(target=self._work, daemon=True)
            self._worker.start()

    def listing(self) -> list[dict[str, Any]]:
        """Every message so far."""
        return [asdict(each) for each in self.sent]

    def _work(self) -> None:
        while True:
            delivery = self._waiting.get()
            delivery.status = -1
            with contextlib.suppress(OSError, http.client.HTTPException, ValueError, TypeError):
                delivery.status = _send(delivery)


def _send(delivery: Delivery) -> int:
    parts = urlsplit(delivery.url)
    connection = http.client.HTTPConnection(str(parts.hostname), parts.port or 80, timeout=PATIENCE)
    try:
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request(delivery.method, target, delivery.body.encode(), delivery.headers)
        return connection.getresponse().status
    finally:
        connection.close()
