from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from core.sandbox.testing import RunningSandbox
from tests.sandbox.client import Client


@pytest.fixture
def started() -> Iterator[Callable[..., Client]]:
    """Start a sandbox with options of one's own, as often as a test likes."""
    with ExitStack() as stack:

        def start(**options: Any) -> Client:
            client = Client(stack.enter_context(RunningSandbox(**options)))
            stack.callback(client.http.close)
            return client

        yield start


@pytest.fixture
def client(started: Callable[..., Client]) -> Client:
    """A fresh small world without records that are meant to fail."""
    return started(accounts=30, seed=3, planted=False)
