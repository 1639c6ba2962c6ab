"""Secrets: where they go, when they are locked, and that none of them shows."""

import threading
from collections.abc import Iterator
from pathlib import Path

import keyring
import msgspec
import pytest
from keyring.backend import KeyringBackend
from keyring.backends.chainer import ChainerBackend
from keyring.backends.fail import Keyring as FailKeyring
from keyring.backends.null import Keyring as NullKeyring
from keyring.errors import KeyringLocked

from core.model.problems import Problem
from core.store import rings, sealed
from core.store.vault import Vault, open_vault

SECRET = "1000.refresh-token-架橋"
HEADLESS: dict[str, str] = {}


class Ring(KeyringBackend):
    """A keyring that works."""

    priority = -1.0
    """Never taken by itself: keyring knows every subclass, in all tests that run in this process."""

    def __init__(self) -> None:
        self.held: dict[tuple[str, str], str] = {}

    def set_password(self, service: str, username: str, password: str) -> None:
        self.held[service, username] = password

    def get_password(self, service: str, username: str) -> str | None:
        return self.held.get((service, username))

    def delete_password(self, service: str, username: str) -> None:
        del self.held[service, username]


class ForgetfulRing(Ring):
    def set_password(self, service: str, username: str, password: str) -> None:
        pass

    def delete_password(self, service: str, username: str) -> None:
        pass


class HangingRing(Ring):
    waits = threading.Event()

    def set_password(self, service: str, username: str, password: str) -> None:
        self.waits.wait()


PlainRing = type("PlaintextKeyring", (Ring,), {"__module__": "keyrings.alt.file"})


def chain(*members: KeyringBackend) -> KeyringBackend:
    found: KeyringBackend = type("Chain", (ChainerBackend,), {"backends": members})()
    return found


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealed, "COST", 2**10)


@pytest.fixture(autouse=True)
def no_ring() -> Iterator[None]:
    before = keyring.get_keyring()
    keyring.set_keyring(FailKeyring())  # type: ignore[no-untyped-call]
    yield
    keyring.set_keyring(before)


def use(ring: KeyringBackend) -> None:
    keyring.set_keyring(ring)


def opened(folder: Path, passphrase: str = "", environ: dict[str, str] = HEADLESS) -> Vault:
    vault = open_vault(folder, environ=environ)
    if passphrase:
        vault.unlock(passphrase)
    return vault


def code_of(call: object, *args: str) -> str:
    with pytest.raises(Problem) as caught:
        call(*args)  # type: ignore[operator]
    assert caught.value.message("ja") and caught.value.remedy("en")
    return caught.value.code


# --- which vault


def test_a_working_keyring_is_used(folder: Path) -> None:
    ring = Ring()
    use(ring)
    vault = opened(folder)
    vault.put("crm", SECRET)
    assert (vault.kind, vault.locked) == ("keyring", False)
    assert opened(folder).get("crm") == SECRET
    assert list(ring.held.values()) == [SECRET]
    assert list(folder.iterdir()) == []
    vault.delete("crm")
    vault.delete("crm")
    assert vault.get("crm") is None


def test_two_profiles_do_not_share_a_keyrings_secrets(tmp_path: Path) -> None:
    use(Ring())
    opened(tmp_path / "one").put("crm", SECRET)
    assert opened(tmp_path / "two").get("crm") is None


@pytest.mark.parametrize(
    "ring",
    [
        pytest.param(FailKeyring, id="fail"),
        pytest.param(NullKeyring, id="null"),
        pytest.param(PlainRing, id="plain text"),
        pytest.param(ForgetfulRing, id="forgetful"),
        pytest.param(lambda: chain(PlainRing(), NullKeyring()), id="chain of these"),  # type: ignore[no-untyped-call]
    ],
)
def test_a_keyring_that_does_not_keep_secrets_is_not_used(folder: Path, ring: type[KeyringBackend]) -> None:
    use(ring())
    vault = opened(folder)
    assert (vault.kind, vault.locked) == ("passphrase", True)


