"""What a third party installs: wheels, in an environment of its own, on the oldest and the newest protobuf runtime."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
VECTORS = CHECKOUT / "tests" / "conformance" / "vectors"

PROGRAM = """
import json, pathlib, sys
from google.protobuf import __version__
from precisionpulse_sdk import Client, Hub, batches, frame, messages as pb
from precisionpulse_sdk.errors import ContractError, UnknownKeyError

vectors = pathlib.Path(sys.argv[1])

def open_frame(case):
    envelope = frame.read_envelope(case["topic"], bytes.fromhex(case["hex"]), max_frame_bytes=1 << 20)
    if envelope.header.key_id not in (0, case["key_id"]):
        raise UnknownKeyError(envelope.header.key_id, (case["key_id"],))
    body = frame.unseal(envelope, case["topic"], bytes.fromhex(case["key"]), max_message_bytes=4 << 20)
    frame.parse_message(envelope.channel, body)
    return body

for case in json.loads((vectors / "frames.json").read_text()):
    assert open_frame(case).hex() == case["message"], case["name"]
for case in json.loads((vectors / "damaged.json").read_text()):
    try:
        open_frame(case)
    except ContractError as error:
        assert error.code == case["error"], case["name"]
    else:
        raise AssertionError(case["name"])
for case in json.loads((vectors / "samples.json").read_text()):
    content = pb.CatalogueContent.FromString(bytes.fromhex(case["catalogue"]))
    batch = pb.Batch.FromString(bytes.fromhex(case["batch"]))
    assert len(list(batches.samples(batch, content))) == len(case["samples"])
print(__version__)
"""


@pytest.fixture(scope="session")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with the wheels of contract and SDK."""
    directory = tmp_path_factory.mktemp("wheels")
    for package in ("precisionpulse-contract", "precisionpulse-sdk"):
        _uv("build", "--quiet", "--wheel", "--package", package, "--out-dir", str(directory))
    return directory


def _uv(*arguments: str) -> None:
    (uv,) = (CHECKOUT / ".cache").glob("uv-*/bin/uv")
    environment = {**os.environ, "UV_CACHE_DIR": str(CHECKOUT / ".cache" / "uv-cache"), "UV_PYTHON_DOWNLOADS": "never"}
    environment.pop("VIRTUAL_ENV", None)
    subprocess.run([uv, *arguments], cwd=CHECKOUT, env=environment, check=True)


@pytest.mark.proves("B6", "PP-VR-4", "A7")
@pytest.mark.parametrize(
    ("wanted", "major"), [("protobuf==5.29.*", "5.29."), ("protobuf", "7.")], ids=["oldest", "newest"]
)
def test_the_wheels_work_by_themselves(wheels: Path, tmp_path: Path, wanted: str, major: str) -> None:
    environment = tmp_path / "environment"
    python = environment / "bin" / "python"
    _uv("venv", "--quiet", "--python", sys.executable, str(environment))
    _uv(
        "pip",
        "install",
        "--quiet",
        "--python",
        str(python),
        "--find-links",
        str(wheels),
        "precisionpulse-sdk[cli]",
        wanted,
    )
    checked = subprocess.run(
        [python, "-c", PROGRAM, str(VECTORS)], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stderr
    assert checked.stdout.strip().startswith(major)
    shown = subprocess.run([environment / "bin" / "pp", "--help"], capture_output=True, text=True, check=True)
    assert "decode" in shown.stdout
