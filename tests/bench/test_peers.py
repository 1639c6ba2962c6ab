"""The same pull with three public clients of Zoho CRM, each unmodified, in an environment of its own (design.md §9).

Every client reads the same pages from the same server; the time runs from its first request to its last record, without
imports. Run with `pytest -m "long and bench" -s tests/bench/test_peers.py`; it installs the clients, and skips where
they cannot be had.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from core.sandbox.testing import RunningSandbox
from tests.bench.canned import Raw, access_token, crm_pages, served
from tests.bench.test_wire import CRM_LIST, with_metadata
from tests.zoho.conftest import Ground

pytestmark = [pytest.mark.long, pytest.mark.bench, pytest.mark.timeout(1_800)]
RECORDS = 20_000

SDK = """
import json, sys, time
from importlib import import_module
API = "zohocrmsdk.src.com.zoho.crm.api"
part = lambda name: import_module(f"{API}.{name}" if name else API)
url, folder, fields = sys.argv[1:4]
authenticator = import_module("zohocrmsdk.src.com.zoho.api.authenticator")
store = import_module("zohocrmsdk.src.com.zoho.api.authenticator.store")
token = authenticator.OAuthToken(client_id="c", client_secret="s", refresh_token="r")
config = part("sdk_config").SDKConfig(auto_refresh_fields=False, pick_list_validation=False)
environment = part("dc").DataCenter.Environment(url, f"{url}/oauth/v2/token", url)
part("").Initializer.initialize(
    environment, token, store=store.FileStore(f"{folder}/tokens.csv"), sdk_config=config, resource_path=folder
)
wanted, operations = part("record").GetRecordsParam, part("record").RecordOperations("Accounts")
def pull(pages):
    total, page, more = 0, 1, True
    while more and page <= pages:
        query = part("").ParameterMap()
        for name, value in (("fields", fields), ("page", page), ("per_page", 200)):
            query.add(getattr(wanted, name), value)
        found = operations.get_records(query, part("").HeaderMap()).get_object()
        total, page, more = total + len(found.get_data()), page + 1, found.get_info().get_more_records()
    return total
pull(1)
began = time.perf_counter()
print(json.dumps({"records": pull(10**9), "seconds": time.perf_counter() - began}))
"""

AIRBYTE = """
import json, logging, sys, time
from source_zoho_crm.api import ZohoAPI
from source_zoho_crm.streams import IncrementalZohoCrmStream
from source_zoho_crm.types import FieldMeta, ModuleMeta
logging.disable(logging.CRITICAL)
url, folder, fields = sys.argv[1:4]
ZohoAPI._DC_REGION_TO_ACCESS_URL = ZohoAPI._DC_REGION_TO_API_URL = {"US": url}
config = {
    "client_id": "c", "client_secret": "s", "refresh_token": "r", "dc_region": "US", "environment": "production",
}
class Module:
    api_name, fields = "Accounts", []
stream = type("Accounts", (IncrementalZohoCrmStream,), {"url_base": url, "module": Module})(
    ZohoAPI(config).authenticator, config=config
)
began = time.perf_counter()
total = sum(1 for _ in stream.read_records(sync_mode="full_refresh", stream_state={}))
print(json.dumps({"records": total, "seconds": time.perf_counter() - began}))
"""

ZOHO = """
import asyncio, json, sys, time
from zoho import Zoho
url, folder, fields = sys.argv[1:4]
async def main():
    async with Zoho.from_credentials(
        client_id="c", client_secret="s", refresh_token="r", accounts_domain=url, api_domain=url
    ) as client:
        began, total = time.perf_counter(), 0
        async for _ in client.crm.records.iter(module="Accounts", fields=fields.split(",")):
            total += 1
        print(json.dumps({"records": total, "seconds": time.perf_counter() - began}))
asyncio.run(main())
"""

PEERS = {
    "zohocrmsdk8-0": (SDK, 10, ((3, 11), (3, 14))),
    "airbyte-source-zoho-crm": (AIRBYTE, 3, ((3, 9), (3, 12))),
    "zoho": (ZOHO, 2, ((3, 12), (3, 99))),
}
"""Package → what pulls with it, how many times our time it should take, and the Pythons that it runs on."""


def _python(least: tuple[int, int], before: tuple[int, int]) -> str | None:
    """An interpreter of this machine that a client runs on."""
    if least <= sys.version_info[:2] < before:
        return sys.executable
    for minor in range(13, 8, -1):
        found = sorted(Path("~/.pyenv/versions").expanduser().glob(f"3.{minor}.*/bin/python"))
        if found and least <= (3, minor) < before:
            return str(found[-1])
    return None


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, float]]:
    """The URL of the pages, and our own time for them: the best of three."""
    with RunningSandbox(accounts=400, seed=5, process=True, planted=False) as zoho:
        with Raw(zoho.base_url, access_token(zoho)) as raw:
            settings = ("/crm/v8/users?type=CurrentUser", "/crm/v8/org", "/crm/v8/settings/fields?module=Accounts")
            others = {path: json.dumps(raw.get(path)).encode() for path in settings}
        with served(crm_pages(zoho, CRM_LIST, RECORDS), tmp_path_factory.mktemp("pages"), others=others) as url:
            ground = Ground(zoho)
            reference = msgspec.structs.replace(ground.organisation("crm"), api_url=url)
            ground.organisation = lambda *_: reference  # type: ignore[assignment,method-assign]
            pull, best = with_metadata(ground, "crm"), 1e9
            for _ in range(3):
                began = time.perf_counter()
                assert asyncio.run(pull()) == RECORDS
                best = min(best, time.perf_counter() - began)
            yield url, best


@pytest.mark.parametrize("package", PEERS)
def test_the_same_pull_with_a_public_client(server: tuple[str, float], package: str, tmp_path: Path) -> None:
    script, times, pythons = PEERS[package]
    python = _python(*pythons)
    if python is None:
        pytest.skip(f"no Python between {pythons[0]} and {pythons[1]} on this machine, which {package} needs")
    subprocess.run([python, "-m", "venv", str(tmp_path / "venv")], check=True)
    inside = str(tmp_path / "venv/bin/python")
    installed = subprocess.run([inside, "-m", "pip", "install", "-q", package], capture_output=True, check=False)
    if installed.returncode:
        pytest.skip(f"{package} cannot be installed here")
    url, ours = server
    arguments = [inside, "-c", script, url, str(tmp_path), CRM_LIST]
    found = subprocess.run(arguments, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert found.returncode == 0, found.stderr[-2_000:]
    told = json.loads(next(line for line in found.stdout.splitlines() if line.startswith("{")))
    assert told["records"] == RECORDS
    print(f"\n{package}: {told['seconds']:.2f} s, ours {ours:.2f} s: {told['seconds'] / ours:.1f} x (aim {times} x)")
    assert told["seconds"] > ours, "the least of what is aimed at"
