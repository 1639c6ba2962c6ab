"""What an endpoint is: a function from a call to a reply, registered beside its code.

To add one, write a function in the module of its subject and decorate it:

    @endpoint("GET", "/books/v3/settings/taxes", scope="settings.READ", doc="Taxes of the organisation")
    def taxes(call: Call) -> Reply: ...

`endpoints.py` lists the modules; nothing else needs to know. The sandbox's page takes its table of endpoints from here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import parse_qsl

import orjson

if TYPE_CHECKING:
    from core.sandbox.oauth.tokens import AccessToken
    from core.sandbox.world.world import World

Side = Literal["crm", "books", "accounts", "control"]


@dataclass(slots=True)
class Reply:
    """A status, a JSON-able body (None: no body at all) and further headers. `raw` replaces the body byte for byte."""

    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    media_type: str = "application/json;charset=UTF-8"

    def payload(self) -> bytes:
        """The body as bytes."""
        if self.raw is not None:
            return self.raw
        return b"" if self.body is None else orjson.dumps(self.body)


class Refusal(Exception):
    """An endpoint says no; `reply` is what goes out."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.status)
        self.reply = reply


@dataclass(slots=True)
class Call:
    """One request, read whole. Header names are in lower case; of a repeated query key the last one counts."""

    world: World
    method: str
    path: str
    query: dict[str, str]
    headers: Mapping[str, str]
    content: bytes
    params: dict[str, str]
    token: AccessToken | None = None

    @property
    def now(self) -> int:
        """The present, epoch seconds."""
        return self.world.clock.seconds()

    def form(self) -> dict[str, str]:
        """The body as a form; empty when it is none."""
        if "json" in self.headers.get("content-type", ""):
            return {}
        return dict(parse_qsl(self.content.decode("utf-8", "replace"), keep_blank_values=True))


Handler = Callable[[Call], Reply]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One row of the route table.

    `scope` is what follows `ZohoCRM.` or `ZohoBooks.` (`{module}` is filled from the path; several are separated by a
    space and all are needed); empty: no token at all. `credits` gives the CRM cost of a call. `sub` says whether it
    counts against CRM's sub-concurrency. `org` is False for the Books calls that need no organization_id.
    """

    method: str
    path: str
    handler: Handler
    side: Side
    scope: str
    write: bool
    doc: str
    credits: Callable[[Call], int]
    sub: Callable[[Call], bool]
    org: bool

    def order(self) -> tuple[tuple[bool, str], ...]:
        """Sorts fixed path segments before placeholders, so that `/contacts/reference` is not taken for an id."""
        return tuple(("{" in part, part) for part in self.path.split("/"))


REGISTRY: list[Endpoint] = []


def side_of(path: str) -> Side:
    """Whose path it is."""
    for prefix, side in (("/crm/", "crm"), ("/books/", "books"), ("/_sandbox/", "control")):
        if path.startswith(prefix):
            return side  # type: ignore[return-value]
    return "accounts"


def one_credit(_: Call) -> int:
    """What most calls cost."""
    return 1


def never(_: Call) -> bool:
    """Not counted against sub-concurrency."""
    return False


def endpoint(
    method: str,
    path: str,
    *,
    scope: str = "",
    doc: str,
    write: bool | None = None,
    credits: Callable[[Call], int] = one_credit,
    sub: Callable[[Call], bool] = never,
    org: bool = True,
) -> Callable[[Handler], Handler]:
    """Register a handler. `write` says whether it changes records; by default every method but GET does."""

    def register(handler: Handler) -> Handler:
        changes = method != "GET" if write is None else write
        REGISTRY.append(Endpoint(method, path, handler, side_of(path), scope, changes, doc, credits, sub, org))
        return handler

    return register
