"""What a client that only sends does not load: small machines are short of memory."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from precisionpulse_sdk import Identity

SENDS = """
import sys
from precisionpulse_sdk import Client, ValueType
with Client.open(sys.argv[1]) as client:
    client.metric("level", ValueType.DOUBLE).record(1.5)
unwanted = {"sqlalchemy", "alembic", "numpy", "zxcvbn", "cryptography.x509", "precisionpulse_sdk.enrolment"}
print(*sorted(unwanted & sys.modules.keys()))
"""


def test_a_client_that_only_sends_loads_neither_a_replica_nor_what_enrols_it(tmp_path: Path) -> None:
    Identity(
        site="main",
        client="press-7",
        broker_host="localhost",
        broker_port=1,
        ca_pem=b"-",
        certificate_pem=b"-",
        private_key_pem=b"-",
        keys={1: bytes(32)},
        hub_public_key=bytes(32),
        hpke_private_key=bytes(32),
    ).save(tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", SENDS, str(tmp_path)], capture_output=True, text=True, check=True, timeout=120
    )
    assert done.stdout.strip() == ""
