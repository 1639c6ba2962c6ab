"""A server on this machine that hears what the sandbox sends out."""

from __future__ import annotations

import queue
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self


@dataclass(frozen=True)
class Heard:
    """One request."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


class Listener:
    """A context manager; `next()` waits for the next request."""

    def __init__(self) -> None:
        heard: queue.SimpleQueue[Heard] = queue.SimpleQueue()
        self._heard = heard

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()
                heard.put(Heard(self.command, self.path, dict(self.headers), body))

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)

    def url(self, path: str) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_port}{path}"

    def next(self) -> Heard:
        """What came in next."""
        return self._heard.get(timeout=10)

    def empty(self) -> bool:
        """Whether nothing is waiting."""
        return self._heard.empty()
