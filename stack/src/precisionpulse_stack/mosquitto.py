"""Finds the Mosquitto broker, or brings it into the checkout.

First choice is an installed one. Else, where Debian's `apt-get` is, the package and what it needs are downloaded and
unpacked under `.cache/`: no root, no installation, nothing outside the checkout. Anywhere else the error names the
package to install.
"""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from precisionpulse_stack import commands
from precisionpulse_stack.errors import CommandFailedError, MissingProgramError
from precisionpulse_stack.layout import Layout
from precisionpulse_stack.turns import one_at_a_time

_ADMIN_DIRECTORIES = (
    "/usr/sbin",
    "/usr/local/sbin",
    "/opt/homebrew/sbin",
    "/opt/homebrew/opt/mosquitto/sbin",
)  # seldom on a user's PATH
_OLDEST = (2, 0)
_WAY_ON = (
    "Install it (Debian/Ubuntu: apt install mosquitto; Fedora: dnf install mosquitto; macOS: brew install mosquitto),\n"
    "or set BROKER_URL=mqtts://host:port to use a broker you have."
)


@dataclass(frozen=True)
class Mosquitto:
    """A broker that can be run: its program, and the directories of shared libraries that it needs beyond the system's.

    `tree` holds all of it when it was unpacked by us, else None.
    """

    program: Path
    libraries: tuple[Path, ...] = ()
    tree: Path | None = None

    def environment(self) -> dict[str, str]:
        """What must be set for the program to find its libraries."""
        return {"LD_LIBRARY_PATH": os.pathsep.join(str(place) for place in self.libraries)} if self.libraries else {}

    def moved(self, tree: Path) -> "Mosquitto":
        """The same broker where its tree has been copied to `tree`."""
        if self.tree is None:
            return self
        old = self.tree
        return Mosquitto(
            tree / self.program.relative_to(old), tuple(tree / place.relative_to(old) for place in self.libraries), tree
        )


def ensure_mosquitto(layout: Layout) -> Mosquitto:
    """A broker of version 2.0 or later. MissingProgramError when there is none and none can be brought."""
    installed = shutil.which("mosquitto", path=os.pathsep.join([os.environ.get("PATH", ""), *_ADMIN_DIRECTORIES]))
    if installed is not None:
        found = Mosquitto(Path(installed))
        if _version(found) >= _OLDEST:
            return found
    tree = layout.cache / "mosquitto"
    with one_at_a_time(layout.cache / "mosquitto.lock"):
        if not tree.exists():
            _unpack(layout, tree)
    unpacked = _in_tree(tree)
    if _version(unpacked) < _OLDEST:
        raise MissingProgramError(
            f"The Mosquitto unpacked to {tree} does not run; delete that directory and try again.\n{_WAY_ON}"
        )
    return unpacked


def _unpack(layout: Layout, tree: Path) -> None:
    if shutil.which("apt-get") is None or shutil.which("dpkg") is None:
        raise MissingProgramError(f"The MQTT broker Mosquitto is not installed.\n{_WAY_ON}")
    downloads = layout.cache / "mosquitto-packages"
    shutil.rmtree(downloads, ignore_errors=True)
    downloads.mkdir(parents=True)
    try:
        try:
            _download(downloads, [])
        except CommandFailedError:
            private_lists = _private_apt(layout.cache / "apt")
            commands.run("Fetching Debian's package lists", ["apt-get", *private_lists, "update"], timeout_s=300)
            _download(downloads, private_lists)
    except CommandFailedError as error:
        raise MissingProgramError(
            f"The MQTT broker Mosquitto is not installed, nor could its package be downloaded.\n{_WAY_ON}\n\n{error}"
        ) from error
    unfinished = tree.with_name(tree.name + ".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    for package in sorted(downloads.glob("*.deb")):
        commands.run(f"Unpacking {package.name}", ["dpkg", "-x", package, unfinished])
    unfinished.rename(tree)
    shutil.rmtree(downloads)
    shutil.rmtree(layout.cache / "apt", ignore_errors=True)


def _download(downloads: Path, options: list[str]) -> None:
    """Downloads the package and those of its dependencies that this machine lacks."""
    plan = commands.run(
        "Asking apt for Mosquitto",
        ["apt-get", *options, "install", "--simulate", "--no-install-recommends", "mosquitto"],
    )
    packages = re.findall(r"^Inst (\S+)", plan, re.MULTILINE)
    if not packages:  # installed for dpkg, yet its program was not found
        packages = ["mosquitto"]
    sandbox = (
        ["-o", "APT::Sandbox::User=root"] if os.geteuid() == 0 else []
    )  # apt's own user may not enter the checkout
    commands.run(
        "Downloading Mosquitto",
        ["apt-get", *options, *sandbox, "download", *packages],
        directory=downloads,
        timeout_s=300,
    )


def _private_apt(place: Path) -> list[str]:
    """Options that make apt keep its lists in `place`, so that nothing of the system's is changed and no root is
    needed.
    """
    (place / "lists" / "partial").mkdir(parents=True, exist_ok=True)
    (place / "archives" / "partial").mkdir(parents=True, exist_ok=True)
    return ["-o", f"Dir::State::Lists={place / 'lists'}", "-o", f"Dir::Cache={place}", "-o", "APT::Sandbox::User=root"]


def _in_tree(tree: Path) -> Mosquitto:
    libraries = sorted({library.parent for library in tree.rglob("*.so*") if "plugins" not in library.parts})
    return Mosquitto(tree / "usr" / "sbin" / "mosquitto", tuple(libraries), tree)


def _version(broker: Mosquitto) -> tuple[int, ...]:
    """Its version, or (0,) when it does not run."""
    try:
        said = subprocess.run(
            [broker.program, "-h"],
            env={**os.environ, **broker.environment()},
            capture_output=True,
            text=True,
            timeout=10,
            check=False,
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return (0,)
    match = re.search(r"mosquitto version (\d+)\.(\d+)", said)
    return tuple(int(part) for part in match.groups()) if match else (0,)
