"""What the desktop does not load before somebody looks: it runs on small machines, mostly unwatched."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from precisionpulse_sdk import Identity

STREAMS = """
import sys
from pathlib import Path
from precisionpulse_desktop import __main__
from precisionpulse_desktop.bootstrap import Streaming, load_identity
from precisionpulse_desktop.settings import Settings
from precisionpulse_sdk.transport.memory import MemoryBroker, MemoryTransport
settings = Settings(data_dir=Path(sys.argv[1]), source="generator")
streaming = Streaming(settings, load_identity(settings.data_dir), transport=MemoryTransport(MemoryBroker(), "bench-7"))

def loaded(*unwanted):
    print(*(name for name in unwanted if name in sys.modules), flush=True)
"""
HEADLESS = (
    STREAMS
    + """
streaming.start()
streaming.close()
loaded("PySide6", "numpy", "pyqtgraph", "alembic", "zxcvbn", "cryptography.x509", "precisionpulse_sdk.enrolment")
"""
)
# Whoever comes may see everything.
WINDOW = (
    STREAMS
    + """
from uuid import UUID
from PySide6.QtWidgets import QWidget
from precisionpulse_desktop.accounts import Session
from precisionpulse_desktop.program import make_application
from precisionpulse_desktop.window import DesktopWindow
from precisionpulse_sdk.replica.access import Person, Right
application = make_application([])
desktop = DesktopWindow(settings, streaming)
desktop.window.show()
desktop.start()
for _ in range(10):
    application.processEvents()
loaded("numpy", "pyqtgraph", "alembic", "zxcvbn", "precisionpulse_desktop.views.admin.users_page")
desktop.window.login.begun.emit()
person = Person(UUID(int=1), "alice", "Alice", False, frozenset({Right("*:*")}))
desktop.window.operator.begin(Session(person, 0))
while not any(plot.isVisible() for plot in desktop.window.findChildren(QWidget, "plot")):
    application.processEvents()
desktop.close()
"""
)


@pytest.mark.parametrize("program", [HEADLESS, WINDOW], ids=["headless", "window"])
def test_what_nobody_looks_at_is_not_loaded(tmp_path: Path, identity: Identity, program: str) -> None:
    identity.save(tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, check=True, timeout=120
    )
    assert done.stdout == "\n"
