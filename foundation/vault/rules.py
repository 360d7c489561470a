"""Sealing a short secret with AES-256-GCM. A sealed value names its key, so that keys can be changed one after another.

Layout: 1 byte version, 8 bytes key id, 12 bytes nonce, then the ciphertext with its 16-byte tag.
"""

import hashlib
import os
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

VERSION = b"\x01"
_KEY_ID = slice(1, 9)
_NONCE = slice(9, 21)
_REST = slice(21, None)


class CannotOpen(Exception):
    """Sealed with a key that is not here, for another name, or damaged. Says nothing about the value."""


def seal(text: str, *, name: str, keys: Sequence[str]) -> bytes:
    """`text` sealed with the first key. The name is bound in: a sealed value moved to another name does not open."""
    key = _derived(keys[0])
    nonce = os.urandom(12)
    return VERSION + _id_of(key) + nonce + AESGCM(key).encrypt(nonce, text.encode(), name.encode())


def open_sealed(sealed: bytes, *, name: str, keys: Sequence[str]) -> str:
    """The text, with whichever key sealed it.

    :raises CannotOpen: no key fits, or the bytes are not what was sealed under this name
    """
    for key in map(_derived, keys):
        if sealed[:1] == VERSION and sealed[_KEY_ID] == _id_of(key):
            try:
                return AESGCM(key).decrypt(sealed[_NONCE], sealed[_REST], name.encode()).decode()
            except InvalidTag:
                raise CannotOpen(f"The secret {name} is damaged.") from None
    raise CannotOpen(f"None of the vault's keys fits the secret {name}.")


def is_sealed_with_first(sealed: bytes, *, keys: Sequence[str]) -> bool:
    return sealed[_KEY_ID] == _id_of(_derived(keys[0]))


def hint_of(text: str) -> str:
    """The last four characters, by which a person knows a key again; nothing of a value that four would give away."""
    return text[-4:] if len(text) >= 16 else ""


def _derived(key: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"masthead vault").derive(key.encode())


def _id_of(derived: bytes) -> bytes:
    return hashlib.sha256(b"id of " + derived).digest()[:8]
