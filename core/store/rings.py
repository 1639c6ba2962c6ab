"""Secrets in the system's keyring, where there is one that truly works."""

import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import keyring
import keyring.errors
from keyring.backend import KeyringBackend
from keyring.backends.chainer import ChainerBackend

from core.model.problems import Problem

SERVICE = "kakehashi"
PATIENCE = 5.0
"""Seconds that a keyring may take to answer before it counts as none."""
_PROBE = "probe"
# Backends that fail, forget, or write plain text (keyrings.alt).
_REFUSED = ("keyring.backends.fail", "keyring.backends.null", "keyrings.alt")


def working() -> KeyringBackend | None:
    """Return the keyring that this user's session has, None where none keeps what it is given.

    A backend is only taken at its word: a value is stored, read back and removed.
    """
    found: list[KeyringBackend] = []
    # A keyring may ask a desktop that nobody sits at, and wait for ever.
    probe = threading.Thread(target=lambda: found.extend(_working()), name="keyring-probe", daemon=True)
    probe.start()
    probe.join(PATIENCE)
    return found[0] if found else None


def _working() -> Iterator[KeyringBackend]:
    return filter(_works, _candidates(keyring.get_keyring()))


def _candidates(ring: KeyringBackend) -> list[KeyringBackend]:
    if isinstance(ring, ChainerBackend):
        # The chain would fall through to a plain-text member.
        return [inner for chained in ring.backends for inner in _candidates(chained)]
    return [] if type(ring).__module__.startswith(_REFUSED) else [ring]


def _works(ring: KeyringBackend) -> bool:
    value = secrets.token_hex(8)
    try:
        ring.set_password(SERVICE, _PROBE, value)
        kept = ring.get_password(SERVICE, _PROBE) == value
        ring.delete_password(SERVICE, _PROBE)
    except Exception:  # A backend raises whatever its bus raises; any of it means no.
        return False
    return kept


@contextmanager
def _problems() -> Iterator[None]:
    """Turn what a keyring refuses into a Problem, without its words: they may quote what it was given."""
    try:
        yield
    except keyring.errors.KeyringLocked:
        raise Problem("keyring_locked") from None
    except Exception as error:
        raise Problem("keyring_unavailable", why=type(error).__name__) from None


class KeyringVault:
    """One profile's secrets in a keyring, under the profile's folder as user name."""

    kind = "keyring"

    def __init__(self, ring: KeyringBackend, profile: str) -> None:
        self._ring = ring
        self._profile = profile
        self.locked = False

    def __repr__(self) -> str:
        return "KeyringVault(…)"

    def unlock(self, passphrase: str) -> None:
        """Do nothing: the session unlocks its keyring."""

    def get(self, name: str) -> str | None:
        """Return a secret, None when there is none. Raises ``Problem('keyring_locked')``, ``keyring_unavailable``."""
        with _problems():
            return self._ring.get_password(SERVICE, self._user(name))

    def put(self, name: str, value: str) -> None:
        """Keep a secret. Raises as ``get``."""
        with _problems():
            self._ring.set_password(SERVICE, self._user(name), value)

    def delete(self, name: str) -> None:
        """Forget a secret. Raises as ``get``."""
        with _problems():
            if self._ring.get_password(SERVICE, self._user(name)) is not None:
                self._ring.delete_password(SERVICE, self._user(name))

    def _user(self, name: str) -> str:
        return f"{self._profile}:{name}"
