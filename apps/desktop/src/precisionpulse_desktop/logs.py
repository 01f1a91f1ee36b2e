"""Where log lines go: standard error, and a rotating file in the data directory."""

from __future__ import annotations

import logging
import logging.handlers
from pathlib import Path

FILE_NAME = "desktop.log"
MAX_BYTES = 1_000_000
KEPT_FILES = 5
_FORMAT = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"


def configure(directory: Path, level: str) -> None:
    """Log from `level` up to standard error and to `directory`/desktop.log. Call once a process; makes the
    directory."""
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    to_file = logging.handlers.RotatingFileHandler(
        directory / FILE_NAME, maxBytes=MAX_BYTES, backupCount=KEPT_FILES - 1, encoding="utf-8"
    )
    logging.basicConfig(level=level, format=_FORMAT, handlers=[logging.StreamHandler(), to_file])
