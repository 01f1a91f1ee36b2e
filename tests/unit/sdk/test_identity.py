"""An identity is one private file, complete or not there."""

import dataclasses
import json
import os
from pathlib import Path

import pytest

from precisionpulse_sdk.errors import ConfigurationError
from precisionpulse_sdk.identity import Identity

IDENTITY = Identity(
    site="main",
    client="press-7",
    broker_host="broker.example",
    broker_port=8883,
    ca_pem=b"CA\n",
    certificate_pem=b"CERTIFICATE\n",
    private_key_pem=b"SECRET-PEM\n",
    keys={1: b"\x00" * 32, 7: b"\xff" * 32},
    hub_public_key=b"h" * 32,
    hpke_private_key=b"p" * 32,
)


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    IDENTITY.save(tmp_path / "new" / "place")
    assert Identity.load(tmp_path / "new" / "place") == IDENTITY


def test_saving_again_replaces_it_and_leaves_nothing_else(tmp_path: Path) -> None:
    IDENTITY.save(tmp_path)
    changed = dataclasses.replace(IDENTITY, keys={8: b"n" * 32})
    changed.save(tmp_path)
    assert Identity.load(tmp_path) == changed
    assert [path.name for path in tmp_path.iterdir()] == ["identity.json"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_nobody_else_may_read_it(tmp_path: Path) -> None:
    IDENTITY.save(tmp_path / "place")
    assert (tmp_path / "place").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "place" / "identity.json").stat().st_mode & 0o777 == 0o600


def test_its_repr_shows_no_secret() -> None:
    shown = repr(IDENTITY)
    assert "press-7" in shown
    for secret in ("SECRET-PEM", "\\xff\\xff", "pppp"):
        assert secret not in shown


def test_without_one_it_says_to_enrol(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="enrol first"):
        Identity.load(tmp_path)


@pytest.mark.parametrize(
    "change",
    [
        {"keys": {}},
        {"keys": {"1": "c2hvcnQ="}},
        {"keys": {"x": "c2hvcnQ="}},
        {"keys": "none"},
        {"hub_public_key": "%%%"},
        {"broker_port": 0},
        {"broker_port": None},
        {"client": ""},
        {"ca_pem": 3},
        {"layout": 99},
    ],
)
def test_a_damaged_file_is_named(tmp_path: Path, change: dict[str, object]) -> None:
    IDENTITY.save(tmp_path)
    path = tmp_path / "identity.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(ConfigurationError):
        Identity.load(tmp_path)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b"{}"])
def test_a_file_that_is_no_identity_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "identity.json").write_bytes(content)
    with pytest.raises(ConfigurationError, match=r"identity\.json"):
        Identity.load(tmp_path)
