"""The ASGI application: routes from the registry, and Zoho's own words for what is not there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import cast

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, Router
from starlette.types import Receive, Scope, Send

from core.sandbox.books.errors import BooksRefusal
from core.sandbox.connections import Connections
from core.sandbox.crm.errors import CrmRefusal
from core.sandbox.endpoints import table
from core.sandbox.http import Call, Endpoint, Handler, Reply, never, one_credit, side_of
from core.sandbox.pipeline import Pipeline, Wire
from core.sandbox.world.world import World


def build_app(world: World, latency_ms: float = 0) -> Starlette:
    """The whole sandbox over one world."""
    pipeline = Pipeline(world, latency_ms / 1000, Connections())
    nowhere = _Dispatch(pipeline, _nowhere)
    routers: dict[tuple[str, int], Router] = {}
    for each in table():
        router = routers.setdefault(_shelf(each.path), Router(redirect_slashes=False, default=nowhere))
        router.routes.append(Route(each.path, _Dispatch(pipeline, each), methods=[each.method]))
    app = Starlette(exception_handlers={405: _answers(_Dispatch(pipeline, _wrong_method))})
    app.router.redirect_slashes = False
    app.router.default = _Shelves(routers, nowhere)
    return app


def _shelf(path: str) -> tuple[str, int]:
    """What tells most paths apart: the API, and how many parts there are. No placeholder spans two parts."""
    return path[1:5], path.count("/")


class _Shelves:
    """Asks only the routes that can match: two hundred would cost more than many an answer."""

    def __init__(self, routers: dict[tuple[str, int], Router], nowhere: _Dispatch) -> None:
        self._routers, self._nowhere = routers, nowhere

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._routers.get(_shelf(scope["path"]), self._nowhere)(scope, receive, send)


class _Dispatch:
    """One route as an ASGI application. (An instance, so that Starlette does not take it for a request handler.)"""

    def __init__(self, pipeline: Pipeline, target: Endpoint | Handler) -> None:
        self._pipeline, self._target = pipeline, target

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        content = await request.body()
        endpoint = self._target
        if not isinstance(endpoint, Endpoint):
            side = side_of(request.url.path)
            endpoint = Endpoint(
                request.method, request.url.path, endpoint, side, "", False, "", one_credit, never, False
            )
        call = Call(
            self._pipeline.world,
            request.method,
            request.url.path,
            dict(request.query_params),
            request.headers,
            content,
            request.path_params,
        )
        await self._pipeline.run(call, endpoint, Wire(scope, receive, send))


def _answers(dispatch: _Dispatch) -> Callable[[Request, Exception], Awaitable[Response]]:
    """Starlette's way to answer an exception; what it takes for a response is any ASGI application."""

    async def handler(_: Request, __: Exception) -> Response:
        return cast(Response, dispatch)

    return handler


def _nowhere(call: Call) -> Reply:
    side = side_of(call.path)
    if side == "crm":
        raise CrmRefusal(404, "INVALID_URL_PATTERN")
    if side == "books":
        raise BooksRefusal(5)
    return Reply(404, {"error": "not_found"})


def _wrong_method(call: Call) -> Reply:
    side = side_of(call.path)
    if side == "crm":
        raise CrmRefusal(400, "INVALID_REQUEST_METHOD")
    if side == "books":
        raise BooksRefusal(37)
    return Reply(405, {"error": "method_not_allowed"})
