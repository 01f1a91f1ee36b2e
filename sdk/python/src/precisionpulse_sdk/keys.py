"""Keys of frames: derived from a client's master key for one connection and one direction (PP-FR-2); and a name that
only the hub's workers can know."""

from __future__ import annotations

from functools import lru_cache

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MASTER_KEY_BYTES = 32
SALT_BYTES = 16

_PROTOCOL = b"precisionpulse/1 "


def frame_key(master_key: bytes, *, salt: bytes, bound_salt: bytes, direction: str, epoch: int) -> bytes:
    """The 32-byte key of one sender's frames: `direction` is "up", "down" or "hub", `bound_salt` the receiving
    session's salt on "down" and empty otherwise, `epoch` an unsigned 64-bit number. As frame.proto defines it."""
    info = _PROTOCOL + direction.encode() + b"\x00" + epoch.to_bytes(8, "big")
    return HKDF(SHA256(), 32, salt + bound_salt, info).derive(master_key)


@lru_cache(maxsize=65536)
def frame_cipher(master_key: bytes, salt: bytes, bound_salt: bytes, direction: str, epoch: int) -> AESGCM:
    """The cipher for `frame_key`, kept for the connections that are open now."""
    return AESGCM(frame_key(master_key, salt=salt, bound_salt=bound_salt, direction=direction, epoch=epoch))


def share_filter(group: str, hub_key: bytes, topic_filter: str) -> str:
    """The shared subscription of a group of workers to `topic_filter`.

    Not every broker asks who may join a group. One of its frames that falls to a stranger is lost, if not read: so that
    nobody else can join, the group's name follows from the hub's key."""
    name = HKDF(SHA256(), 12, None, _PROTOCOL + b"share group\x00" + group.encode()).derive(hub_key).hex()
    return f"$share/{group}-{name}/{topic_filter}"
