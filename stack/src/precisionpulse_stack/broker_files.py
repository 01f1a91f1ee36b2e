"""The files that a Mosquitto of the site starts from, wherever it runs: configuration, access list, certificates."""

from dataclasses import dataclass
from importlib import resources
from pathlib import PurePath

from precisionpulse_stack.pki import SitePki

CONFIGURATION = "mosquitto.conf"


@dataclass(frozen=True)
class BrokerPlace:
    """Where the broker finds its files and keeps its memory, and where it listens."""

    files: PurePath
    memory: PurePath
    address: str
    client_port: int
    hub_port: int


def broker_files(place: BrokerPlace, pki: SitePki, site: str, access_list: str) -> dict[str, bytes]:
    """Name to content of what must lie in `place.files`; each is for the broker's eyes only.

    `access_list` is the text of the schema's access list, `{site}` not yet filled in.
    """
    template = resources.files("precisionpulse_stack").joinpath("mosquitto.conf.template").read_text()
    configuration = template.format(
        files=place.files,
        memory=place.memory,
        address=place.address,
        client_port=place.client_port,
        hub_port=place.hub_port,
    )
    return {
        CONFIGURATION: configuration.encode(),
        "access.acl": access_list.replace("{site}", site).encode(),
        "site-ca.pem": pki.site_ca.certificate.read_bytes(),
        "hub-ca.pem": pki.hub_ca.certificate.read_bytes(),
        "broker.pem": pki.broker.certificate.read_bytes(),
        "broker.key": pki.broker.key.read_bytes(),
    }
