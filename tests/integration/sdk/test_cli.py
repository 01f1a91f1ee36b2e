"""The `pp` command against a real broker and a hub: what a person at a terminal sees."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from precisionpulse_sdk import Client, Hub, HubConfig, Identity, LinkState
from precisionpulse_sdk.outbox import Outbox
from precisionpulse_sdk.testing import MemoryHubStore
from precisionpulse_sdk.transport.mqtt import MqttTransport
from precisionpulse_sdk.transport.tls import Credentials
from precisionpulse_stack.pki import KeyPair
from precisionpulse_stack.testing import BrokerSite
from precisionpulse_stack.waiting import wait_until
from tests.integration.identities import identity_at

WAIT_S = 30
PP = Path(sys.executable).with_name("pp")


@dataclass
class Site:
    """A running hub, and clients that are enrolled with it."""

    broker: BrokerSite
    store: MemoryHubStore
    directory: Path

    def enrolled(self, name: str, pair: KeyPair | None = None) -> Path:
        key = name.encode().ljust(32, b"k")
        self.store.add_client(name, {1: key})
        identity_at(self.broker, name, key, pair).save(self.directory / name)
        return self.directory / name

    def values(self, place: Path) -> list[object]:
        outbox = Outbox(place / "outbox.sqlite3")
        readings = self.store.readings(place.name, outbox.install_id)
        outbox.close()
        return [readings[number].value for number in sorted(readings)]


@pytest.fixture
def site(broker: BrokerSite, tmp_path: Path) -> Iterator[Site]:
    store = MemoryHubStore()
    credentials = Credentials.from_files(broker.ca_file, broker.hub.certificate, broker.hub.key)
    transport = MqttTransport(broker.host, broker.hub_port, f"hub-{os.getpid()}-{time.monotonic_ns()}", credentials)
    hub = Hub("main", store, transport, hub_key=bytes(32), config=HubConfig(heartbeat_interval_s=0.2))
    hub.start()
    wait_until("the hub's connection", lambda: hub.connected, WAIT_S)
    yield Site(broker, store, tmp_path)
    hub.close()


def pp(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([PP, *map(str, arguments)], capture_output=True, text=True, timeout=WAIT_S * 2, check=False)


def tail_until(place: Path, *words: str, options: tuple[str, ...] = ()) -> str:
    """What `pp tail` says until it has said all of `words`; then Ctrl-C ends it, without a traceback."""
    command = [str(PP), "tail", "-d", str(place), *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        told = ""
        for line in child.stdout:
            told += line
            if all(word in told for word in words):
                break
        child.send_signal(signal.SIGINT)
        _, error = child.communicate(timeout=WAIT_S)
    assert (child.returncode, error) == (130, ""), told
    return told


def test_send_ends_when_the_hub_has_committed(site: Site) -> None:
    place = site.enrolled("cli-send")
    told = pp("send", "price", "12.30", "--type", "decimal", "--count", "3", "-d", place)
    assert (told.returncode, told.stdout) == (0, "record 1 to 3: committed by the hub\n"), told.stderr
    assert [str(value) for value in site.values(place)] == ["12.30"] * 3
    assert pp("send", "open", "false", "--type", "bool", "-d", place).stdout == "record 4: committed by the hub\n"
    assert pp("send", "open", "null", "--type", "bool", "-d", place).returncode == 0
    assert site.values(place)[3:] == [False, None]


def test_send_without_a_hub_keeps_the_record_and_says_so(site: Site, free_port: int) -> None:
    place = site.enrolled("cli-offline")
    replace(Identity.load(place), broker_port=free_port).save(place)
    told = pp("send", "t", "1.5", "--timeout", "1", "-d", place)
    assert told.returncode == 1
    assert "record 1 is stored here" in told.stderr
    assert "Traceback" not in told.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("send", "t", "x", "--type", "int64"), "'x' is not a value of type int64"),
        (("send", "t", str(2**63), "--type", "int64"), "64-bit"),
        (("enrol", "http://x", "0" * 32), "https"),
        (("enrol", "https://x", "short"), "32 letters"),
        (("simulate", "nowhere"), "no enrolled client"),
        (("send", "t"), "Missing argument"),
    ],
)
def test_a_mistake_is_answered_in_one_sentence(site: Site, arguments: tuple[str, ...], words: str) -> None:
    place = site.enrolled("cli-mistakes")
    told = pp(*arguments, *(("-d", place) if arguments[0] != "simulate" else ()))
    assert told.returncode != 0
    assert words in told.stderr
    assert "Traceback" not in told.stderr


def test_without_an_identity_it_says_to_enrol(tmp_path: Path) -> None:
    for command in (("send", "t", "1"), ("tail",), ("doctor",)):
        told = pp(*command, "-d", tmp_path)
        assert told.returncode == 1
        assert "enrol first" in told.stdout + told.stderr


def test_doctor_finds_a_sound_client_sound(site: Site) -> None:
    told = pp("doctor", "-d", site.enrolled("cli-well"))
    assert told.returncode == 0, told.stdout
    checks = re.findall(r"^ok +(.*?):", told.stdout, re.MULTILINE)
    assert checks == ["identity", "certificate", "outbox", "name", "network", "TLS", "broker and hub"]


def test_doctor_names_an_expired_certificate_and_a_foreign_one(site: Site) -> None:
    told = pp("doctor", "-d", site.enrolled("cli-old", site.broker.expired_client("cli-old")))
    assert told.returncode == 1
    assert re.search(r"failed +certificate: expired on 2", told.stdout)
    told = pp("doctor", "-d", site.enrolled("cli-foreign", site.broker.foreign_client("cli-foreign")), "--timeout", "5")
    assert told.returncode == 1
    assert re.search(r"failed +broker and hub: .*(refused|does not accept)", told.stdout), told.stdout


def test_doctor_leaves_a_running_client_alone(site: Site) -> None:
    place = site.enrolled("cli-busy")
    with Client.open(place) as client:
        wait_until("the client's link", lambda: client.stats().link is LinkState.ONLINE, WAIT_S)
        told = pp("doctor", "-d", place)
        assert told.returncode == 1
        assert "open in another program" in told.stdout
        assert client.stats().link.value == "online"


def test_doctor_names_a_refusal(site: Site) -> None:
    place = site.enrolled("cli-revoked")
    site.store.add_client("cli-revoked", {1: b"x" * 32}, revoked=True)
    told = pp("doctor", "-d", place, "--timeout", "5")
    assert told.returncode == 1
    assert "revoked" in told.stdout


def test_doctor_names_a_port_that_nobody_listens_on(site: Site, free_port: int) -> None:
    place = site.enrolled("cli-closed")
    replace(Identity.load(place), broker_port=free_port).save(place)
    told = pp("doctor", "-d", place)
    assert told.returncode == 1
    assert re.search(r"failed +network: nothing listens", told.stdout)


def test_tail_shows_what_the_hub_sends_and_how_the_client_is(site: Site) -> None:
    told = tail_until(site.enrolled("cli-tail"), "link online", "heartbeat-reply")
    assert re.search(r'^welcome \{.*"heartbeat_interval_ms": 200', told, re.MULTILINE)


def test_tail_ends_by_itself_after_its_time(site: Site) -> None:
    told = pp("tail", "--for", "0.1", "-d", site.enrolled("cli-tail-for"))
    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout.startswith("link ")


def test_what_tail_captures_can_be_decoded(site: Site, tmp_path: Path) -> None:
    place = site.enrolled("cli-capture")
    tail_until(place, "welcome", options=("--capture", str(tmp_path / "frames")))
    frames = {frame.stem.split("-", 1)[1]: frame for frame in (tmp_path / "frames").iterdir()}
    for name in ("up-hello", "down-welcome"):
        told = pp("decode", "--identity", place, frames[name])
        assert told.returncode == 0, told.stderr
        assert json.loads(told.stdout)["topic"].endswith(name.replace("-", "/"))


def test_tail_says_when_what_it_captures_can_be_written_no_more(site: Site, tmp_path: Path) -> None:
    frames = tmp_path / "frames"
    command = [str(PP), "tail", "-d", str(site.enrolled("cli-full")), "--capture", str(frames)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as child:
        wait_until("a captured frame", lambda: frames.exists() and any(frames.iterdir()), WAIT_S)
        frames.rename(tmp_path / "away")
        _, error = child.communicate(timeout=WAIT_S)
    assert (child.returncode, error) == (1, f"pp: {frames} can't hold frames: No such file or directory\n")


@pytest.mark.proves("D3")
def test_simulate_runs_a_fleet_and_all_arrives(site: Site) -> None:
    places = [site.enrolled(f"cli-sim-{number}") for number in range(3)]
    told = pp("simulate", site.directory, "--clients", "3", "--rate", "20", "--for", "1")
    assert told.returncode == 0, told.stderr
    last = told.stdout.splitlines()[-1]
    recorded = int(re.search(r"recorded (\d+) · waiting 0", last)[1])  # type: ignore[index]
    stored = [site.values(place) for place in places]
    assert sum(map(len, stored)) == recorded
    assert {type(value).__name__ for value in stored[0]} == {"int", "float", "Decimal", "bool"}
