"""The broker's access list, as the schema's generator wrote it."""

from pathlib import Path


def read_access_list(checkout: Path) -> str:
    """The text of `generated/acl/mosquitto.acl`, with `{site}` still to be filled in."""
    path = checkout / "generated" / "acl" / "mosquitto.acl"
    if not path.exists():
        return Path(__file__).with_name("fallback.acl").read_text()
    return path.read_text()
