"""The site's configuration for people: keys, the values that are set, and how far each client has come (PP-SY-8)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, select

from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.replica import logs
from precisionpulse_sdk.replica.entities import Entities
from precisionpulse_sdk.replica.tables import changes
from precisionpulse_sdk.sync import fields
from precisionpulse_sdk.sync.fields import MASK, VALUE
from precisionpulse_sdk.sync.kinds import Kind, config_value_id
from precisionpulse_sdk.sync.settings import Settings, SettingType
from precisionpulse_sdk.sync.state import ConfigScalar, State

_MAX_LOOK_BACK = 10_000
_PAGE = 500


class Slot(NamedTuple):
    """Where a value can stand: a key, for one client or, when `client` is empty, for the site."""

    key: str
    client: str


class StoredValue(NamedTuple):
    """What stands in a slot; `scalar` is None when it is not set (any more). `version`: what an edit gives as its base.
    `changed_us` and `actor` are 0 and "" when that is not known."""

    slot: Slot
    scalar: ConfigScalar | None
    version: int
    changed_us: int
    actor: str


class Difference(NamedTuple):
    """A key that a client has otherwise than it should. `reported` is None when it had none set and knows no default;
    `is_known` is false when what it had can't be told any more."""

    key: str
    reported: ConfigScalar | None
    is_known: bool
    desired: ConfigScalar | None


class Configuration:
    """All values as they are in one transaction. `revision` counts every change, as `Effective.revision` does."""

    def __init__(self, connection: Connection, settings: Settings) -> None:
        self._connection = connection
        self._settings = settings
        states = list(Entities(connection).all(Kind.CONFIG_VALUE))
        self.revision = sum(state.version for state in states)
        self._living = {_slot(state): state for state in states if state.lives}
        self._versions = {state.id: state.version for state in states}
        self._past: _Past | None = None

    def values(self) -> list[StoredValue]:
        """Every value that is set, by key and client; the site's first."""
        return [self._stored(slot, state) for slot, state in sorted(self._living.items())]

    def value(self, slot: Slot) -> StoredValue:
        """What stands in a slot."""
        state = self._living.get(slot)
        return self._stored(slot, state) if state else StoredValue(slot, None, self.version(slot), 0, "")

    def version(self, slot: Slot) -> int:
        """What an edit of the slot gives as its base."""
        return self._versions.get(config_value_id(*slot), 0)

    def differences(self, client: str, reported: int) -> list[Difference]:
        """What would change at a client that has come to the revision `reported`."""
        if reported >= self.revision:
            return []
        if self._past is None:
            self._past = _Past(self._connection, self.revision, self._versions)
        keys = sorted({*self._settings.by_key, *(slot.key for slot in self._living)})
        touched = self._past.touched(reported) if reported else None
        found = []
        for key in keys:
            slots = [Slot(key, client), Slot(key, "")]
            if touched is not None and not touched.intersection(config_value_id(*slot) for slot in slots):
                continue
            desired = self._in_force([self._scalar(slot) for slot in slots], key)
            then = [self._scalar_at(slot, reported) for slot in slots]
            known = [scalar for scalar in then if not isinstance(scalar, _Forgotten)]
            difference = Difference(key, self._in_force(known, key), len(known) == len(then), desired)
            if not difference.is_known or difference.reported != desired:
                found.append(difference)
        return found

    def _in_force(self, scalars: Iterable[ConfigScalar | None], key: str) -> ConfigScalar | None:
        setting = self._settings.by_key.get(key)
        default = setting.default if setting else None
        return next((scalar for scalar in scalars if scalar is not None), default)

    def _scalar(self, slot: Slot) -> ConfigScalar | None:
        state = self._living.get(slot)
        return _value(state.values) if state else None

    def _scalar_at(self, slot: Slot, revision: int) -> ConfigScalar | _Forgotten | None:
        if revision == 0 or self._past is None:
            return None
        entity_id = config_value_id(*slot)
        if entity_id not in self._past.touched(revision):
            return self._scalar(slot)
        return self._past.before(entity_id, revision)

    def _stored(self, slot: Slot, state: State) -> StoredValue:
        stamp = state.stamps.get(VALUE)
        actor = logs.actor_name(self._connection, stamp.actor) if stamp else ""
        return StoredValue(slot, _value(state.values), state.version, stamp.at.wall_us if stamp else 0, actor)


