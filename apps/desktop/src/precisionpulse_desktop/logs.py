"""Where log lines go: standard error, and a rotating file in the data directory; which of the client's events become
one."""

from __future__ import annotations

import logging
import logging.handlers
from pathlib import Path

from precisionpulse_sdk.events import (
    ClientEvent,
    ClientWarning,
    CommandFinished,
    CommandReceived,
    LinkChanged,
    RecordsRejected,
    RefusalReceived,
)

log = logging.getLogger(__name__)

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


def log_event(event: ClientEvent) -> None:
    """Log what an operator would want to know; acknowledgements are too many."""
    match event:
        case LinkChanged(state, detail):
            log.info("link: %s%s", state.value, f" ({detail})" if detail else "")
        case RecordsRejected(ranges, code, detail):
            log.warning(
                "the hub rejected %s records: %s %s", sum(last - first + 1 for first, last in ranges), code, detail
            )
        case RefusalReceived(code, text):
            log.warning("the hub refused: %s %s", code, text)
        case ClientWarning(text):
            log.warning("%s", text)
        case CommandReceived(_, kind, actor, repeated):
            log.info("%s asked by %s%s", kind, actor, ", again: ignored" if repeated else "")
        case CommandFinished(_, kind, actor, phase, code, text):
            log.info("%s asked by %s: %s", kind, actor, " ".join(filter(None, (phase.lower(), code, text))))
        case _:
            pass
