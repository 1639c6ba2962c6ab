import asyncio
import contextlib
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from core.agent.places import Place
from core.agent.server import Gate, Server, build_app
from core.agent.sockets import listen
from tests.agent.doubles import SampleService


@pytest.fixture
def home() -> Iterator[Path]:
    """A home with a short path: a socket must fit into it."""
    with tempfile.TemporaryDirectory(prefix="kk-") as folder:
        yield Path(folder) / "home"


@pytest.fixture
def place(home: Path) -> Place:
    made = Place(home)
    made.prepare()
    return made


class Served:
    """A server on a real socket in this loop."""

    def __init__(self, service: SampleService, gate: Gate, server: Server) -> None:
        self.service, self.gate, self.server = service, gate, server


@contextlib.asynccontextmanager
async def serving(place: Place, gate: Gate | None = None) -> AsyncIterator[Served]:
    service, gate = SampleService(), gate or Gate()
    server = Server(build_app(service, gate, "the.log"))
    opened = listen(place.socket)
    task = asyncio.create_task(server.serve(sockets=[opened]))
    try:
        yield Served(service, gate, server)
    finally:
        service.hold.set()
        server.stop()
        await task
        opened.close()


@pytest.fixture
async def served(place: Place) -> AsyncIterator[Served]:
    async with serving(place) as made:
        yield made
