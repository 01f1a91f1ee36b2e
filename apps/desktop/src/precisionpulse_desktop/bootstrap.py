"""Puts the parts together: the same wiring for the window and for headless. Nothing is built at import."""

from __future__ import annotations

import logging
from pathlib import Path

from precisionpulse_desktop import __version__
from precisionpulse_desktop.acquisition import Acquisition
from precisionpulse_desktop.commands import CommandHandlers
from precisionpulse_desktop.configuration import Configuration
from precisionpulse_desktop.logs import log_event
from precisionpulse_desktop.replica import open_replica
from precisionpulse_desktop.settings import Settings
from precisionpulse_desktop.sources import load_source
from precisionpulse_sdk import schemas
from precisionpulse_sdk.client import Client
from precisionpulse_sdk.config import ClientConfig
from precisionpulse_sdk.errors import StorageError
from precisionpulse_sdk.events import ClientEvent, ReplicaSettled
from precisionpulse_sdk.identity import FILE_NAME, Identity
from precisionpulse_sdk.outbox import OUTBOX_NAME
from precisionpulse_sdk.transport import Transport

log = logging.getLogger(__name__)

NAME = "precisionpulse-desktop"
"""What the hub shows as the name of this program."""
CLOSE_TIMEOUT_S = 1.0


class Streaming:
    """A client with its replica and the acquisition that feeds it, as one thing to start and to close.

    Raises what the SDK raises for an identity, an outbox or a replica that can't be used, and `SourceNotFoundError`."""

    def __init__(self, settings: Settings, identity: Identity, *, transport: Transport | None = None) -> None:
        self.identity = identity
        schemas.load()
        source = load_source(settings.source)
        self.replica = open_replica(settings.data_dir, identity)
        try:
            self.configuration = Configuration(self.replica, own_interval_ms=settings.interval_ms)
            self.client = Client(
                identity,
                settings.data_dir / OUTBOX_NAME,
                config=ClientConfig(sdk_name=NAME),
                bounds=self.configuration.bounds,
                transport=transport,
                replica=self.replica,
            )
        except BaseException:
            self.replica.engine.dispose()
            raise
        self.client.subscribe(self._keep_rights)
        self.client.subscribe(log_event)
        try:
            self.acquisition = Acquisition(source, self.client, interval_ms=self.configuration.interval_ms)
            CommandHandlers(self.client, self.acquisition, self.configuration, settings)
            self._leave = self.configuration.drive(self.client, self.acquisition)
        except BaseException:
            self.client.close(0)
            self.replica.engine.dispose()
            raise

    def start(self) -> None:
        """Begin to measure and to send. Returns at once, whether or not there is a network."""
        self.client.start()
        self.acquisition.start()
        log.info("streaming as %s of site %s", self.identity.client, self.identity.site)

    def close(self) -> None:
        """Stop measuring, then say goodbye to the hub; what is unsent stays in the buffer. Idempotent, well under 3
        s."""
        self._leave()
        self.acquisition.close()
        self.client.close(CLOSE_TIMEOUT_S)
        self.replica.engine.dispose()

    def _keep_rights(self, event: ClientEvent) -> None:
        """Being in step with the hub is what keeps the rights in the replica good (PP-SY-9)."""
        if isinstance(event, ReplicaSettled):
            try:
                self.replica.contact()
            except StorageError as error:
                log.warning("the contact to the hub can't be noted: %s", error)


def load_identity(directory: Path) -> Identity | None:
    """The identity in `directory`, `None` before enrolment. Raises `ConfigurationError` for a damaged one."""
    return Identity.load(directory) if (directory / FILE_NAME).exists() else None


def enrol_into(directory: Path, url: str, code: str) -> Identity:
    """Enrol with the server at `url` by the one-time `code`, and keep the identity in `directory`. Takes seconds at
    most.

    Raises `EnrolmentError` when the server refuses, `LinkError` when it can't be reached, `ConfigurationError` for an
    address or code that can't be one."""
    from precisionpulse_sdk.enrolment import enrol  # only a first start needs it: 3 MB

    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    return enrol(url, code, directory, sdk_name=NAME, sdk_version=__version__)
