"""Who a client is: its names, its certificate, its keys, and its broker. One file, readable by its owner alone."""

from __future__ import annotations

import base64
import binascii
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from precisionpulse_sdk.errors import ConfigurationError

FILE_NAME = "identity.json"
KEY_BYTES = 32
_LAYOUT = 1


@dataclass(frozen=True, slots=True)
class Identity:
    """What enrolment gives a client. The secret parts are left out of its `repr`.

    Raises `ConfigurationError` when a part can't be what it should be."""

    site: str
    """The site's name in topics."""
    client: str
    """The client's id: its name in topics and in its certificate."""
    broker_host: str
    broker_port: int
    ca_pem: bytes
    """The CA certificates that the broker and the hub are checked against."""
    certificate_pem: bytes
    """The client's certificate for the broker."""
    private_key_pem: bytes = field(repr=False)
    """The certificate's key."""
    keys: Mapping[int, bytes] = field(repr=False)
    """Master keys by id, each 32 bytes."""
    hub_public_key: bytes
    """The hub's X25519 key for later rotations, raw, 32 bytes."""
    hpke_private_key: bytes = field(repr=False)
    """This client's X25519 key that master keys are sealed to, raw, 32 bytes."""

    def __post_init__(self) -> None:
        for name in ("site", "client", "broker_host", "ca_pem", "certificate_pem", "private_key_pem"):
            if not getattr(self, name):
                raise ConfigurationError(f"the identity has no {name}: enrol again")
        if not 0 < self.broker_port < 65536:
            raise ConfigurationError(f"the identity's broker_port {self.broker_port} is not a port")
        if not self.keys:
            raise ConfigurationError("the identity has no keys: enrol again")
        for number, key in self.keys.items():
            if number < 1 or len(key) != KEY_BYTES:
                raise ConfigurationError(f"key {number} of the identity is not a key of {KEY_BYTES} bytes: enrol again")
        for name in ("hub_public_key", "hpke_private_key"):
            if len(getattr(self, name)) != KEY_BYTES:
                raise ConfigurationError(f"the identity's {name} has not {KEY_BYTES} bytes: enrol again")

    @classmethod
    def load(cls, directory: Path | str) -> Identity:
        """The identity that `save` wrote. Raises `ConfigurationError` when there is none or it can't be read."""
        path = Path(directory) / FILE_NAME
        try:
            stored = json.loads(path.read_bytes())
            layout = stored["layout"]
            if layout != _LAYOUT:
                raise ConfigurationError(
                    f"{path} was written by another SDK (layout {layout}): update precisionpulse-sdk"
                )
            return cls(
                site=_text(stored, "site"),
                client=_text(stored, "client"),
                broker_host=_text(stored, "broker_host"),
                broker_port=int(stored["broker_port"]),
                ca_pem=_text(stored, "ca_pem").encode(),
                certificate_pem=_text(stored, "certificate_pem").encode(),
                private_key_pem=_text(stored, "private_key_pem").encode(),
                keys={int(number): _bytes(key) for number, key in stored["keys"].items()},
                hub_public_key=_bytes(stored["hub_public_key"]),
                hpke_private_key=_bytes(stored["hpke_private_key"]),
            )
        except FileNotFoundError:
            raise ConfigurationError(f"no identity in {directory}: enrol first (`pp enrol URL CODE`)") from None
        except OSError as error:
            raise ConfigurationError(f"{path} can't be read: {error.strerror}") from error
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            if isinstance(error, ConfigurationError):
                raise
            raise ConfigurationError(
                f"{path} is damaged ({type(error).__name__}): restore it, or enrol again"
            ) from error

    def save(self, directory: Path | str) -> None:
        """Write the identity in one step: there is the old one, or the new one, whatever happens.

        Raises `ConfigurationError` when the directory can't be written."""
        place = Path(directory)
        stored = {
            "layout": _LAYOUT,
            "site": self.site,
            "client": self.client,
            "broker_host": self.broker_host,
            "broker_port": self.broker_port,
            "ca_pem": self.ca_pem.decode(),
            "certificate_pem": self.certificate_pem.decode(),
            "private_key_pem": self.private_key_pem.decode(),
            "keys": {str(number): base64.b64encode(key).decode() for number, key in self.keys.items()},
            "hub_public_key": base64.b64encode(self.hub_public_key).decode(),
            "hpke_private_key": base64.b64encode(self.hpke_private_key).decode(),
        }
        draft = place / f".{FILE_NAME}.{secrets.token_hex(4)}"
        try:
            place.mkdir(mode=0o700, parents=True, exist_ok=True)
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                json.dump(stored, file, indent=2)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(place / FILE_NAME)
        except OSError as error:
            draft.unlink(missing_ok=True)
            raise ConfigurationError(f"the identity can't be written to {directory}: {error.strerror}") from error


def _text(stored: Mapping[str, Any], name: str) -> str:
    value = stored[name]
    if not isinstance(value, str):
        raise TypeError(name)
    return value


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error
