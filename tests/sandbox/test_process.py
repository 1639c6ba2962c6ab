from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from http.client import HTTPConnection

import pytest

from core.sandbox.__main__ import main
from core.sandbox.endpoints import table
from core.sandbox.pages import PAGE, fresh
from core.sandbox.testing import RunningSandbox

COMMAND = [sys.executable, "-m", "core.sandbox", "--port", "0", "--accounts", "5", "--seed", "7"]


def test_it_prints_one_line_once_it_answers_and_ends_with_its_pipe() -> None:
    with subprocess.Popen([*COMMAND, "--die-with-stdin"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdin is not None and child.stdout is not None
        info = json.loads(child.stdout.readline())
        assert set(info) == {"limits", "base_url", "client_id", "client_secret", "refresh_token", "crm", "books"}
        assert set(info["crm"]) == set(info["books"]) == {"organization_id", "email"}
        connection = HTTPConnection(info["base_url"].removeprefix("http://"))
        connection.request("GET", "/_sandbox/planted")
        assert connection.getresponse().status == 200
        connection.close()
        child.stdin.close()
        assert child.wait(5) == 0
        assert child.stdout.read() == b""


def test_it_ends_when_its_launcher_is_killed() -> None:
    launcher = (
        "import subprocess, sys, time\n"
        f"child = subprocess.Popen({[*COMMAND, '--die-with-stdin']!r}, stdin=subprocess.PIPE, stdout=sys.stdout)\n"
        "time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", launcher], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline().startswith(b"{")
        parent.kill()
        assert parent.stdout.read() == b""  # the end of file comes when the sandbox, too, has let go of the pipe


def test_a_taken_port_is_an_error_and_not_a_trace(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert main(["--port", str(taken.getsockname()[1]), "--accounts", "1"]) == 1
    assert capsys.readouterr().err.startswith("cannot serve on port")


def test_it_listens_on_this_machine_only() -> None:
    with RunningSandbox(1) as zoho:
        assert zoho.base_url.startswith("http://127.0.0.1:")


def test_the_page_is_fresh() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert fresh(page) == page, "run python -m core.sandbox.pages"


def test_every_endpoint_explains_itself() -> None:
    assert all(each.doc and each.handler.__doc__ for each in table())
    assert all(each.scope for each in table() if each.side in ("crm", "books"))


def test_an_interrupt_ends_it_without_a_trace() -> None:
    with subprocess.Popen(COMMAND, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child:
        assert child.stdout is not None and child.stderr is not None
        child.stdout.readline()
        child.send_signal(signal.SIGINT)
        assert child.wait(5) == 0
        assert child.stderr.read() == b""
