"""The one-time code: a secret, and the fingerprint of the site's CA, in letters that people can read to each other."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from functools import cached_property

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.errors import EnrolmentError

SECRET_BYTES = 10
FINGERPRINT_BYTES = 10
LOOKUP_BYTES = 16
BINDING_BYTES = 32

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LETTERS = (SECRET_BYTES + FINGERPRINT_BYTES) * 8 // 5
_GROUP = 4
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1", " ": "", "-": "", "\t": "", "\n": "", "\r": ""})


@dataclass(frozen=True)
class EnrolmentCode:
    """A code taken apart. `secret` never travels; what is derived from it finds the code and binds the keys to it."""

    secret: bytes = field(repr=False)
    fingerprint: bytes
    """First 10 bytes of the SHA-256 of the site's CA certificate (DER)."""

    @classmethod
    def parse(cls, text: str) -> EnrolmentCode:
        """The code that a person typed: case, spaces and dashes do not matter, O is 0, I and L are 1.

        Raises `EnrolmentError` (code INVALID) that says what is wrong."""
        letters = text.upper().translate(_MISREAD)
        strange = sorted(set(letters) - set(_ALPHABET))
        if strange:
            shown = " ".join(repr(letter) for letter in strange[:5])
            raise EnrolmentError("INVALID", f"{shown} can't be in an enrolment code: check it letter by letter")
        if len(letters) != _LETTERS:
            raise EnrolmentError(
                "INVALID",
                f"an enrolment code has {_LETTERS} letters and digits, this one has {len(letters)}: copy all of it",
            )
        number = 0
        for letter in letters:
            number = number << 5 | _ALPHABET.index(letter)
        both = number.to_bytes(SECRET_BYTES + FINGERPRINT_BYTES, "big")
        return cls(both[:SECRET_BYTES], both[SECRET_BYTES:])

    @property
    def text(self) -> str:
        """The code as it is shown: groups of four, joined by dashes."""
        number = int.from_bytes(self.secret + self.fingerprint, "big")
        letters = "".join(_ALPHABET[number >> shift & 31] for shift in range(5 * (_LETTERS - 1), -1, -5))
        return "-".join(letters[at : at + _GROUP] for at in range(0, _LETTERS, _GROUP))

    @cached_property
    def lookup(self) -> bytes:
        """What finds the code at the hub; 16 bytes."""
        return HKDF(SHA256(), LOOKUP_BYTES, None, b"precisionpulse/1 enrolment lookup").derive(self.secret)

    @cached_property
    def binding(self) -> bytes:
        """The key that proves knowledge of the code; 32 bytes."""
        return HKDF(SHA256(), BINDING_BYTES, None, b"precisionpulse/1 enrolment binding").derive(self.secret)

    def fits(self, ca_der: bytes) -> bool:
        """Whether the code was issued under this CA certificate."""
        return hmac.compare_digest(ca_fingerprint(ca_der), self.fingerprint)


def ca_fingerprint(ca_der: bytes) -> bytes:
    """What a code says of the site's CA certificate."""
    return hashlib.sha256(ca_der).digest()[:FINGERPRINT_BYTES]


def proof(binding: bytes, request: pb.EnrolmentRequest) -> bytes:
    """The proof that the sender of `request` knows the code, over everything that the hub will act on; 32 bytes."""
    covered = (
        request.code_lookup
        + hashlib.sha256(request.certificate_request).digest()
        + hashlib.sha256(request.hpke_public_key).digest()
        + request.install_id
    )
    return hmac.digest(binding, covered, "sha256")


def seal_info(binding: bytes, client: str) -> bytes:
    """HPKE's `info`: ties the sealed master key to the code and to the client's name."""
    return b"precisionpulse/1 enrolment\x00" + binding + client.encode()
