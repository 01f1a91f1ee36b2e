"""What people ask of this desktop from afar: intervals, starting and stopping, configuration, diagnostics. Knows no
Qt."""

from __future__ import annotations

import time
from collections import deque
from datetime import UTC, datetime

from precisionpulse_desktop.acquisition import Acquisition
from precisionpulse_desktop.configuration import Configuration
from precisionpulse_desktop.diagnostics import shown_settings, versions
from precisionpulse_desktop.settings import Settings
from precisionpulse_sdk import Client, ClientEvent, RecordsAcknowledged, RunningCommand
from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.errors import CommandArgumentError, CommandError, ConfigurationError

LONGEST_UPDATE_S, UPDATE_STEP_S = 120.0, 1.0
MAX_EVENTS, MAX_EVENT_CHARACTERS = 200, 500


class CommandHandlers:
    """Answers the commands of one client; registers itself there."""

    def __init__(
        self, client: Client, acquisition: Acquisition, configuration: Configuration, settings: Settings
    ) -> None:
        self._client = client
        self._configuration = configuration
        self._acquisition = acquisition
        self._settings = settings
        self._events: deque[str] = deque(maxlen=MAX_EVENTS)
        client.subscribe(self._note)
        client.on_command(pb.SetInterval, self.set_interval)
        client.on_command(pb.StartStream, self.start_stream)
        client.on_command(pb.StopStream, self.stop_stream)
        client.on_command(pb.UpdateConfig, self.update_config)
        client.on_command(pb.CollectDiagnostics, self.collect_diagnostics)

    def set_interval(self, command: RunningCommand[pb.SetInterval]) -> None:
        """Measure one metric or all at another interval."""
        try:
            self._acquisition.set_interval(command.body.interval_ms, command.body.metric or None)
        except ConfigurationError as error:
            raise CommandArgumentError(str(error)) from error

    def start_stream(self, command: RunningCommand[pb.StartStream]) -> None:
        """Measure one metric or all again."""
        self._measure(command.body.metric, True)

    def stop_stream(self, command: RunningCommand[pb.StopStream]) -> None:
        """Measure one metric or all no more, until it is started again or the program is."""
        self._measure(command.body.metric, False)

    def update_config(self, command: RunningCommand[pb.UpdateConfig]) -> None:
        """Fetch the configuration and put it in force, up to the revision that is asked for or else the newest."""
        wanted = command.body.revision if command.body.HasField("revision") else None
        ends_s = time.monotonic() + LONGEST_UPDATE_S
        while True:
            caught_up = self._client.catch_up(UPDATE_STEP_S)
            revision = self._configuration.apply()
            if revision >= wanted if wanted is not None else caught_up:
                return
            if wanted is not None and caught_up:
                raise CommandError(f"the newest revision is {revision}; there is no {wanted} yet")
            if time.monotonic() > ends_s:
                raise CommandError(f"the hub's newest did not come within {LONGEST_UPDATE_S:.0f} s")
            command.progress(None, f"revision {revision} is in effect")

    def collect_diagnostics(self, command: RunningCommand[pb.CollectDiagnostics]) -> pb.Diagnostics:
        """Versions, settings without secrets, and what happened lately. No values."""
        settings = {name: str(value) for name, value in shown_settings(self._settings).items()}
        settings |= {f"configuration.{key}": text for key, text in self._configuration.shown().items()}
        return pb.Diagnostics(versions=versions(), settings=settings, events=list(self._events))

    def _measure(self, metric: str, measured: bool) -> None:
        try:
            self._acquisition.set_measured(measured, metric or None)
        except ConfigurationError as error:
            raise CommandArgumentError(str(error)) from error

    def _note(self, event: ClientEvent) -> None:
        if not isinstance(event, RecordsAcknowledged):
            at = datetime.fromtimestamp(time.time(), UTC)
            self._events.append(f"{at:%Y-%m-%d %H:%M:%S} {event}"[:MAX_EVENT_CHARACTERS])
