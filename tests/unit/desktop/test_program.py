"""The desktop as a process: what a supervisor, a second start and a screen of another scale meet."""

from __future__ import annotations

import os
import queue
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from precisionpulse_sdk import Client, Identity
from precisionpulse_sdk.transport.memory import MemoryBroker, MemoryTransport
from precisionpulse_stack.waiting import wait_until

# Prints the labels of the signed-in window that have less room than they need. It lets whoever comes see the readings.
CUT_OFF = """
import sys
from pathlib import Path
from PySide6.QtWidgets import QApplication, QLabel
from uuid import UUID
from precisionpulse_desktop.accounts import Session
from precisionpulse_desktop.bootstrap import Streaming, load_identity
from precisionpulse_desktop.settings import Settings
from precisionpulse_desktop.window import DesktopWindow
from precisionpulse_sdk.replica.access import Person, Right
from precisionpulse_sdk.transport.memory import MemoryBroker, MemoryTransport
application = QApplication([])
settings = Settings(data_dir=Path(sys.argv[1]), source="generator")
streaming = Streaming(settings, load_identity(settings.data_dir), transport=MemoryTransport(MemoryBroker(), "bench-7"))
desktop = DesktopWindow(settings, streaming)
desktop.window.show()
person = Person(UUID(int=1), "alice", "Alice", False, frozenset({Right("*:*")}))
desktop.window.operator.begin(Session(person, 0))
for _ in range(10):
    application.processEvents()
elastic = {"connectionDetail", "plotValue"}
for label in desktop.window.findChildren(QLabel):
    shown = label.isVisible() and not label.wordWrap() and label.objectName() not in elastic
    if shown and label.sizeHint().width() > label.width():
        print(label.text())
desktop.close()
"""


class Program:
    """A running desktop, with its log lines as they come."""

    def __init__(self, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "precisionpulse_desktop",
                "--source",
                "generator",
                "--interval-ms",
                "50",
                *arguments,
            ],
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        )
        self._lines: queue.Queue[str] = queue.Queue()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def wait_for(self, text: str) -> None:
        """Wait until a line with `text` was logged."""
        while text not in self._lines.get(timeout=90):
            pass

    def end(self) -> int:
        """Ask it to end, as a supervisor does; the result is its exit code."""
        self.process.terminate()
        return self.process.wait(30)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
        self._reader.join(30)

    def _read(self) -> None:
        assert self.process.stderr is not None
        with self.process.stderr as lines:
            for line in lines:
                self._lines.put(line)


@pytest.fixture
def start(tmp_path: Path, identity: Identity) -> Iterator[Callable[..., Program]]:
    """Starts the desktop of an enrolled profile."""
    identity.save(tmp_path)
    started: list[Program] = []

    def start_one(*arguments: str) -> Program:
        started.append(Program("--data-dir", str(tmp_path), *arguments))
        return started[-1]

    yield start_one
    for program in started:
        program.kill()


@pytest.mark.proves("DT13", "DT20")
def test_headless_streams_into_its_buffer_without_a_network_and_ends_cleanly_at_sigterm(
    tmp_path: Path, start: Callable[..., Program]
) -> None:
    program = start("--headless")
    program.wait_for("streaming as bench-7")
    assert program.end() == 0
    assert "queued" in (tmp_path / "desktop.log").read_text().splitlines()[-1]


@pytest.mark.proves("DT13", "DT17", "DT20")
def test_a_second_window_shows_the_first_and_leaves_and_the_first_ends_cleanly(start: Callable[..., Program]) -> None:
    first = start()
    first.wait_for("streaming as bench-7")
    second = start()
    second.wait_for("is open already: showing it")
    assert second.process.wait(30) == 0
    assert first.process.poll() is None
    assert first.end() == 0


@pytest.mark.proves("DT17")
def test_a_window_starts_again_after_a_crash(start: Callable[..., Program]) -> None:
    crashed = start()
    crashed.wait_for("streaming as bench-7")
    crashed.kill()
    again = start()
    again.wait_for("streaming as bench-7")
    assert again.end() == 0


def test_a_first_start_asks_for_a_code_and_ends_cleanly(tmp_path: Path) -> None:
    program = Program("--data-dir", str(tmp_path))
    try:
        program.wait_for("this profile is not enrolled yet")
        assert program.end() == 0
    finally:
        program.kill()


def test_a_window_that_can_not_start_says_why_and_fails(tmp_path: Path, start: Callable[..., Program]) -> None:
    (tmp_path / "identity.json").write_text("{")
    program = start()
    program.wait_for("can't run: ")
    assert program.end() == 1


def wait_for_rows(outbox: Path) -> None:
    """Wait until the running program has recorded something: its buffer may be read beside it."""
    with closing(sqlite3.connect(f"{outbox.as_uri()}?mode=ro", uri=True)) as database:
        recorded = "SELECT count(*) FROM local_buffer"
        wait_until("the first record", lambda: bool(database.execute(recorded).fetchone()[0]), 30)


@pytest.mark.proves("DT5", "E1", "E2")
def test_what_was_recorded_before_a_kill_waits_without_a_gap(
    tmp_path: Path, identity: Identity, start: Callable[..., Program]
) -> None:
    program = start("--headless", "--interval-ms", "10", "--log-level", "DEBUG")
    program.wait_for("streaming as bench-7")
    wait_for_rows(tmp_path / "outbox.sqlite3")
    program.kill()
    with closing(
        Client(identity, tmp_path / "outbox.sqlite3", transport=MemoryTransport(MemoryBroker(), "x"))
    ) as client:
        stats = client.stats()
    assert stats.queued == stats.last_record_seq > 0
    again = start("--headless")
    again.wait_for("streaming as bench-7")
    assert again.end() == 0
    last = (tmp_path / "desktop.log").read_text().splitlines()[-1]
    assert "acknowledged to 0" in last


@pytest.mark.proves("DT20")
def test_the_self_test_makes_the_parts_of_the_window(tmp_path: Path) -> None:
    arguments = [sys.executable, "-m", "precisionpulse_desktop", "--self-test", "--data-dir", str(tmp_path)]
    done = subprocess.run(arguments, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.startswith("precisionpulse-desktop 1.")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.proves("DT19")
@pytest.mark.parametrize("scale", ["1", "1.5", "2"])
def test_no_text_is_cut_off_at_any_scale(tmp_path: Path, identity: Identity, scale: str) -> None:
    identity.save(tmp_path)
    found = subprocess.run(
        [sys.executable, "-c", CUT_OFF, str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "QT_SCALE_FACTOR": scale},
    )
    assert found.stdout == ""
