"""The README's client is a real one: it is run as it stands there."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from precisionpulse_sdk import Coordinator, Hub, LiveMessage, LiveReader, channels
from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.testing import MemoryCommandStore, MemoryHubStore
from precisionpulse_sdk.transport.mqtt import MqttTransport
from precisionpulse_sdk.transport.tls import Credentials
from precisionpulse_stack.testing import BrokerSite
from tests.integration.identities import identity_at

README = Path(__file__).resolve().parents[2] / "README.md"
KEY, HUB_KEY = bytes(range(32)), bytes(32)


def _example() -> str:
    (found,) = re.findall(r"```python\n(.*?)```", README.read_text(), flags=re.DOTALL)
    return str(found)


@pytest.mark.proves("B1")
def test_the_example_has_at_most_15_lines_of_code() -> None:
    assert len([line for line in _example().splitlines() if line.strip()]) <= 15


@pytest.mark.proves("B1", "B2", "B6", "D4")
def test_the_example_streams_answers_a_command_and_ends(broker: BrokerSite, tmp_path: Path) -> None:
    identity_at(broker, "press-7", KEY).save(tmp_path / ".precisionpulse" / "press-7")
    store = MemoryHubStore()
    store.add_client("press-7", {1: KEY})
    commands = MemoryCommandStore()
    command = pb.Command(id=bytes(16), expires_us=(time.time_ns() // 1000) + 10**9, actor="alice")
    command.body.Pack(pb.SetInterval(interval_ms=100))
    commands.issue("press-7", command)
    hub_credentials = Credentials.from_files(broker.ca_file, broker.hub.certificate, broker.hub.key)

    def transport(name: str) -> MqttTransport:
        return MqttTransport(broker.host, broker.hub_port, name, hub_credentials)

    program = subprocess.Popen(
        [sys.executable, "-c", _example()],
        env={**os.environ, "HOME": str(tmp_path), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    committed: set[str] = set()

    def note(message: LiveMessage) -> None:
        if (
            isinstance(message.message, pb.Committed)
            and commands.commands[command.id].phase == pb.COMMAND_PHASE_SUCCEEDED
            and len(store.readings("press-7", message.message.install_id)) >= 4
        ):
            readings = store.readings("press-7", message.message.install_id).values()
            committed.update(f"{reading.metric.name}={reading.value}" for reading in readings)
            program.send_signal(signal.SIGINT)

    reader = LiveReader(
        broker.site, store, transport("readme-live"), hub_key=HUB_KEY, on_message=note, watch=[channels.COMMITTED]
    )
    hub = Hub(broker.site, store, transport("readme-hub"), hub_key=HUB_KEY)
    coordinator = Coordinator(broker.site, store, transport("readme-coordinator"), hub_key=HUB_KEY, commands=commands)
    reader.start()
    hub.start()
    coordinator.start()
    try:
        output, errors = program.communicate(timeout=60)
    finally:
        program.kill()
        coordinator.close()
        hub.close()
        reader.close()
    assert committed == {"temperature=21.4", "pressure=1.013"}
    assert "online" in output.splitlines()
    assert "KeyboardInterrupt" in errors
