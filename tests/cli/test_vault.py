"""Real credentials: under a passphrase where there is no keyring, locked after a restart, and in no file to be read."""

from pathlib import Path

import pytest

from core.sandbox.testing import RunningSandbox
from tests.cli.conftest import Commands
from tests.cli.keys import connect, says

pytestmark = pytest.mark.e2e


def secrets_in(home: Path, zoho: RunningSandbox) -> list[str]:
    """Files that hold a secret in the clear."""
    wanted = [zoho.info[name].encode() for name in ("client_secret", "refresh_token")]
    return [
        str(path)
        for path in home.rglob("*")
        if path.is_file() and any(each in path.read_bytes() for each in wanted)
    ]  # fmt: skip


def test_without_a_keyring_a_passphrase_comes_first(kakehashi: Commands, zoho: RunningSandbox) -> None:
    done = connect(kakehashi, zoho, locked=True)
    says(done, "vault_locked")
    assert "kakehashi unlock" in done.err
    assert kakehashi("status", "--json").json["health"] == "not_connected"


def test_locked_after_a_restart_until_the_passphrase_is_given(kakehashi: Commands) -> None:
    right, wrong = kakehashi.file("right", "open sesame\n"), kakehashi.file("wrong", "open barley\n")
    with RunningSandbox(accounts=5, planted=False, process=True) as zoho:
        assert kakehashi("unlock", "--passphrase-file", right).code == 0
        joined = connect(kakehashi, zoho, locked=True)
        assert joined.code == 0, joined.err
        assert "kakehashi setup customers" in joined.err
        assert kakehashi("setup", "customers", "--extent", "fetch").code == 0
        assert kakehashi("sync").code == 0
        assert kakehashi("stop").code == 0

        status = kakehashi("status", "--json").json
        assert (status["health"], status["vault"]) == ("locked", "passphrase")
        says(kakehashi("sync"), "vault_locked")
        says(kakehashi("unlock", "--passphrase-file", wrong), "vault_passphrase")
        assert kakehashi("unlock", "--passphrase-file", "-", given="open sesame").code == 0
        assert kakehashi("status", "--json").json["health"] == "ok"
        assert kakehashi("sync").code == 0
        assert secrets_in(kakehashi.place.home, zoho) == []


def test_a_sandboxs_credentials_stand_in_their_own_file_alone(kakehashi: Commands, zoho: RunningSandbox) -> None:
    kakehashi.connect(zoho)
    kakehashi("plan")
    assert secrets_in(kakehashi.place.home, zoho) == [str(kakehashi.place.folder / "vault-loopback.json")]
    assert (kakehashi.place.folder / "vault-loopback.json").stat().st_mode & 0o777 == 0o600
