"""Whatever Zoho's OpenAPI files allow may be asked: the sandbox never answers with a 5xx."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from core.sandbox.conformance import BOOKS, OPERATIONS
from core.sandbox.testing import RunningSandbox
from tests.sandbox.client import Client
from tests.sandbox.openapi import FOLDER, file_of

pytest.importorskip("schemathesis", reason="schemathesis is not installed (the group `conformance`)")
FILES = sorted({("books" if BOOKS in operation else "crm", name) for operation, name in OPERATIONS.items()})
pytestmark = [
    pytest.mark.long,
    pytest.mark.timeout(600),
    pytest.mark.skipif(not file_of("crm", "org").exists(), reason=f"no OpenAPI files in {FOLDER} (KAKEHASHI_OPENAPI)"),
]


@pytest.mark.parametrize(("side", "name"), FILES)
def test_nothing_that_the_files_allow_breaks_it(side: str, name: str, tmp_path: Path) -> None:
    with RunningSandbox(None, 3, kind="demo", process=True) as zoho:
        client = Client(zoho)
        base = "/books/v3" if side == "books" else "/crm/bulk/v8" if name == "bulk-read" else "/crm/v8"
        command = [
            str(Path(sys.executable).with_name("schemathesis")), "run", str(file_of(side, name)), "--url",
            f"{zoho.base_url}{base}", "-H", f"Authorization: {client.http.headers['Authorization']}",
            "-H", f"X-com-zoho-books-organizationid: {zoho.info['books']['organization_id']}", "--no-color",
            "--checks", "not_a_server_error", "--max-examples", "15", "--phases", "examples,fuzzing", "--seed", "1",
        ]  # fmt: skip
        done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=550, cwd=tmp_path)
        client.http.close()
    assert done.returncode == 0, done.stdout[-3_000:] + done.stderr[-500:]