def test_a_chain_is_searched_for_one_that_works(folder: Path) -> None:
    good = Ring()
    use(chain(PlainRing(), good))
    opened(folder).put("crm", SECRET)
    assert SECRET in good.held.values()


def test_a_keyring_that_waits_for_a_desktop_is_not_waited_for(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rings, "PATIENCE", 0.05)
    use(HangingRing())
    assert opened(folder).kind == "passphrase"
    HangingRing.waits.set()


def test_secrets_in_a_file_are_not_hidden_by_a_keyring_that_comes_later(folder: Path) -> None:
    opened(folder, "correct horse").put("crm", SECRET)
    use(Ring())
    vault = opened(folder, "correct horse")
    assert (vault.kind, vault.get("crm")) == ("passphrase", SECRET)


def test_a_locked_keyring_is_a_problem_without_its_words(folder: Path) -> None:
    ring = Ring()
    use(ring)
    vault = opened(folder)

    def locked(*_: str) -> str:
        raise KeyringLocked(SECRET)

    ring.get_password = locked  # type: ignore[method-assign, assignment]
    with pytest.raises(Problem) as caught:
        vault.get("crm")
    assert caught.value.code == "keyring_locked"
    assert SECRET not in str(caught.value)


def test_a_keyring_that_stops_working_is_a_problem(folder: Path) -> None:
    ring = Ring()
    use(ring)
    vault = opened(folder)
    ring.held = None  # type: ignore[assignment]
    assert code_of(vault.put, "crm", SECRET) == "keyring_unavailable"


# --- the file under a passphrase


def test_it_is_locked_until_it_is_unlocked(folder: Path) -> None:
    vault = opened(folder)
    assert vault.locked
    assert code_of(vault.get, "crm") == "vault_locked"
    assert code_of(vault.put, "crm", SECRET) == "vault_locked"
    assert code_of(vault.delete, "crm") == "vault_locked"
    assert not (folder / "vault.json").exists()
    vault.unlock("correct horse")
    assert not vault.locked


def test_the_first_unlock_sets_the_passphrase(folder: Path) -> None:
    opened(folder, "correct horse").put("crm", SECRET)
    vault = opened(folder)
    assert code_of(vault.unlock, "wrong horse") == "vault_passphrase"
    assert vault.locked
    vault.unlock("correct horse")
    assert vault.get("crm") == SECRET


def test_a_wrong_passphrase_leaves_an_open_vault_open(folder: Path) -> None:
    vault = opened(folder, "correct horse")
    vault.put("crm", SECRET)
    assert code_of(vault.unlock, "wrong") == "vault_passphrase"
    assert vault.get("crm") == SECRET


def test_an_empty_passphrase_is_refused(folder: Path) -> None:
    assert code_of(opened(folder).unlock, "") == "vault_passphrase"


def test_secrets_are_kept_replaced_and_forgotten(folder: Path) -> None:
    vault = opened(folder, "correct horse")
    vault.put("crm", "old")
    vault.put("books", SECRET)
    vault.put("crm", "new")
    vault.delete("books")
    vault.delete("never")
    again = opened(folder, "correct horse")
    assert (again.get("crm"), again.get("books")) == ("new", None)


def test_no_secret_and_no_passphrase_stands_in_the_file_or_a_repr(folder: Path) -> None:
    vault = opened(folder, "correct horse")
    vault.put("crm", SECRET)
    written = (folder / "vault.json").read_text() + repr(vault)
    for word in (SECRET, "refresh-token", "correct horse", "crm"):
        assert word not in written


def test_every_write_has_its_own_nonce(folder: Path) -> None:
    vault = opened(folder, "correct horse")
    files = set()
    for _ in range(5):
        vault.put("crm", SECRET)
        files.add(msgspec.json.decode((folder / "vault.json").read_bytes())["nonce"])
    assert len(files) == 5