class _Forgotten:
    """In place of a value that is not in the log any more."""


class _Past:
    """The changes of configuration that are still in the log, newest first; the first of them made `revision`.
    `versions`: how many changes each value has had until now."""

    def __init__(self, connection: Connection, revision: int, versions: Mapping[UUID, int]) -> None:
        self._revision = revision
        self._versions = versions
        self._changes: list[tuple[UUID, Mapping[str, object] | None]] = []
        looked_at, before = 0, None
        while looked_at < _MAX_LOOK_BACK:
            query = select(changes.c.cursor, changes.c.content).order_by(changes.c.cursor.desc()).limit(_PAGE)
            rows = connection.execute(query if before is None else query.where(changes.c.cursor < before)).all()
            for row in rows:
                self._take(pb.CommittedChange.FromString(row.content))
            if len(rows) < _PAGE:
                break
            looked_at, before = looked_at + len(rows), rows[-1].cursor

    def touched(self, revision: int) -> frozenset[UUID]:
        """What was changed after `revision`; everything that may have been when the log does not reach so far back."""
        later = self._changes[: self._revision - revision]
        if len(later) < self._revision - revision:
            return frozenset(self._versions)
        return frozenset(entity_id for entity_id, _ in later)

    def before(self, entity_id: UUID, revision: int) -> ConfigScalar | _Forgotten | None:
        """What a value was at `revision`."""
        own = [(place, values) for place, (id_, values) in enumerate(self._changes) if id_ == entity_id]
        for place, values in own:
            if place >= self._revision - revision and (values is None or VALUE in values):
                return _value(values) if values else None
        return None if len(own) == self._versions[entity_id] else _Forgotten()

    def _take(self, committed: pb.CommittedChange) -> None:
        change = committed.change
        if change.entity.WhichOneof("kind") != Kind.CONFIG_VALUE.value:
            return
        values = None
        if change.op == pb.CHANGE_OP_SET:
            kept = set(change.fields) - set(committed.lost_fields)
            values = {name: value for name, value in fields.read(change.entity, change.fields).items() if name in kept}
        self._changes.append((UUID(bytes=change.entity_id), values))


def typed(settings: Settings, key: str, value: object, present: StoredValue) -> object:
    """A value as JSON brings it, fit for an edit: integers may be text, and an unknown key keeps the type that it has.
    What is not fit stays as it is, for the edit to refuse."""
    setting = settings.by_key.get(key)
    kind = setting.type if setting else SettingType(present.scalar.member) if present.scalar else None
    if kind is SettingType.INTEGER and isinstance(value, str):
        try:
            value = int(value)
        except ValueError:
            return value
    if setting is None and kind is not None:
        return ConfigScalar(kind.value, tuple(value) if isinstance(value, list) else value)  # type: ignore[arg-type]
    return value


def masked(scalar: ConfigScalar | None) -> object:
    """A value as JSON carries it: integers as text, and nothing of a secret."""
    if scalar is None or scalar.member == SettingType.SECRET.value:
        return None
    if scalar.member == SettingType.INTEGER.value:
        return str(scalar.value)
    return list(scalar.value) if isinstance(scalar.value, tuple) else scalar.value


def shown(scalar: ConfigScalar | None) -> object:
    """As `masked`, with a sign in a secret's place."""
    is_secret = scalar is not None and scalar.member == SettingType.SECRET.value
    return MASK if is_secret else masked(scalar)


def visible_values(values: Sequence[StoredValue], clients: Iterable[str]) -> list[StoredValue]:
    """Those of the site and of `clients`."""
    seen = {"", *clients}
    return [value for value in values if value.slot.client in seen]


def _slot(state: State) -> Slot:
    return Slot(str(state.values["key"]), str(state.values["client"]))


def _value(values: Mapping[str, object]) -> ConfigScalar | None:
    value = values.get(VALUE)
    return value if isinstance(value, ConfigScalar) else None
