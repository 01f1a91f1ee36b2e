"""What a client has that reaches its hub over the in-process broker: all that a real broker asks for is empty."""

from __future__ import annotations

from precisionpulse_sdk import Identity


def identity_of(client: str, key: bytes) -> Identity:
    """An identity with this master key."""
    return Identity(
        site="main",
        client=client,
        broker_host="localhost",
        broker_port=8883,
        ca_pem=b"-",
        certificate_pem=b"-",
        private_key_pem=b"-",
        keys={1: key},
        hub_public_key=bytes(32),
        hpke_private_key=bytes(32),
    )
