"""ZSC keys: a credential as one string, ``zsc1.`` and URL-safe base64 (design.md §6).

The bytes are: one flag (0 open, 1 under a passphrase), then the body, then the first eight bytes of a SHA-256 over flag
and body, so that a lost, doubled or mistyped character is told from a key that Zoho refuses. Under a passphrase the
body is salt (16), nonce (12) and AES-GCM of the JSON, with a key from scrypt. It is a bearer secret all the same.
"""

import base64
import hashlib
import os
import re

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from core.model.names import SideName
from core.model.problems import Problem
from core.zoho.credential import Credential
from core.zoho.errors import NAMES

PREFIX = "zsc1."
CHECK, SALT, NONCE = 8, 16, 12
OPEN, SEALED = b"\0", b"\1"
SCRYPT_N, SCRYPT_R, SCRYPT_P = 2**15, 8, 1
MOST = 16_384
"""Characters of a pasted text that are looked at; a key has about five hundred."""


def encode(credential: Credential, passphrase: str = "") -> str:
    """Return the credential as a ZSC key, sealed where a passphrase is given."""
    plain = credential.to_json().encode()
    body = OPEN + plain
    if passphrase:
        salt, nonce = os.urandom(SALT), os.urandom(NONCE)
        body = SEALED + salt + nonce + AESGCM(_key(passphrase, salt)).encrypt(nonce, plain, PREFIX.encode())
    return PREFIX + base64.urlsafe_b64encode(body + _check(body)).decode().rstrip("=")


def decode(text: str, *, service: SideName, email: str, passphrase: str = "") -> Credential:
    """Return the credential of a pasted key. Spaces and line breaks that pasting put in are ignored.

    Raises ``Problem``: ``damaged_key`` (not whole), ``key_passphrase`` (sealed, and that is not it), ``wrong_service``,
    ``wrong_email``. None of them quotes the key.
    """
    credential = Credential.from_json(_opened(_bytes(text), passphrase))
    if credential.service != service:
        raise Problem("wrong_service", found=NAMES[credential.service], wanted=NAMES[service])
    if credential.email.strip().casefold() != email.strip().casefold():
        raise Problem("wrong_email", email=email.strip())
    return credential


def _bytes(text: str) -> bytes:
    packed = re.sub(r"\s|[\u200b\u2060\ufeff]", "", text[:MOST])
    given = packed.removeprefix(PREFIX)
    if given == packed or not re.fullmatch(r"[A-Za-z0-9_-]+={0,2}", given):
        raise Problem("damaged_key")
    given = given.rstrip("=")
    try:
        raw = base64.urlsafe_b64decode(given + "=" * (-len(given) % 4))
    except ValueError:
        raise Problem("damaged_key") from None
    body, check = raw[:-CHECK], raw[-CHECK:]
    # The last character may carry bits that no byte uses: only the one canonical spelling is whole.
    canonical = base64.urlsafe_b64encode(raw).decode().rstrip("=") == given
    if not body or check != _check(body) or not canonical:
        raise Problem("damaged_key")
    return body


def _opened(body: bytes, passphrase: str) -> str:
    flag, rest = body[:1], body[1:]
    if flag == OPEN:
        return rest.decode(errors="replace")
    if flag != SEALED:
        raise Problem("damaged_key")
    salt, nonce, sealed = rest[:SALT], rest[SALT : SALT + NONCE], rest[SALT + NONCE :]
    try:
        return AESGCM(_key(passphrase, salt)).decrypt(nonce, sealed, PREFIX.encode()).decode(errors="replace")
    except (InvalidTag, ValueError):
        raise Problem("key_passphrase") from None


def _check(body: bytes) -> bytes:
    return hashlib.sha256(PREFIX.encode() + body).digest()[:CHECK]


def _key(passphrase: str, salt: bytes) -> bytes:
    return hashlib.scrypt(
        passphrase.encode(), salt=salt, n=SCRYPT_N, r=SCRYPT_R, p=SCRYPT_P, maxmem=64 * 2**20, dklen=32
    )
