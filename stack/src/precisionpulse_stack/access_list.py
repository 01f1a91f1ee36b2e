"""The broker's access list, as the schema's generator wrote it."""

from pathlib import Path


def read_access_list(checkout: Path) -> str:
    """The text of `generated/acl/mosquitto.acl`, with `{site}` still to be filled in."""
    return (checkout / "generated" / "acl" / "mosquitto.acl").read_text()
