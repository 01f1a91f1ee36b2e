"""What a client that is enrolled at a real broker has."""

from __future__ import annotations

from precisionpulse_sdk import Identity
from precisionpulse_stack.pki import KeyPair
from precisionpulse_stack.testing import BrokerSite


def identity_at(broker: BrokerSite, client: str, key: bytes, pair: KeyPair | None = None) -> Identity:
    """A client's identity with this master key; with `pair` for its certificate, else with a sound one."""
    pair = pair or broker.client(client)
    return Identity(
        site=broker.site,
        client=client,
        broker_host=broker.host,
        broker_port=broker.port,
        ca_pem=broker.ca_file.read_bytes(),
        certificate_pem=pair.certificate.read_bytes(),
        private_key_pem=pair.key.read_bytes(),
        keys={1: key},
        hub_public_key=bytes(32),
        hpke_private_key=bytes(32),
    )
