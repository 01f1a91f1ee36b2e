"""Keys at rest: the master keys of clients, wrapped by a key that is not in the database, and the hub's own keys."""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from precisionpulse_sdk.errors import StorageError

_NONCE_BYTES = 12


class UnwrapError(StorageError):
    """A wrapped key does not open: it was wrapped under another key-encryption key, or moved from another row."""


class Keyring:
    """Wraps and unwraps under one 32-byte key-encryption key."""

    def __init__(self, key_encryption_key: bytes) -> None:
        self._root = key_encryption_key
        self._cipher = AESGCM(_derive(key_encryption_key, "wrap"))

    @property
    def hub_key(self) -> bytes:
        """32 bytes for the channels between hub workers."""
        return _derive(self._root, "hub channels")

    @property
    def hub_private_key(self) -> X25519PrivateKey:
        """The hub's key pair for later key rotations."""
        return X25519PrivateKey.from_private_bytes(_derive(self._root, "hub key pair"))

    def wrap_master_key(self, client: str, key_id: int, master_key: bytes) -> bytes:
        """The form in which a master key lies in the database, bound to its row."""
        return self._wrap(master_key, _master_key_row(client, key_id))

    def unwrap_master_key(self, client: str, key_id: int, wrapped: bytes) -> bytes:
        """Raises `UnwrapError`."""
        return self._unwrap(wrapped, _master_key_row(client, key_id))

    def wrap_binding(self, lookup: bytes, binding: bytes) -> bytes:
        """The form in which an enrolment code's binding key lies in the database."""
        return self._wrap(binding, b"binding\x00" + lookup)

    def unwrap_binding(self, lookup: bytes, wrapped: bytes) -> bytes:
        """Raises `UnwrapError`."""
        return self._unwrap(wrapped, b"binding\x00" + lookup)

    def _wrap(self, secret: bytes, row: bytes) -> bytes:
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, secret, row)

    def _unwrap(self, wrapped: bytes, row: bytes) -> bytes:
        try:
            return self._cipher.decrypt(wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:], row)
        except (InvalidTag, ValueError) as error:
            raise UnwrapError("a stored key does not open with this key-encryption key") from error


def _master_key_row(client: str, key_id: int) -> bytes:
    return b"master key\x00" + client.encode() + b"\x00" + key_id.to_bytes(4, "big")


def _derive(root: bytes, purpose: str) -> bytes:
    return HKDF(SHA256(), 32, None, f"precisionpulse/1 backend {purpose}".encode()).derive(root)
