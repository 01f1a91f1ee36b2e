from __future__ import annotations

import json
import logging
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from precisionpulse_desktop import diagnostics, logs
from precisionpulse_desktop.background import Task
from precisionpulse_desktop.settings import Settings
from precisionpulse_desktop.views.crash_dialog import CrashReporter
from precisionpulse_sdk.client import ClientStats


@pytest.fixture
def reporter(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[CrashReporter]:
    # `install` takes these over for the whole process: they are put back after the test.
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    reporter = CrashReporter()
    reporter.install()
    yield reporter
    if reporter.dialog is not None:
        reporter.dialog.close()


@pytest.mark.proves("DT20")
def test_an_uncaught_error_of_any_thread_is_shown_with_a_copy_button_and_logged(
    qtbot: QtBot, reporter: CrashReporter, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        raise RuntimeError("the sensor caught fire")

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: reporter.dialog is not None, timeout=10_000)
    assert reporter.dialog is not None
    reporter.dialog.copy_button.click()
    copied = QGuiApplication.clipboard().text()
    assert "RuntimeError: the sensor caught fire" in copied
    assert "in fail" in copied
    assert "the sensor caught fire" in caplog.text
    assert reporter.dialog.isVisible()


@pytest.mark.proves("DT20")
def test_one_dialog_is_enough(qtbot: QtBot, reporter: CrashReporter) -> None:
    for text in ("one", "two"):
        sys.excepthook(RuntimeError, RuntimeError(text), None)
    qtbot.waitUntil(lambda: reporter.dialog is not None, timeout=10_000)
    shown = reporter.dialog
    qtbot.wait(0)  # lets Qt's loop do what is queued
    assert reporter.dialog is shown
    assert shown is not None
    assert "one" in shown.details.toPlainText()
    shown.close()
    qtbot.waitUntil(lambda: reporter.dialog is None, timeout=10_000)


@pytest.mark.proves("DT20")
def test_diagnostics_hold_what_support_needs_and_no_secret(
    tmp_path: Path, settings: Settings, stats: Callable[..., ClientStats]
) -> None:
    (settings.data_dir / logs.FILE_NAME).write_text("a line of the log\n")
    told = replace(settings, enrol_url="https://site.example", enrol_code="SECRET-CODE")
    target = tmp_path / "support.zip"
    diagnostics.write(target, told, stats(queued=5), ["10:00 Online", "10:01 Offline - Syncing"])
    with zipfile.ZipFile(target) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    assert parts["desktop.log"] == "a line of the log\n"
    assert parts["link.txt"].splitlines()[-1] == "10:01 Offline - Syncing"
    assert json.loads(parts["statistics.json"])["queued"] == 5
    assert json.loads(parts["statistics.json"])["link"] == "online"
    assert "precisionpulse-sdk" in json.loads(parts["versions.json"])
    assert json.loads(parts["settings.json"])["enrol_url"] == "https://site.example"
    assert "SECRET" not in "".join(parts.values())


@pytest.mark.proves("DT20")
def test_the_log_rotates_in_five_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = logging.getLogger()
    # `configure` sets up the logging of the whole process: pytest's own is put back after the test.
    monkeypatch.setattr(root, "handlers", [])
    monkeypatch.setattr(root, "level", root.level)
    logs.configure(tmp_path, "WARNING")
    file_handler = next(each for each in root.handlers if isinstance(each, logging.FileHandler))
    for _ in range(70):
        file_handler.emit(logging.LogRecord("test", logging.WARNING, "", 0, "x" * 100_000, None, None))
    file_handler.close()
    files = sorted(tmp_path.glob("desktop.log*"))
    assert len(files) == logs.KEPT_FILES
    assert all(file.stat().st_size <= logs.MAX_BYTES for file in files)


def test_a_cancelled_task_reports_nothing(qtbot: QtBot) -> None:
    gate = threading.Event()
    task = Task(lambda: gate.wait(30))
    task.start()
    task.cancel()
    with qtbot.assertNotEmitted(task.done), qtbot.waitSignal(task._ended, timeout=10_000):
        gate.set()
