"""Hostile and broken servers, over real sockets."""

from __future__ import annotations

import asyncio
import gzip
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest

from core.model.problems import Problem
from core.zoho.transport import NoAnswer, NotSent, Reply, Transport
from tests.zoho.conftest import BOOKS_FIELDS, CRM_FIELDS, Ground, crm_write, everything, outcomes

Answer = Callable[[bytes], bytes]


@asynccontextmanager
async def serving(answer: Answer | None) -> AsyncIterator[str]:
    """A server that gives `answer(request)` and closes; None: that says nothing until the client goes."""
    ended: list[asyncio.Task[None]] = []

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        current = asyncio.current_task()
        assert current is not None
        ended.append(current)
        with suppress(ConnectionError):
            if answer is None:
                await reader.read()
            else:
                writer.write(answer(await reader.readuntil(b"\r\n\r\n")))
                await writer.drain()
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        await asyncio.gather(*ended)


async def ask(answer: Answer, **options: Any) -> Reply:
    transport = Transport(direct=True, read=2, **options)
    async with serving(answer) as url:
        try:
            return await transport.exchange("GET", f"{url}/crm/v8/x?y=z", {})
        finally:
            await transport.close()


def reply(body: bytes, head: str = "200 OK", *lines: str) -> Answer:
    told = "".join(f"{line}\r\n" for line in lines)
    return lambda _: f"HTTP/1.1 {head}\r\n{told}Content-Length: {len(body)}\r\n\r\n".encode() + body


async def test_a_whole_reply() -> None:
    found = await ask(reply(b"{}", "200 OK", "X-Rate-Limit-Limit: 5", "Date: Mon, 05 Oct 2026 03:00:00 GMT"))
    assert (found.status, found.content, found.headers["x-rate-limit-limit"]) == (200, b"{}", "5")
    assert found.date() == "2026-10-05T03:00:00Z"


async def test_a_reply_too_large() -> None:
    with pytest.raises(NoAnswer, match="cut off"):
        await ask(reply(b"x" * 200_000), most_bytes=100_000)


async def test_a_small_reply_that_unpacks_to_a_huge_one() -> None:
    packed = gzip.compress(b"x" * 50_000_000)
    assert len(packed) < 100_000
    with pytest.raises(NoAnswer, match="cut off"):
        await ask(reply(packed, "200 OK", "Content-Encoding: gzip"), most_bytes=1_000_000)


@pytest.mark.parametrize(
    "answer",
    [
        b"", b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope",
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 300_000,
    ],
)  # fmt: skip
async def test_no_whole_answer(answer: bytes) -> None:
    with pytest.raises(NoAnswer):
        await ask(lambda _: answer)


async def test_no_answer_in_time() -> None:
    transport = Transport(direct=True, read=0.05)
    async with serving(None) as url:
        with pytest.raises(NoAnswer, match="in time"):
            await transport.exchange("GET", url, {})
        await transport.close()


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1/x", "ftp://127.0.0.1/x", "nonsense", "http://127.0.0.1:1/a b", "http://127.0.0.1:1/日"]
)
async def test_never_sent(url: str) -> None:
    transport = Transport(direct=True)
    with pytest.raises(NotSent):
        await transport.exchange("POST", url, {}, b"{}")
    await transport.close()


async def test_a_redirect_is_not_followed_with_a_token(ground: Ground) -> None:
    import msgspec

    requests: list[bytes] = []

    def redirect(request: bytes) -> bytes:
        requests.append(request)
        return b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/elsewhere\r\nContent-Length: 0\r\n\r\n"

    async with serving(redirect) as url:
        reference = msgspec.structs.replace(ground.organisation("crm"), api_url=url)
        ground.organisation = lambda *_: reference  # type: ignore[assignment,method-assign]
        with pytest.raises(Problem) as caught:
            await everything(ground.open("crm").changes("Accounts", CRM_FIELDS, None))
    assert caught.value.code == "server_trouble" and "redirect" in caught.value.detail["why"]
    assert all(b"elsewhere" not in each for each in requests)


@pytest.mark.parametrize(
    "body",
    [b"null", b"[]", b'"x"', b"{}", b'{"data":null}', b'{"data":{}}', b'{"data":[null]}', b'{"data":[],"info":[]}',
     b'{"contacts":"x"}', b'{"fields":5}', b"[" * 50_000, b'{"data":[{"id":1}],"info":{"more_records":"yes"}}',
     b"\xff\xfe"],
)  # fmt: skip
@pytest.mark.parametrize("service", ["crm", "books"])
async def test_json_of_any_shape_ends_in_a_problem_or_in_nothing(ground: Ground, service: Any, body: bytes) -> None:
    import msgspec

    entity, fields = ("Accounts", ("Account_Name",)) if service == "crm" else ("customers", ("contact_name",))
    side: Any = ground.open(service)
    await side.describe(entity)

    async def hostile(*given: Any, **more: Any) -> Reply:
        return Reply(200, {}, body)

    side._transport.exchange = hostile
    try:
        assert len(await everything(side.changes(entity, fields, None))) <= 1
        await side.read(entity, fields, ["1"])
        await side.describe(entity)
        await side.views(entity)
    except Problem as problem:
        assert problem.code in ("server_trouble", "field_missing")
    assert msgspec


async def test_good_answers_to_a_write_that_leave_records_out(ground: Ground) -> None:
    from core.model.record import Unknown

    side: Any = await ground.prepared("crm")
    exchange: Callable[..., Awaitable[Reply]] = side._transport.exchange

    async def short(method: str, *given: Any) -> Reply:
        if method == "POST":
            return Reply(200, {}, b'{"data":[]}')
        return await exchange(method, *given)

    side._transport.exchange = short
    done = await outcomes(side.write(CRM_FIELDS, [crm_write("a", key="1", Account_Name="N", Phone="1")]))
    assert isinstance(done["a"], Unknown)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None), ({"retry-after": "7"}, 7.0), ({"retry-after": "-7"}, None), ({"retry-after": "soon"}, None),
        ({"retry-after": "Mon, 05 Oct 2026 03:01:00 GMT", "date": "Mon, 05 Oct 2026 03:00:00 GMT"}, 60.0),
        ({"retry-after": "Mon, 05 Oct 2026 03:01:00 GMT"}, None), ({"retry-after": "9" * 30}, None),
    ],
)  # fmt: skip
def test_retry_after(headers: dict[str, str], seconds: float | None) -> None:
    assert Reply(429, headers, b"").retry_after() == seconds


async def test_I20_no_secret_in_logs_problems_or_reprs(ground: Ground, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    said: list[str] = []
    info = ground.zoho.info
    for service, fields, entity in (("crm", CRM_FIELDS, "Accounts"), ("books", BOOKS_FIELDS, "customers")):
        side: Any = ground.open(service)
        await everything(side.changes(entity, fields, None))
        assert ground.zoho.world is not None
        ground.zoho.world.tokens.access.clear()
        ground.zoho.fault(kind="html", side="accounts", status=502)
        with pytest.raises(Problem) as caught:
            await everything(side.changes(entity, fields, None))
        said += [str(caught.value), repr(caught.value), repr(caught.value.__context__), repr(side), repr(vars(side))]
        said += [repr(vars(side._transport)), repr(side._checks._auth), repr(side._checks._auth._token)]
        said.append(repr(ground.credential(service)))
        ground.zoho.fault()
    told = "\n".join([*said, *(record.getMessage() for record in caplog.records)])
    token = side._checks._auth._token.access_token
    for secret in (info["client_secret"], info["refresh_token"], token):
        assert secret and secret not in told
