"""Secrets in a file under a passphrase: AES-256-GCM with a key that scrypt makes of it."""

import hashlib
import os
from pathlib import Path

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from msgspec import Struct

from core.model.problems import Problem
from core.store import disk

SEALED = "vault.json"
COST = 2**16
"""scrypt's N for a new file, with r = 8 and p = 1: 64 MiB and about a tenth of a second a guess."""
_COSTS = range(2**10, 2**20 + 1)
_BLOCK, _LANES = 8, 1


class _Sealed(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The file. ``digest`` is over the rest: it tells a damaged file from a wrong passphrase, and proves nothing."""

    format: int
    cost: int
    salt: bytes
    nonce: bytes
    data: bytes
    digest: str = ""

    def head(self) -> bytes:
        """Return what is bound to the secrets without being secret."""
        return msgspec.json.encode([self.format, self.cost, self.salt])

    def summed(self) -> str:
        """Return what ``digest`` must be."""
        return hashlib.sha256(self.head() + self.nonce + self.data).hexdigest()


class SealedVault:
    """See the module's docstring. The key is kept in memory from ``unlock`` on, the passphrase until its first use.

    ``passphrase``: known beforehand (CI, systemd); it is tried when the first secret is asked for.
    """

    def __init__(self, folder: Path, kind: str, passphrase: str = "") -> None:
        self.kind = kind
        self._path = folder / SEALED
        disk.check_private(self._path, disk.FILE_MODE)
        self._passphrase = passphrase
        self._key: bytes | None = None
        self._salt = b""
        self._cost = COST
        self._held: dict[str, str] = {}

    def __repr__(self) -> str:
        return f"SealedVault({self.kind!r}, …)"

    @property
    def locked(self) -> bool:
        """Return whether a passphrase is needed first."""
        return self._key is None and not self._passphrase

    def unlock(self, passphrase: str) -> None:
        """Open the file; where there is none yet, the passphrase is set by the first secret.

        Raises ``Problem('vault_passphrase')`` for a wrong or an empty one, ``Problem('vault_damaged')``.
        """
        if not passphrase:
            raise Problem("vault_passphrase")
        sealed = self._read()
        if sealed is None:
            salt, cost, held = os.urandom(16), COST, {}
            key = _derive(passphrase, salt, cost)
        else:
            salt, cost = sealed.salt, sealed.cost
            key = _derive(passphrase, salt, cost)
            held = self._open(key, sealed)
        self._key, self._salt, self._cost, self._held, self._passphrase = key, salt, cost, held, ""

    def get(self, name: str) -> str | None:
        """Return a secret, None when there is none. Raises ``Problem('vault_locked')`` and as ``unlock``."""
        self._need_key()
        return self._held.get(name)

    def put(self, name: str, value: str) -> None:
        """Keep a secret. Raises as ``get``, and ``Problem('store_full')``; nothing has then changed."""
        key = self._need_key()
        self._write(key, self._held | {name: value})

    def delete(self, name: str) -> None:
        """Forget a secret. Raises as ``put``."""
        key = self._need_key()
        if name in self._held:
            self._write(key, {other: value for other, value in self._held.items() if other != name})

    def _need_key(self) -> bytes:
        if self._key is None and self._passphrase:
            self.unlock(self._passphrase)
        if self._key is None:
            raise Problem("vault_locked")
        return self._key

    def _read(self) -> _Sealed | None:
        try:
            sealed = msgspec.json.decode(self._path.read_bytes(), type=_Sealed)
        except FileNotFoundError:
            return None
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise self._damaged() from error
        if sealed.format > 1:
            raise Problem("store_too_new", path=str(self._path), found=str(sealed.format), known="1")
        if sealed.digest != sealed.summed() or sealed.cost not in _COSTS:
            raise self._damaged()
        return sealed

    def _open(self, key: bytes, sealed: _Sealed) -> dict[str, str]:
        try:
            plain = AESGCM(key).decrypt(sealed.nonce, sealed.data, sealed.head())
        except InvalidTag:
            raise Problem("vault_passphrase") from None
        except ValueError:
            raise self._damaged() from None
        return msgspec.json.decode(plain, type=dict[str, str])

    def _write(self, key: bytes, held: dict[str, str]) -> None:
        nonce = os.urandom(12)
        empty = _Sealed(format=1, cost=self._cost, salt=self._salt, nonce=nonce, data=b"")
        data = AESGCM(key).encrypt(nonce, msgspec.json.encode(held), empty.head())
        sealed = msgspec.structs.replace(empty, data=data)
        sealed = msgspec.structs.replace(sealed, digest=sealed.summed())
        disk.replace(self._path, [msgspec.json.encode(sealed)])
        self._held = held

    def _damaged(self) -> Problem:
        return Problem("vault_damaged", path=str(self._path))


def _derive(passphrase: str, salt: bytes, cost: int) -> bytes:
    return Scrypt(salt=salt, length=32, n=cost, r=_BLOCK, p=_LANES).derive(passphrase.encode())
