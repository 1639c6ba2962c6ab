"""Pages of records served from memory by a process of its own, where nothing but a client is left to measure."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

import httpx
import orjson

from core.sandbox.testing import RunningSandbox

SERVER = """
import asyncio, re, sys
pages, delay = open(sys.argv[1], "rb").read().split(b"\\x00"), float(sys.argv[2])
count = int(sys.argv[3])
others = list(zip(pages[count::2], pages[count + 1::2]))
class Serve(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport = transport
        self.rest = 0
        self.got = b""
    def data_received(self, data):
        self.got += data
        while (end := self.got.find(b"\\r\\n\\r\\n")) >= 0:
            length = re.search(rb"content-length: *(\\d+)", self.got[:end], re.I)
            whole = end + 4 + (int(length[1]) if length else 0)
            if len(self.got) < whole:
                return
            self.answer(self.got[:end])
            self.got = self.got[whole:]
    def answer(self, head):
        line = head.split(b"\\r\\n", 1)[0]
        page = next((reply for path, reply in others if path in line), None)
        if page is None:
            found = re.search(rb"page_token=(\\d+)|[?&]page=(\\d+)", line)
            at = int(found[1] or found[2]) - 1 if found else 0
            page = pages[min(at, count - 1)]
        if delay:
            asyncio.get_running_loop().call_later(delay, self.transport.write, page)
        else:
            self.transport.write(page)
async def main():
    server = await asyncio.get_running_loop().create_server(Serve, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
asyncio.run(main())
"""


class Raw:
    """A blocking socket with just enough HTTP/1.1 to read replies with a length."""

    def __init__(self, base_url: str, token: str) -> None:
        parts = urlsplit(base_url)
        self.socket = socket.create_connection((parts.hostname, parts.port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.head = f"HTTP/1.1\r\nHost: {parts.netloc}\r\nAuthorization: Zoho-oauthtoken {token}\r\n\r\n"
        self.rest = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.socket.close()

    def get(self, path: str) -> dict[str, Any]:
        self.socket.sendall(f"GET {path} {self.head}".encode())
        got = self.rest
        while (end := got.find(b"\r\n\r\n")) < 0:
            got += self.socket.recv(262_144)
        length = re.search(rb"content-length: (\d+)", got[:end], re.IGNORECASE)
        assert length is not None
        wanted = end + 4 + int(length[1])
        parts, size = [got], len(got)
        while size < wanted:
            part = self.socket.recv(262_144)
            parts.append(part)
            size += len(part)
        whole = b"".join(parts)
        self.rest = whole[wanted:]
        found: dict[str, Any] = orjson.loads(whole[end + 4 : wanted])
        return found


def access_token(zoho: RunningSandbox) -> str:
    """A token of the sandbox."""
    keys = {name: zoho.info[name] for name in ("client_id", "client_secret", "refresh_token")}
    form = {**keys, "grant_type": "refresh_token"}
    answer = httpx.post(f"{zoho.base_url}/oauth/v2/token", data=form, trust_env=False)
    return str(answer.json()["access_token"])


def reply(body: bytes) -> bytes:
    """A whole HTTP reply."""
    return b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s" % (len(body), body)


def crm_pages(zoho: RunningSandbox, fields: str, records: int) -> list[bytes]:
    """Pages of 200 accounts: the sandbox's first page over and over, under ids of their own."""
    with Raw(zoho.base_url, access_token(zoho)) as raw:
        page = raw.get(f"/crm/v8/Accounts?per_page=200&fields={fields}")
    pages = []
    for at in range(records // 200):
        rows = [{**row, "id": str(10**18 + at * 200 + place)} for place, row in enumerate(page["data"])]
        last = at + 1 == records // 200
        more = {"page": at + 1, "more_records": not last, "next_page_token": None if last else str(at + 2)}
        pages.append(orjson.dumps({"data": rows, "info": {**page["info"], **more}}))
    return pages


def books_pages(zoho: RunningSandbox, records: int) -> list[bytes]:
    """The same of contacts."""
    organisation = zoho.info["books"]["organization_id"]
    path = f"/books/v3/contacts?organization_id={organisation}&filter_by=Status.All&per_page=200&page=1"
    with Raw(zoho.base_url, access_token(zoho)) as raw:
        page = raw.get(path)
    pages = []
    for at in range(records // 200):
        rows = [{**row, "contact_id": str(10**17 + at * 200 + place)} for place, row in enumerate(page["contacts"])]
        more = {"has_more_page": at + 1 < records // 200}
        pages.append(orjson.dumps({"code": 0, "message": "success", "contacts": rows, "page_context": more}))
    return pages


@contextmanager
def served(pages: list[bytes], folder: Path, delay: float = 0, others: dict[str, bytes] | None = None) -> Iterator[str]:
    """The URL of a server of these pages, ``delay`` seconds away; ``others``: bodies by a part of the request line."""
    token = orjson.dumps({"access_token": "x", "expires_in": 3600})
    fixed = [
        part for path, body in {"/oauth/": token, **(others or {})}.items() for part in (path.encode(), reply(body))
    ]
    path = folder / "pages"
    path.write_bytes(b"\x00".join([*map(reply, pages), *fixed]))
    arguments = [sys.executable, "-c", SERVER, str(path), str(delay), str(len(pages))]
    child = subprocess.Popen(arguments, stdin=-1, stdout=-1)
    assert child.stdout is not None and child.stdin is not None
    try:
        yield f"http://127.0.0.1:{int(child.stdout.readline())}"
    finally:
        child.stdin.close()
        child.wait(10)
        child.stdout.close()
