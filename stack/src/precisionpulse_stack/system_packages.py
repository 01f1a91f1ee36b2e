"""What only the operating system can bring: shared libraries that Qt loads, and the programs that end-to-end tests
drive."""

import ctypes
import os
import shutil
import sys

from precisionpulse_stack import commands
from precisionpulse_stack.errors import CommandFailedError

# What a Qt window loads and no wheel brings, with the Debian packages that do.
_WINDOW_LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
_TEST_PROGRAMS = {"chromium": "chromium", "mosquitto_sub": "mosquitto-clients", "Xvfb": "xvfb"}


def missing_for_window() -> list[str]:
    """The Debian packages that Qt still needs to draw in a window here; none where that is no question."""
    if not sys.platform.startswith("linux"):
        return []
    return sorted(package for library, package in _WINDOW_LIBRARIES.items() if not _loads(library))


def missing_for_tests() -> list[str]:
    """The Debian packages that the browser and window tests still need here."""
    programs = [package for program, package in _TEST_PROGRAMS.items() if shutil.which(program) is None]
    return sorted([*programs, *missing_for_window()])


def ensure_for_tests() -> bool:
    """Installs what is missing when we are root and have apt; otherwise says what is missing and how to get it.

    Whether everything is there now.
    """
    missing = missing_for_tests()
    if missing and os.geteuid() == 0 and shutil.which("apt-get"):
        print(f"Installing Debian packages for the tests: {' '.join(missing)} …", flush=True)
        try:
            _install(missing)
        except CommandFailedError as error:
            print(error)
        missing = missing_for_tests()
    if missing:
        print(
            "The browser and window tests need what this machine lacks; without it they are skipped.\n"
            f"To get it (Debian, Ubuntu): sudo apt-get install {' '.join(missing)}"
        )
    return not missing


def _install(packages: list[str]) -> None:
    environment = {"DEBIAN_FRONTEND": "noninteractive"}
    commands.run("apt-get update", ["apt-get", "update"], environment=environment)
    command = ["apt-get", "install", "--yes", "--no-install-recommends", *packages]
    commands.run("apt-get install", command, environment=environment, timeout_s=1200)


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True
