"""The configuration in force, kept in force: every change that reaches the replica takes effect without a restart, with
or without a network (D5, PP-SY-8). Knows no Qt."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from precisionpulse_desktop.acquisition import Acquisition
from precisionpulse_desktop.models.setting_text import key_text, scalar_text
from precisionpulse_sdk import Client, OutboxBounds
from precisionpulse_sdk.errors import ConfigurationError, StorageError
from precisionpulse_sdk.outbox import Policy
from precisionpulse_sdk.replica import Kind, Replica, ReplicaChanged, logs
from precisionpulse_sdk.replica.database import reading
from precisionpulse_sdk.replica.entities import Entities
from precisionpulse_sdk.replica.settings import Effective, Source, read_effective
from precisionpulse_sdk.sync.fields import VALUE
from precisionpulse_sdk.sync.kinds import config_value_id
from precisionpulse_sdk.sync.state import ConfigScalar

log = logging.getLogger(__name__)

_BUFFER = ("buffer_max_records", "buffer_max_bytes", "buffer_max_age_s", "buffer_policy")
_POLICIES = {"BUFFER_POLICY_STOP_RECORDING": Policy.STOP_RECORDING}


@dataclass(frozen=True, slots=True)
class SettingChanged:
    """A key has another value from now on. `actor`: the user name of who set it, empty when that is not known. `text`
    says it to people. `fault`: why it could not be put in force, empty when it was."""

    key: str
    actor: str
    text: str
    fault: str = ""


class Configuration:
    """What `replica` says about this desktop. `own_interval_ms` is measured with while nobody has set an interval.

    Thread-safe."""

    def __init__(self, replica: Replica, *, own_interval_ms: int) -> None:
        self._replica = replica
        self._own_interval_ms = own_interval_ms
        self._lock = threading.Lock()
        self._listeners: tuple[Callable[[SettingChanged], object], ...] = ()
        self._client: Client | None = None
        self._acquisition: Acquisition | None = None
        self._applied = self.read()

    def read(self) -> Effective:
        """What is in force by the replica."""
        with reading(self._replica.engine) as connection:
            return read_effective(connection, self._replica.settings, self._replica.node)

    @property
    def revision(self) -> int:
        """The revision in effect."""
        return self._applied.revision

    @property
    def interval_ms(self) -> int:
        """The pause between two readings of each metric."""
        return self._interval_ms(self._applied)

    @property
    def bounds(self) -> OutboxBounds:
        """How much the buffer may hold."""
        return _bounds(self._applied)

    def shown(self) -> Mapping[str, str]:
        """Every key with its value in force, as people read it."""
        return {key: self._text(key, self._applied) for key in self._applied.values}

    def drive(self, client: Client, acquisition: Acquisition) -> Callable[[], None]:
        """Put in force what is known already, and from now on whatever changes. The result ends that."""
        self._client, self._acquisition = client, acquisition
        self._put_in_force(("enabled_metrics", "heartbeat_interval_ms"))
        client.report_configuration(self.revision)
        leave = self._replica.subscribe(self._look_at)
        self.apply()
        return leave

    def listen(self, listener: Callable[[SettingChanged], object]) -> Callable[[], None]:
        """Tell `listener` of each change, on the thread that brought it: it must not block. The result ends that."""
        self._listeners += (listener,)

        def leave() -> None:
            self._listeners = tuple(each for each in self._listeners if each is not listener)

        return leave

    def apply(self) -> int:
        """Put in force what the replica has now; the revision that is in effect then."""
        with self._lock:
            before, now = self._applied, self.read()
            keys = [key for key in {**now.values, **before.values} if self._value(key, now) != self._value(key, before)]
            self._applied = now
            faults = self._put_in_force(keys)
            if self._client is not None:
                self._client.report_configuration(now.revision)
            told = [self._changed(key, before, now, faults.get(key, "")) for key in keys]
        for change in told:
            log.info("%s%s", change.text, f" ({change.fault})" if change.fault else "")
            for listener in self._listeners:
                listener(change)
        return now.revision

    def _look_at(self, change: ReplicaChanged) -> None:
        if Kind.CONFIG_VALUE in change.kinds:
            try:
                self.apply()
            except StorageError as error:
                log.warning("the configuration can't be read now: %s", error)

    def _put_in_force(self, keys: list[str] | tuple[str, ...]) -> dict[str, str]:
        """Let these keys' values take effect; why not, by key."""
        client, acquisition = self._client, self._acquisition
        if client is None or acquisition is None:
            return {}
        faults: dict[str, str] = {}
        for key in keys:
            try:
                match key:
                    case "interval_ms":
                        acquisition.set_interval(self.interval_ms)
                    case "enabled_metrics":
                        faults[key] = self._enable(acquisition)
                    case "heartbeat_interval_ms":
                        client.set_heartbeat_interval(self._applied.number(key) / 1000)
                    case _ if key in _BUFFER:
                        client.set_bounds(self.bounds)
            except ConfigurationError as error:
                faults[key] = str(error)
        return faults

    def _enable(self, acquisition: Acquisition) -> str:
        names = _words(self._applied, "enabled_metrics")
        offered = {spec.name for spec in acquisition.specs}
        for name in offered:
            acquisition.set_measured(not names or name in names, name)
        unknown = sorted(names - offered)
        return f"not offered by this desktop's source: {', '.join(unknown)}" if unknown else ""

    def _changed(self, key: str, before: Effective, now: Effective, fault: str) -> SettingChanged:
        with reading(self._replica.engine) as connection:
            actor = _author(connection, key, self._replica.node)
        who = f"Changed by {actor}" if actor else "Changed"
        text = f"{who}: {key_text(key)} {self._text(key, before)} → {self._text(key, now)}"
        return SettingChanged(key, actor, text, fault)

    def _text(self, key: str, effective: Effective) -> str:
        setting = self._replica.settings.by_key.get(key)
        return scalar_text(self._value(key, effective), setting.unit if setting else "")

    def _value(self, key: str, effective: Effective) -> ConfigScalar | None:
        """What counts here; None when nothing is set."""
        found = effective.values.get(key)
        if key == "interval_ms" and found is not None:
            return found.scalar._replace(value=self._interval_ms(effective))
        return found.scalar if found else None

    def _interval_ms(self, effective: Effective) -> int:
        if effective.values["interval_ms"].source is Source.DEFAULT:
            return self._own_interval_ms
        return effective.number("interval_ms")


def _words(effective: Effective, key: str) -> frozenset[str]:
    value = effective.values[key].scalar.value
    return frozenset(value) if isinstance(value, tuple) else frozenset()


def _bounds(effective: Effective) -> OutboxBounds:
    return OutboxBounds(
        max_records=effective.number("buffer_max_records"),
        max_bytes=effective.number("buffer_max_bytes"),
        max_age_s=effective.number("buffer_max_age_s"),
        policy=_POLICIES.get(str(effective.values["buffer_policy"].scalar.value), Policy.DROP_OLDEST),
    )


def _author(connection: Connection, key: str, client: str) -> str:
    """Who wrote the value of `key` last, for this client or for the site; empty when that is not known."""
    newest = None
    for place in (client, ""):
        state = Entities(connection).state(Kind.CONFIG_VALUE, config_value_id(key, place))
        stamp = state.stamps.get(VALUE) if state else None
        if stamp and (newest is None or stamp.at > newest.at):
            newest = stamp
    return logs.actor_name(connection, newest.actor) if newest else ""
