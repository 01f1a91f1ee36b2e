"""Puts the parts together: makes what is missing, starts everything in order, says where it is, keeps it running, stops
it cleanly.
"""

import os
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from precisionpulse_stack import commands, demo, desktop, ports, programs, state
from precisionpulse_stack.access_list import read_access_list
from precisionpulse_stack.broker import Broker
from precisionpulse_stack.console import Console
from precisionpulse_stack.credentials import Credentials, ensure_credentials
from precisionpulse_stack.database import Database, database_url
from precisionpulse_stack.errors import NotReadyError, StackError
from precisionpulse_stack.first_reading import LoginRefusedError, Visitor, wait_for_reading
from precisionpulse_stack.layout import Layout
from precisionpulse_stack.mosquitto import ensure_mosquitto
from precisionpulse_stack.node import Dashboard, find_node, hash_of_files
from precisionpulse_stack.pki import SitePki, ensure_pki
from precisionpulse_stack.processes import Supervisor
from precisionpulse_stack.programs import Addresses
from precisionpulse_stack.settings import DesktopMode, RealBroker, Settings

ADMINISTRATOR = "admin"
_STEPS = 9
_FIRST_READING_S = 60


@dataclass
class Stack:
    """One run of the whole system.

    `run` returns when `stopping` is set; `started` is set once there is nothing left to start.
    """

    layout: Layout
    settings: Settings
    stopping: threading.Event = field(default_factory=threading.Event)
    started: threading.Event = field(default_factory=threading.Event)
    console: Console = field(default_factory=lambda: Console(_STEPS))

    def __post_init__(self) -> None:
        self.layout.make()
        self._state = state.StateFile(self.layout)
        self._supervisor = Supervisor(self.layout.logs, self.console, on_change=self._note_processes)

    def run(self) -> None:
        """Starts everything, watches over it, and stops it however this ends. StackError when it cannot be started."""
        begun_us = time.time_ns() // 1000
        state.forget_last_run(self.layout)
        try:
            self._start(begun_us)
            self.started.set()
            self._supervisor.talkative = True
            self._supervisor.watch(self.stopping)
            self.console.say("Stopping …")
        finally:
            self._supervisor.talkative = False
            self._supervisor.stop()
            if self._state.state is not None:
                self._state.change(pids={}, ready=False)
        self.console.say("Everything has stopped. The data are kept in .run/ (`make clean` removes them).")

    def _start(self, begun_us: int) -> None:
        with self.console.step("certificates and secrets"):
            pki, credentials = ensure_pki(self.layout.secrets), ensure_credentials(self.layout.secrets)
        dashboard = Dashboard(find_node(self.layout))
        with self.console.step("npm packages" if dashboard.packages_are_current else "installing the npm packages"):
            dashboard.install_packages()
        with self.console.step("dashboard" if dashboard.build_is_current else "building the dashboard"):
            dashboard.build()
        addresses = self._addresses(credentials)
        self._announce(addresses, pki, credentials)
        with self.console.step("database (DATABASE_URL)" if self.settings.database_url else "starting the database"):
            if self.settings.database_url is None:
                self._start_database(credentials)
        backend = programs.backend_environment(addresses, pki, credentials, self.settings.site)
        if self.settings.demo:
            backend |= demo.backend_settings(self._ports["DEMO_CONTROL_PORT"])
        with self.console.step("database schema and first administrator"):
            self._prepare_database(backend, addresses)
        with self.console.step("broker (BROKER_URL)" if self.settings.broker else "starting the broker"):
            if self.settings.broker is None:
                self._start_broker(pki, addresses)
        mode, remark = desktop.choose_mode(self.settings)
        ours = desktop.station(self.layout.run / desktop.CLIENT, mode, addresses)
        desktops = [] if mode is DesktopMode.NONE else [ours.program]
        if ours.is_enrolled:
            ours.follow_broker()
        with self.console.step("starting ingest, web and the dashboard"):
            servers = [
                programs.ingest_program(backend, addresses),
                programs.web_program(backend, addresses, pki),
                programs.dashboard_program(dashboard, addresses, pki),
            ]
            self._supervisor.start(*servers, *(desktops if ours.is_enrolled else []))
        with self.console.step(f"desktop ({mode.value})"):
            if desktops and not ours.is_enrolled:
                ours.enrol(addresses, backend)
                self._supervisor.start(*desktops)
        with self.console.step("first reading on the dashboard"):
            is_first_password = self._await_first_reading(
                addresses, credentials, begun_us, expected=mode is not DesktopMode.NONE
            )
        if self.settings.demo:
            self._start_demo(addresses, backend)
        self._state.change(ready=True)
        password = self._password_or_its_place(credentials.admin_password) if is_first_password else "the one you chose"
        self._welcome(addresses, password, remark)

    def _addresses(self, credentials: Credentials) -> Addresses:
        """Chooses ports: those that were asked for, else those of the last run, else the defaults; others for taken
        ones."""
        before = (state.read(self.layout) or {}).get("ports", {})
        chosen = {name: self._port(name, wished, before.get(name)) for name, wished in self.settings.ports.items()}
        self._ports = chosen
        local_broker = RealBroker(
            ports.LOOPBACK, chosen["BROKER_PORT"], ports.LOOPBACK, chosen["HUB_BROKER_PORT"], None, None, None
        )
        local_database = database_url(chosen["DATABASE_PORT"], credentials.database_password.read_text().strip())
        return Addresses(
            web_url=f"http://{ports.LOOPBACK}:{chosen['WEB_PORT']}",
            web_port=chosen["WEB_PORT"],
            api_url=f"https://{ports.LOOPBACK}:{chosen['API_PORT']}",
            api_port=chosen["API_PORT"],
            ingest_http_port=chosen["INGEST_HTTP_PORT"],
            broker=self.settings.broker or local_broker,
            database_url=self.settings.database_url or local_database,
        )

    def _start_database(self, credentials: Credentials) -> None:
        password = credentials.database_password.read_text().strip()
        database = Database(self.layout, self._ports["DATABASE_PORT"], password)
        self._supervisor.start(programs.database_program(database))
        database.ensure_exists()

    def _start_broker(self, pki: SitePki, addresses: Addresses) -> None:
        mosquitto = ensure_mosquitto(self.layout)
        access_list = read_access_list(self.layout.root)
        listeners = addresses.broker.port, addresses.broker.hub_port
        broker = Broker(self.layout, mosquitto, pki, self.settings.site, access_list, *listeners)
        self._supervisor.start(programs.broker_program(broker))

    def _start_demo(self, addresses: Addresses, backend: dict[str, str]) -> None:
        """Last of all: nobody waits for it, and the system is whole without it."""
        link_port = self._ports["DEMO_LINK_PORT"]
        station = demo.station(self.layout.run / demo.CLIENT, link_port)
        try:
            if station.is_enrolled:
                station.follow_broker()
            else:
                station.enrol(addresses, backend)
        except StackError as error:
            self.console.say(f"Without the demonstration client: {error}")
            return
        link = demo.link_program(addresses, link_port, self._ports["DEMO_CONTROL_PORT"])
        self._supervisor.start(link, station.program)

    def _port(self, name: str, wished: int, before: int | None) -> int:
        wanted = ports.wanted(wished, before, is_named=name in self.settings.named_ports)
        port = ports.choose(wanted)
        if wanted and port != wanted:
            of_before = " of the last run" if wanted == before else ""
            self.console.say(f"Port {wanted}{of_before} is taken; {name} is {port} now.")
        if name == "BROKER_PORT" and before is not None and port != before:
            self.console.say(
                f"Clients that you enrolled while the broker was at port {before} look for it there: "
                f"`BROKER_PORT={before} make run` gives it back to them."
            )
        return port

    def _announce(self, addresses: Addresses, pki: SitePki, credentials: Credentials) -> None:
        broker = addresses.broker
        self._state.write(
            state.State(
                web_url=addresses.web_url,
                api_url=addresses.api_url,
                api_ca_file=str(pki.site_ca.certificate),
                broker=state.Address(broker.host, broker.port, str(broker.ca_file or pki.site_ca.certificate)),
                database_url=addresses.database_url,
                admin=state.Administrator(ADMINISTRATOR, str(credentials.admin_password)),
                ports=self._ports,
                pids={"stack": os.getpid()},
            )
        )

    def _note_processes(self) -> None:
        if self._state.state is not None:
            pids = {"stack": os.getpid(), **self._supervisor.pids}
            self._state.change(pids=pids, restarts=self._supervisor.restarts)

    def _prepare_database(self, backend: dict[str, str], addresses: Addresses) -> None:
        """Runs migrations and bootstrap, unless this database had them from the present sources already."""
        sources = sorted((self.layout.root / "apps" / "backend" / "src").rglob("*.py"))
        fingerprint = f"{hash_of_files(sources)} {addresses.database_url}"
        stamp = self.layout.secrets / "database-prepared"
        if self.settings.database_url is None and stamp.exists() and stamp.read_text() == fingerprint:
            return
        commands.run("Preparing the database's schema", programs.backend_command("migrate"), environment=backend)
        commands.run("Making the first administrator", programs.backend_command("bootstrap"), environment=backend)
        self._password_was_changed.unlink(missing_ok=True)  # It may be another database, with the first password.
        stamp.write_text(fingerprint)

    @property
    def _password_was_changed(self) -> Path:
        """The file that is there once the administrator's first password was refused."""
        return self.layout.secrets / "admin.password-was-changed"

    def _await_first_reading(
        self, addresses: Addresses, credentials: Credentials, begun_us: int, *, expected: bool
    ) -> bool:
        """Waits until a reading can be seen, if one is `expected`. The result is whether the first password still logs
        in; without it nothing can be seen. Once it was changed it is not tried again: each start would count as a wrong
        password, and the tenth would lock the administrator."""
        if self._password_was_changed.exists():
            return False
        visitor = Visitor(addresses.web_url)
        try:
            visitor.log_in(ADMINISTRATOR, credentials.admin_password)
        except LoginRefusedError as error:
            self.console.say(f"Not looking for a reading: {error}.")
            self._password_was_changed.touch()
            return False
        if expected:
            self._await_reading(visitor, begun_us)
        visitor.log_out()
        return True

    def _await_reading(self, visitor: Visitor, begun_us: int) -> None:
        try:
            wait_for_reading(visitor, desktop.CLIENT, begun_us, _FIRST_READING_S, meanwhile=self._supervisor.look)
        except NotReadyError as error:
            said = self._supervisor.last_words("desktop")
            raise NotReadyError(f"{error}. The desktop said:\n{said}\nAll logs: {self.layout.logs}") from error

    def _welcome(self, addresses: Addresses, password: str, remark: str | None) -> None:
        if remark:
            self.console.say(remark)
        self.console.say("")
        self.console.say(f"  Dashboard  {self.console.strong(addresses.web_url)}")
        self.console.say(f"  Enrolment  {addresses.api_url}")
        self.console.say(f"  User name  {ADMINISTRATOR}")
        self.console.say(f"  Password   {password}")
        self.console.say("")
        self.console.say("Ctrl-C stops everything.")

    def _password_or_its_place(self, password: Path) -> str:
        """The password at the first run, afterwards only the file that holds it."""
        shown = self.layout.secrets / "admin.password-was-shown"
        place = os.path.relpath(password, self.layout.root)
        if shown.exists():
            return f"in {place}"
        shown.touch()
        return f"{password.read_text().strip()}  (shown once; kept in {place})"