def test_the_file_is_private_and_refused_when_it_is_not(folder: Path) -> None:
    opened(folder, "correct horse").put("crm", SECRET)
    file = folder / "vault.json"
    assert file.stat().st_mode & 0o777 == 0o600
    file.chmod(0o644)
    assert code_of(lambda: opened(folder)) == "store_unsafe"


def test_any_changed_byte_of_the_file_is_noticed(folder: Path) -> None:
    opened(folder, "correct horse").put("crm", SECRET)
    file = folder / "vault.json"
    whole = file.read_bytes()
    for place in range(len(whole)):
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 0x01]) + whole[place + 1 :])
        assert code_of(opened(folder).unlock, "correct horse") in {"vault_damaged", "store_too_new"}, place


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"\xff\xfe"])
def test_a_file_that_is_no_vault_is_damaged_and_left_alone(folder: Path, content: bytes) -> None:
    folder.mkdir(0o700)
    (folder / "vault.json").write_bytes(content)
    (folder / "vault.json").chmod(0o600)
    assert code_of(opened(folder).unlock, "correct horse") == "vault_damaged"
    assert (folder / "vault.json").read_bytes() == content


def test_a_full_disk_keeps_the_old_secrets(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    vault = opened(folder, "correct horse")
    vault.put("crm", "old")

    def full(*_: object) -> int:
        raise OSError(28, "no space")

    with monkeypatch.context() as broken:
        broken.setattr("os.write", full)
        assert code_of(vault.put, "crm", SECRET) == "store_full"
    assert vault.get("crm") == opened(folder, "correct horse").get("crm") == "old"


# --- passphrases from elsewhere


def test_ci_gives_the_passphrase_in_the_environment(folder: Path) -> None:
    environ = {"KAKEHASHI_PASSPHRASE": "correct horse"}
    vault = opened(folder, environ=environ)
    assert (vault.kind, vault.locked) == ("environment", False)
    vault.put("crm", SECRET)
    assert opened(folder, environ=environ).get("crm") == SECRET
    assert opened(folder, "correct horse").get("crm") == SECRET


def test_a_service_gets_the_passphrase_as_a_systemd_credential(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "kakehashi.passphrase").write_text("correct horse\n")
    environ = {"CREDENTIALS_DIRECTORY": str(tmp_path)}
    vault = opened(folder, environ=environ)
    assert (vault.kind, vault.locked) == ("systemd", False)
    vault.put("crm", SECRET)
    assert opened(folder, "correct horse").get("crm") == SECRET


def test_a_service_without_our_credential_is_locked(folder: Path, tmp_path: Path) -> None:
    assert opened(folder, environ={"CREDENTIALS_DIRECTORY": str(tmp_path)}).locked


def test_a_wrong_passphrase_from_elsewhere_is_told(folder: Path) -> None:
    opened(folder, "correct horse").put("crm", SECRET)
    vault = opened(folder, environ={"KAKEHASHI_PASSPHRASE": "wrong"})
    assert code_of(vault.get, "crm") == "vault_passphrase"
    vault.unlock("correct horse")
    assert vault.get("crm") == SECRET


# --- sandbox profiles


def test_a_sandbox_profile_keeps_its_keys_in_its_own_private_file(folder: Path) -> None:
    vault = open_vault(folder, loopback=True, environ=HEADLESS)
    assert (vault.kind, vault.locked) == ("loopback", False)
    vault.unlock("anything")
    vault.put("crm", SECRET)
    vault.put("books", "x")
    vault.delete("books")
    again = open_vault(folder, loopback=True, environ=HEADLESS)
    assert (again.get("crm"), again.get("books")) == (SECRET, None)
    (file,) = folder.iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    assert SECRET not in repr(again)


def test_a_damaged_loopback_file_is_told_without_its_content(folder: Path) -> None:
    folder.mkdir(0o700)
    (folder / "vault-loopback.json").write_text('{"crm": "' + SECRET)
    (folder / "vault-loopback.json").chmod(0o600)
    vault = open_vault(folder, loopback=True, environ=HEADLESS)
    assert code_of(vault.get, "crm") == "vault_damaged"
