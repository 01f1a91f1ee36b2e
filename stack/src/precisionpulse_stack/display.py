"""Whether there is a screen to draw on: a display that is merely named in the environment may be long gone."""

import re
import socket
from collections.abc import Mapping
from pathlib import Path

_TIMEOUT_S = 2
_FIRST_X_PORT = 6000
_X_SOCKETS = Path("/tmp/.X11-unix")
_X_NAME = re.compile(r"^(?P<host>[^:/]*):(?P<number>\d+)(\.\d+)?$")


def is_reachable(environ: Mapping[str, str]) -> bool:
    """Whether the X or Wayland display that `environ` names accepts connections."""
    return _wayland_answers(environ) or _x_answers(environ.get("DISPLAY", ""))


def _wayland_answers(environ: Mapping[str, str]) -> bool:
    name = environ.get("WAYLAND_DISPLAY", "")
    return bool(name) and _connects(Path(environ.get("XDG_RUNTIME_DIR", "/")) / name)


def _x_answers(name: str) -> bool:
    if name.startswith("/"):  # as XQuartz names it
        return Path(name).exists()
    match = _X_NAME.match(name)
    if match is None:
        return False
    number = int(match["number"])
    if match["host"] in ("", "unix"):
        return _connects(_X_SOCKETS / f"X{number}")
    try:
        socket.create_connection((match["host"], _FIRST_X_PORT + number), timeout=_TIMEOUT_S).close()
    except OSError:
        return False
    return True


def _connects(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(_TIMEOUT_S)
        try:
            probe.connect(str(path))
        except OSError:
            return False
    return True
