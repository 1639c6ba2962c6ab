"""Secrets: never in the state, never in plain text, never silently.

Where a keyring truly works it keeps them; else a file under a passphrase does (``core.store.sealed``). The passphrase
comes from a person (kind ``passphrase``; locked until then), from a systemd credential, or, for CI, from the
environment.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

import msgspec

from core.model.problems import Problem
from core.store import disk, rings
from core.store.sealed import SEALED, SealedVault

PASSPHRASE = "KAKEHASHI_PASSPHRASE"  # noqa: S105 - the name of a variable
CREDENTIALS = "CREDENTIALS_DIRECTORY"
CREDENTIAL = "kakehashi.passphrase"
"""The name of the systemd credential (``LoadCredential=kakehashi.passphrase:…``) that holds the passphrase."""
LOOPBACK = "vault-loopback.json"


class Vault(Protocol):
    """Secrets by name. No method and no repr shows one in passing."""

    @property
    def kind(self) -> str:
        """Return ``keyring``, ``passphrase``, ``systemd``, ``environment`` or ``loopback``."""
        ...

    @property
    def locked(self) -> bool:
        """Return whether a passphrase is needed first."""
        ...

    def unlock(self, passphrase: str) -> None:
        """Open it; on an empty vault, set the passphrase. Raises ``Problem('vault_passphrase')``, ``vault_damaged``."""
        ...

    def get(self, name: str) -> str | None:
        """Return a secret, None when there is none. Raises ``Problem('vault_locked')`` and its kin."""
        ...

    def put(self, name: str, value: str) -> None:
        """Keep a secret. Raises ``Problem('vault_locked')`` and its kin, ``Problem('store_full')``."""
        ...

    def delete(self, name: str) -> None:
        """Forget a secret; one that is not there is fine. Raises as ``put``."""
        ...


def open_vault(folder: Path, *, loopback: bool = False, environ: Mapping[str, str] = os.environ) -> Vault:
    """Return the vault of the profile in ``folder``.

    ``loopback`` is for sandbox profiles only: the credentials of a server on 127.0.0.1 that ends with its launcher are
    no secret. Raises ``Problem('store_unsafe')`` for a vault file that others may read.
    """
    disk.make_private(folder)
    if loopback:
        return LoopbackVault(folder / LOOPBACK)
    if passphrase := environ.get(PASSPHRASE, ""):
        return SealedVault(folder, "environment", passphrase)
    if passphrase := _credential(environ):
        return SealedVault(folder, "systemd", passphrase)
    # A file that is there has the secrets: a keyring that came later must not hide them.
    if not (folder / SEALED).exists():
        ring = rings.working()
        if ring is not None:
            return rings.KeyringVault(ring, str(folder.resolve()))
    return SealedVault(folder, "passphrase")


def _credential(environ: Mapping[str, str]) -> str:
    directory = environ.get(CREDENTIALS, "")
    path = Path(directory) / CREDENTIAL
    if not directory or not path.is_file():
        return ""
    with disk.problems(path):
        return path.read_text("utf-8").rstrip("\r\n")


class LoopbackVault:
    """A sandbox's credentials in a file of their own, outside the state."""

    kind = "loopback"
    locked = False

    def __init__(self, path: Path) -> None:
        disk.check_private(path, disk.FILE_MODE)
        self._path = path

    def __repr__(self) -> str:
        return "LoopbackVault(…)"

    def unlock(self, passphrase: str) -> None:
        """Do nothing: it is never locked."""

    def get(self, name: str) -> str | None:
        """Return a secret, None when there is none. Raises ``Problem('vault_damaged')``."""
        return self._read().get(name)

    def put(self, name: str, value: str) -> None:
        """Keep a secret. Raises ``Problem('vault_damaged')``, ``Problem('store_full')``."""
        self._write(self._read() | {name: value})

    def delete(self, name: str) -> None:
        """Forget a secret. Raises as ``put``."""
        held = self._read()
        if held.pop(name, None) is not None:
            self._write(held)

    def _read(self) -> dict[str, str]:
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=dict[str, str])
        except FileNotFoundError:
            return {}
        except (msgspec.MsgspecError, UnicodeDecodeError):
            # Without the cause: a parser's complaint may quote what it read.
            raise Problem("vault_damaged", path=str(self._path)) from None

    def _write(self, held: dict[str, str]) -> None:
        disk.replace(self._path, [msgspec.json.encode(held)])
