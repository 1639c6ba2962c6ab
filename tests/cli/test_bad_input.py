"""What a user can get wrong: one message, one remedy, one exit code, in both languages, and never a traceback."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from core.model.problems import PROBLEMS
from core.sandbox.testing import RunningSandbox
from tests.cli.conftest import Commands
from tests.cli.keys import connect, key_of, says

pytestmark = pytest.mark.e2e


def test_a_key_and_its_warning_go_different_ways(kakehashi: Commands, zoho: RunningSandbox) -> None:
    values = {name: zoho.info[name] for name in ("client_id", "client_secret", "refresh_token")}
    done = kakehashi(
        "zsc-key", "new", "--service", "crm", "--email", "a@b.example", "--accounts-url", zoho.info["base_url"],
        "--file", "-", given=json.dumps(values),
    )  # fmt: skip
    assert done.out.startswith("zsc1.")
    assert done.out.count("\n") == 1
    for secret in values.values():
        assert secret not in done.out + done.err


def test_a_grant_code_becomes_a_key_once(kakehashi: Commands, zoho: RunningSandbox) -> None:
    code = zoho.control("POST", "tokens/grant", {"scope": "ZohoCRM.modules.ALL"})
    values = {name: zoho.info[name] for name in ("client_id", "client_secret")}
    file = kakehashi.file("given.json", {**values, "grant_code": code.get("code") or code.get("grant_code")})
    words = (
        "zsc-key", "new", "--service", "crm", "--email", "a@b.example", "--accounts-url", zoho.info["base_url"],
        "--file", file,
    )  # fmt: skip
    assert kakehashi(*words).out.startswith("zsc1.")
    says(kakehashi(*words), "credential_refused")


def test_a_wrong_email(kakehashi: Commands, zoho: RunningSandbox) -> None:
    says(connect(kakehashi, zoho, crm="somebody@else.example"), "wrong_email")


def test_a_key_made_for_an_address_that_is_not_the_users(kakehashi: Commands, zoho: RunningSandbox) -> None:
    key = key_of(kakehashi, zoho, "crm", "somebody@else.example")
    says(connect(kakehashi, zoho, "--crm-key-file", key, crm="somebody@else.example"), "wrong_email")


def test_a_key_of_the_other_service(kakehashi: Commands, zoho: RunningSandbox) -> None:
    key = key_of(kakehashi, zoho, "books", zoho.info["crm"]["email"])
    says(connect(kakehashi, zoho, "--crm-key-file", key), "wrong_service")


@pytest.mark.parametrize("text", ["", "zsc1.", "zsc1.AAAA", "hello", "zsc1." + "x" * 5000, "日本語"])
def test_a_damaged_key(kakehashi: Commands, zoho: RunningSandbox, text: str) -> None:
    says(connect(kakehashi, zoho, "--crm-key-file", kakehashi.file("bad.key", text)), "damaged_key")


def test_an_organisation_that_is_not_the_users(kakehashi: Commands, zoho: RunningSandbox) -> None:
    done = connect(kakehashi, zoho, "--books-organisation", "1")
    says(done, "not_your_organisation")
    assert zoho.info["books"]["organization_id"] in done.err


def test_a_host_that_cannot_be_reached(kakehashi: Commands, zoho: RunningSandbox) -> None:
    info = {**zoho.info, "base_url": "http://127.0.0.1:9"}
    says(kakehashi("connect", "--sandbox", "-", given=json.dumps(info)), "unreachable")


def test_a_wrong_data_centre(kakehashi: Commands) -> None:
    with RunningSandbox(accounts=5, process=True) as zoho:
        zoho.switch("oauth.data_centre", "wrong_code")
        done = kakehashi("connect", "--sandbox", "-", given=json.dumps(zoho.info))
        says(done, "credential_refused")
        assert "data centre" in done.err


def test_a_wrong_secret(kakehashi: Commands, zoho: RunningSandbox) -> None:
    info = {**zoho.info, "client_secret": "wrong"}
    done = kakehashi("connect", "--sandbox", "-", given=json.dumps(info))
    says(done, "credential_refused")


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"base_url": 1}', "\x00"])
def test_a_sandbox_line_that_is_none(kakehashi: Commands, text: str) -> None:
    says(kakehashi("connect", "--sandbox", "-", given=text), "bad_request")


def test_a_file_that_is_not_there(kakehashi: Commands) -> None:
    says(kakehashi("connect", "--sandbox", "/no/such/file"), "bad_request")


def test_a_prompt_without_a_terminal_names_the_option(kakehashi: Commands) -> None:
    done = kakehashi("connect")
    says(done, "bad_request")
    assert "--crm-email" in done.err


@pytest.mark.parametrize("words", [["sync"], ["plan"], ["preflight"], ["setup", "customers", "--view", "x"]])
def test_what_needs_a_connection_says_so(kakehashi: Commands, words: list[str]) -> None:
    done = kakehashi(*words)
    if words == ["preflight"]:
        assert done.code == 2
        return
    says(done, "not_connected")


def test_what_reads_the_state_works_without_one(kakehashi: Commands) -> None:
    assert kakehashi("status", "--json").json["health"] == "not_connected"
    for words in (["failures"], ["links"], ["history"]):
        assert kakehashi(*words, "--json").json == []


def test_a_module_that_is_not_configured(kakehashi: Commands, zoho: RunningSandbox) -> None:
    kakehashi.connect(zoho)
    says(kakehashi("sync", "vendors"), "not_configured")


@pytest.mark.parametrize(
    "words", [["nonsense"], ["sync", "nothing"], ["setup"], ["status", "--nope"], ["links", "--limit", "x"]]
)
def test_wrong_usage_ends_with_2(kakehashi: Commands, words: list[str]) -> None:
    done = kakehashi(*words)
    assert (done.code, done.out) == (2, "")
    assert "usage: kakehashi" in done.err


def test_read_only_looks_and_changes_nothing(kakehashi: Commands, zoho: RunningSandbox) -> None:
    kakehashi.connect(zoho)
    assert kakehashi("--read-only", "status", "--json").json["read_only"] is True
    for words in (["sync"], ["pause"], ["setup", "customers", "--extent", "fetch"]):
        says(kakehashi("--read-only", *words), "read_only")


def test_a_profiles_name_is_checked(kakehashi: Commands) -> None:
    says(kakehashi("status", "--profile", "../etc"), "bad_request")


def test_a_folder_that_is_not_ours(kakehashi: Commands) -> None:
    kakehashi.place.prepare()
    (kakehashi.place.folder / "letter.txt").write_text("dear")
    says(kakehashi("status"), "store_not_ours")
    says(kakehashi("sync", lang="ja"), "store_not_ours", "ja")


def test_a_folder_of_a_newer_version(kakehashi: Commands, zoho: RunningSandbox) -> None:
    kakehashi.connect(zoho)
    assert kakehashi("stop").code == 0
    state = kakehashi.place.folder / "state.json"
    whole: dict[str, Any] = json.loads(state.read_bytes())
    assert _newer(whole), "the state has no version to change"
    state.write_text(json.dumps(whole))
    done = kakehashi("status")
    assert done.code == 7
    assert "Traceback" not in done.err


def _newer(value: Any) -> bool:
    """Raise every number under a key that speaks of a format or version; True when there was one."""
    found = False
    for key, inner in value.items() if isinstance(value, dict) else ():
        if key in ("format", "version") and isinstance(inner, int):
            value[key], found = inner + 1_000, True
        else:
            found = _newer(inner) or found
    return found


def test_a_folder_that_others_can_read(kakehashi: Commands) -> None:
    kakehashi.place.prepare()
    kakehashi.place.folder.chmod(0o755)
    done = kakehashi("status")
    says(done, "store_unsafe")
    assert "chmod" in done.err


@pytest.mark.skipif(sys.platform != "linux", reason="prlimit is Linux")
def test_no_space_left_in_mid_run(kakehashi: Commands) -> None:
    import resource

    with RunningSandbox(accounts=60, seed=2, process=True) as zoho:
        kakehashi.connect(zoho)
        pid = kakehashi.agent_pid()
        free = resource.prlimit(pid, resource.RLIMIT_FSIZE)  # type: ignore[attr-defined]
        largest = max(path.stat().st_size for path in kakehashi.place.folder.rglob("*") if path.is_file())
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (largest + 20_000, free[1]))  # type: ignore[attr-defined]
        full = kakehashi("sync", "--json")
        assert full.code == 7, full.err
        assert PROBLEMS["store_full"].message.en.split("{")[0] in full.err
        resource.prlimit(pid, resource.RLIMIT_FSIZE, free)  # type: ignore[attr-defined]
        assert kakehashi("sync").code in (0, 9)
        made = zoho.control("GET", "truth/books/contacts")["records"]
        names = [each["contact_name"] for each in made if each.get("custom_values")]
        assert len(names) == len(set(names)) > 40


def test_a_token_that_expires_in_mid_run_is_renewed(kakehashi: Commands) -> None:
    with RunningSandbox(accounts=40, seed=2, process=True) as zoho:
        kakehashi.connect(zoho)
        zoho.fault(kind="expire_token", side="books", method="POST", path="/contacts$", count=2, skip=5)
        done = kakehashi("sync", "--json")
        assert (done.json["state"], done.code in (0, 9)) == ("done", True)


def test_a_token_that_is_revoked_in_mid_run_stops_it_with_a_remedy(kakehashi: Commands) -> None:
    with RunningSandbox(accounts=40, seed=2, latency_ms=20, process=True) as zoho:
        kakehashi.connect(zoho)
        zoho.control("POST", "tokens/revoke", {})
        done = kakehashi("sync", "--json")
        assert done.code == 4
        assert "zsc-key new" in done.err
        assert done.json["state"] == "failed"
        assert kakehashi("status", "--json").json["modules"][0]["state"] == "failed"


def test_the_unexpected_is_kept_in_a_file_and_not_shown(kakehashi: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(*_: object) -> int:
        raise RuntimeError("secret")

    monkeypatch.setattr("core.commands.status.run", fail)
    done = kakehashi("status")
    says(done, "unexpected")
    log = kakehashi.place.log.with_name("commands.log")
    assert str(log) in done.err
    assert "secret" not in done.err
    assert "RuntimeError" in log.read_text()
    assert log.stat().st_mode & 0o777 == 0o600


def test_a_reader_that_has_enough_is_no_error(kakehashi: Commands, tmp_path: Path) -> None:
    import subprocess

    script = f"{sys.executable} -m tui.main --help --home {kakehashi.place.home} | head -n 1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=False, cwd=tmp_path, timeout=60)
    assert (done.returncode, "Traceback" in done.stderr) == (0, False)
