"""Channels, commands and settings of the schema package `precisionpulse.v1`. Generated; do not edit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from precisionpulse.v1.options_pb2 import (
    DIRECTION_DOWN,
    DIRECTION_HUB,
    DIRECTION_UP,
    SEALING_CLEAR,
    SEALING_SEALED,
    Direction,
    Sealing,
)

MAJOR = 1
MINOR = 0
SCHEMA_FINGERPRINT = bytes.fromhex("8a4e2b67c6770e6e5059776b07a281710954c77390f2ca3967af0f2061b434a3")
"""SHA-256 of the schema's descriptor image, as a release freezes it."""

@dataclass(frozen=True, slots=True)
class Channel:
    """Where a message travels. `topic` is a template over `{site}` and `{client}`; `message` is a full protobuf name;
    `permission` is what the hub demands of the person behind a frame, empty when the sender's identity is enough."""

    name: str
    topic: str
    qos: int
    retain: bool
    direction: Direction
    sealing: Sealing
    permission: str
    type: int
    message: str
    requirements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CommandRule:
    """What a message means as the body of a `Command`."""

    message: str
    permission: str
    default_lifetime_s: int
    label: str


@dataclass(frozen=True, slots=True)
class SettingRule:
    """What a configuration key accepts. `type` is a scalar's name or an enum's full name; bounds are inclusive, None
    means none; `default_value` is in text form, empty for the type's zero value; `description` is for people."""

    key: str
    message: str
    type: str
    repeated: bool
    unit: str
    minimum: int | None
    maximum: int | None
    default_value: str
    secret: bool
    description: str


HELLO = Channel(
    name="hello",
    topic="pp/1/{site}/c/{client}/up/hello",
    qos=1,
    retain=False,
    direction=DIRECTION_UP,
    sealing=SEALING_SEALED,
    permission="",
    type=1,
    message="precisionpulse.v1.Hello",
    requirements=("A4", "A5", "PP-VR-1", "PP-CL-1"),
)

WELCOME = Channel(
    name="welcome",
    topic="pp/1/{site}/c/{client}/down/welcome",
    qos=1,
    retain=False,
    direction=DIRECTION_DOWN,
    sealing=SEALING_SEALED,
    permission="",
    type=2,
    message="precisionpulse.v1.Welcome",
    requirements=("A4", "PP-VR-1", "PP-TD-8"),
)

REFUSAL = Channel(
    name="refusal",
    topic="pp/1/{site}/c/{client}/down/refusal",
    qos=1,
    retain=False,
    direction=DIRECTION_DOWN,
    sealing=SEALING_CLEAR,
    permission="",
    type=3,
    message="precisionpulse.v1.Refusal",
    requirements=("A5", "PP-VR-1", "PP-FR-4", "PP-FR-6"),
)

PRESENCE = Channel(
    name="presence",
    topic="pp/1/{site}/c/{client}/up/presence",
    qos=1,
    retain=True,
    direction=DIRECTION_UP,
    sealing=SEALING_SEALED,
    permission="",
    type=4,
    message="precisionpulse.v1.Presence",
    requirements=("PP-CL-3", "W11"),
)

HEARTBEAT = Channel(
    name="heartbeat",
    topic="pp/1/{site}/c/{client}/up/heartbeat",
    qos=0,
    retain=False,
    direction=DIRECTION_UP,
    sealing=SEALING_SEALED,
    permission="",
    type=5,
    message="precisionpulse.v1.Heartbeat",
    requirements=("D6", "X2", "PP-CL-3", "PP-CL-4"),
)

HEARTBEAT_REPLY = Channel(
    name="heartbeat-reply",
    topic="pp/1/{site}/c/{client}/down/heartbeat",
    qos=0,
    retain=False,
    direction=DIRECTION_DOWN,
    sealing=SEALING_SEALED,
    permission="",
    type=6,
    message="precisionpulse.v1.HeartbeatReply",
    requirements=("D6", "PP-CL-4"),
)

CATALOGUE = Channel(
    name="catalogue",
    topic="pp/1/{site}/c/{client}/up/catalogue",
    qos=1,
    retain=False,
    direction=DIRECTION_UP,
    sealing=SEALING_SEALED,
    permission="",
    type=7,
    message="precisionpulse.v1.Catalogue",
    requirements=("PP-CL-2",),
)

CATALOGUE_REQUEST = Channel(
    name="catalogue-request",
    topic="pp/1/{site}/c/{client}/down/catalogue",
    qos=1,
    retain=False,
    direction=DIRECTION_DOWN,
    sealing=SEALING_SEALED,
    permission="",
    type=8,
    message="precisionpulse.v1.CatalogueRequest",
    requirements=("PP-CL-2",),
)

LIVE = Channel(
    name="live",
    topic="pp/1/{site}/c/{client}/up/live",
    qos=1,
    retain=False,
    direction=DIRECTION_UP,
    sealing=SEALING_SEALED,
    permission="",
    type=10,
    message="precisionpulse.v1.Batch",
    requirements=("D1", "E1", "PP-CH-3", "PP-TD-3"),
)

HISTORY = Channel(
    name="history",
    topic="pp/1/{site}/c/{client}/up/history",
    qos=1,
    retain=False,
    direction=DIRECTION_UP,
    sealing=SEALING_SEALED,
    permission="",
    type=11,
    message="precisionpulse.v1.Batch",
    requirements=("E3", "E5", "PP-CH-3", "PP-TD-7"),
)

GAPS = Channel(
    name="gaps",
    topic="pp/1/{site}/c/{client}/up/gaps",
    qos=1,
    retain=False,
    direction=DIRECTION_UP,
    sealing=SEALING_SEALED,
    permission="",
    type=12,
    message="precisionpulse.v1.GapReport",
    requirements=("E4", "X3", "PP-TD-9"),
)

ACK = Channel(
    name="ack",
    topic="pp/1/{site}/c/{client}/down/ack",
    qos=1,
    retain=False,
    direction=DIRECTION_DOWN,
    sealing=SEALING_SEALED,
    permission="",
    type=13,
    message="precisionpulse.v1.Ack",
    requirements=("E1", "E3", "PP-TD-4", "PP-TD-5"),
)

ACK_QUERY = Channel(
    name="ack-query",
    topic="pp/1/{site}/c/{client}/up/ack-query",
    qos=1,
    retain=False,
    direction=DIRECTION_UP,
    sealing=SEALING_SEALED,
    permission="",
    type=14,
    message="precisionpulse.v1.AckQuery",
    requirements=("PP-TD-4",),
)

COMMAND = Channel(
    name="command",
    topic="pp/1/{site}/c/{client}/down/command",
    qos=1,
    retain=False,
    direction=DIRECTION_DOWN,
    sealing=SEALING_SEALED,
    permission="client:command",
    type=20,
    message="precisionpulse.v1.Command",
    requirements=("D4", "PP-CM-1", "PP-CM-2"),
)

COMMAND_STATUS = Channel(
    name="command-status",
    topic="pp/1/{site}/c/{client}/up/command-status",
    qos=1,
    retain=False,
    direction=DIRECTION_UP,
    sealing=SEALING_SEALED,
    permission="",
    type=21,
    message="precisionpulse.v1.CommandStatus",
    requirements=("D4", "PP-CM-1", "PP-CM-2"),
)

COMMAND_STATUS_ACK = Channel(
    name="command-status-ack",
    topic="pp/1/{site}/c/{client}/down/command-status-ack",
    qos=1,
    retain=False,
    direction=DIRECTION_DOWN,
    sealing=SEALING_SEALED,
    permission="",
    type=22,
    message="precisionpulse.v1.CommandStatusAck",
    requirements=("PP-CM-1",),
)

COMMAND_CANCEL = Channel(
    name="command-cancel",
    topic="pp/1/{site}/c/{client}/down/command-cancel",
    qos=1,
    retain=False,
    direction=DIRECTION_DOWN,
    sealing=SEALING_SEALED,
    permission="client:command",
    type=23,
    message="precisionpulse.v1.CommandCancel",
    requirements=("D4", "W20"),
)

CHANGES = Channel(
    name="changes",
    topic="pp/1/{site}/c/{client}/up/changes",
    qos=1,
    retain=False,
    direction=DIRECTION_UP,
    sealing=SEALING_SEALED,
    permission="",
    type=30,
    message="precisionpulse.v1.ChangeUpload",
    requirements=("C3", "C4", "C5", "PP-SY-1", "PP-SY-4"),
)

VERDICTS = Channel(
    name="verdicts",
    topic="pp/1/{site}/c/{client}/down/verdicts",
    qos=1,
    retain=False,
    direction=DIRECTION_DOWN,
    sealing=SEALING_SEALED,
    permission="",
    type=31,
    message="precisionpulse.v1.ChangeVerdicts",
    requirements=("C5", "PP-SY-4"),
)

FEED = Channel(
    name="feed",
    topic="pp/1/{site}/c/{client}/down/feed",
    qos=1,
    retain=False,
    direction=DIRECTION_DOWN,
    sealing=SEALING_SEALED,
    permission="",
    type=32,
    message="precisionpulse.v1.ChangeFeed",
    requirements=("C3", "PP-SY-5"),
)

FEED_REQUEST = Channel(
    name="feed-request",
    topic="pp/1/{site}/c/{client}/up/feed-request",
    qos=1,
    retain=False,
    direction=DIRECTION_UP,
    sealing=SEALING_SEALED,
    permission="",
    type=33,
    message="precisionpulse.v1.FeedRequest",
    requirements=("C3", "PP-SY-5"),
)

SNAPSHOT = Channel(
    name="snapshot",
    topic="pp/1/{site}/c/{client}/down/snapshot",
    qos=1,
    retain=False,
    direction=DIRECTION_DOWN,
    sealing=SEALING_SEALED,
    permission="",
    type=34,
    message="precisionpulse.v1.SnapshotChunk",
    requirements=("C1", "PP-SY-5"),
)

KEY_UPDATE = Channel(
    name="key-update",
    topic="pp/1/{site}/c/{client}/down/key-update",
    qos=1,
    retain=False,
    direction=DIRECTION_DOWN,
    sealing=SEALING_SEALED,
    permission="",
    type=40,
    message="precisionpulse.v1.KeyUpdate",
    requirements=("A6", "PP-FR-3", "PP-FR-4"),
)

KEY_ACCEPTED = Channel(
    name="key-accepted",
    topic="pp/1/{site}/c/{client}/up/key-accepted",
    qos=1,
    retain=False,
    direction=DIRECTION_UP,
    sealing=SEALING_SEALED,
    permission="",
    type=41,
    message="precisionpulse.v1.KeyAccepted",
    requirements=("A6", "PP-FR-4"),
)

COMMITTED = Channel(
    name="committed",
    topic="pp/1/{site}/hub/committed",
    qos=0,
    retain=False,
    direction=DIRECTION_HUB,
    sealing=SEALING_SEALED,
    permission="",
    type=100,
    message="precisionpulse.v1.Committed",
    requirements=("X1", "F4"),
)

CLIENT_CHANGED = Channel(
    name="client-changed",
    topic="pp/1/{site}/hub/client-changed",
    qos=1,
    retain=False,
    direction=DIRECTION_HUB,
    sealing=SEALING_SEALED,
    permission="",
    type=101,
    message="precisionpulse.v1.ClientChanged",
    requirements=("F4",),
)

REPLICA_ADVANCED = Channel(
    name="replica-advanced",
    topic="pp/1/{site}/hub/replica-advanced",
    qos=1,
    retain=False,
    direction=DIRECTION_HUB,
    sealing=SEALING_SEALED,
    permission="",
    type=102,
    message="precisionpulse.v1.ReplicaAdvanced",
    requirements=("C3", "PP-SY-5", "F4"),
)

COMMAND_CHANGED = Channel(
    name="command-changed",
    topic="pp/1/{site}/hub/command-changed",
    qos=1,
    retain=False,
    direction=DIRECTION_HUB,
    sealing=SEALING_SEALED,
    permission="",
    type=103,
    message="precisionpulse.v1.CommandChanged",
    requirements=("D4", "PP-CM-1", "F4"),
)

CHANNELS: Mapping[str, Channel] = MappingProxyType(
    {
        "hello": HELLO,
        "welcome": WELCOME,
        "refusal": REFUSAL,
        "presence": PRESENCE,
        "heartbeat": HEARTBEAT,
        "heartbeat-reply": HEARTBEAT_REPLY,
        "catalogue": CATALOGUE,
        "catalogue-request": CATALOGUE_REQUEST,
        "live": LIVE,
        "history": HISTORY,
        "gaps": GAPS,
        "ack": ACK,
        "ack-query": ACK_QUERY,
        "command": COMMAND,
        "command-status": COMMAND_STATUS,
        "command-status-ack": COMMAND_STATUS_ACK,
        "command-cancel": COMMAND_CANCEL,
        "changes": CHANGES,
        "verdicts": VERDICTS,
        "feed": FEED,
        "feed-request": FEED_REQUEST,
        "snapshot": SNAPSHOT,
        "key-update": KEY_UPDATE,
        "key-accepted": KEY_ACCEPTED,
        "committed": COMMITTED,
        "client-changed": CLIENT_CHANGED,
        "replica-advanced": REPLICA_ADVANCED,
        "command-changed": COMMAND_CHANGED,
    }
)

BY_TYPE: Mapping[int, Channel] = MappingProxyType(
    {
        1: HELLO,
        2: WELCOME,
        3: REFUSAL,
        4: PRESENCE,
        5: HEARTBEAT,
        6: HEARTBEAT_REPLY,
        7: CATALOGUE,
        8: CATALOGUE_REQUEST,
        10: LIVE,
        11: HISTORY,
        12: GAPS,
        13: ACK,
        14: ACK_QUERY,
        20: COMMAND,
        21: COMMAND_STATUS,
        22: COMMAND_STATUS_ACK,
        23: COMMAND_CANCEL,
        30: CHANGES,
        31: VERDICTS,
        32: FEED,
        33: FEED_REQUEST,
        34: SNAPSHOT,
        40: KEY_UPDATE,
        41: KEY_ACCEPTED,
        100: COMMITTED,
        101: CLIENT_CHANGED,
        102: REPLICA_ADVANCED,
        103: COMMAND_CHANGED,
    }
)

COMMANDS: Mapping[str, CommandRule] = MappingProxyType(
    {
        "precisionpulse.v1.ForceSync": CommandRule(
            message="precisionpulse.v1.ForceSync",
            permission="client:sync",
            default_lifetime_s=3600,
            label="Synchronise everything now",
        ),
        "precisionpulse.v1.UpdateConfig": CommandRule(
            message="precisionpulse.v1.UpdateConfig",
            permission="config:update",
            default_lifetime_s=3600,
            label="Apply the configuration",
        ),
        "precisionpulse.v1.SetInterval": CommandRule(
            message="precisionpulse.v1.SetInterval",
            permission="client:command",
            default_lifetime_s=3600,
            label="Set the measuring interval",
        ),
        "precisionpulse.v1.StartStream": CommandRule(
            message="precisionpulse.v1.StartStream",
            permission="client:command",
            default_lifetime_s=3600,
            label="Start streaming",
        ),
        "precisionpulse.v1.StopStream": CommandRule(
            message="precisionpulse.v1.StopStream",
            permission="client:command",
            default_lifetime_s=3600,
            label="Stop streaming",
        ),
        "precisionpulse.v1.Ping": CommandRule(
            message="precisionpulse.v1.Ping",
            permission="client:command",
            default_lifetime_s=60,
            label="Ping",
        ),
        "precisionpulse.v1.CollectDiagnostics": CommandRule(
            message="precisionpulse.v1.CollectDiagnostics",
            permission="client:diagnose",
            default_lifetime_s=3600,
            label="Collect diagnostics",
        ),
    }
)

SETTINGS: Mapping[str, SettingRule] = MappingProxyType(
    {
        "interval_ms": SettingRule(
            key="interval_ms",
            message="precisionpulse.v1.ClientSettings",
            type="uint32",
            repeated=False,
            unit="ms",
            minimum=10,
            maximum=86400000,
            default_value="1000",
            secret=False,
            description="Pause between two measurements of each metric.",
        ),
        "enabled_metrics": SettingRule(
            key="enabled_metrics",
            message="precisionpulse.v1.ClientSettings",
            type="string",
            repeated=True,
            unit="",
            minimum=None,
            maximum=None,
            default_value="",
            secret=False,
            description="Names of the metrics to record. Empty means all that the source offers.",
        ),
        "buffer_max_records": SettingRule(
            key="buffer_max_records",
            message="precisionpulse.v1.ClientSettings",
            type="uint64",
            repeated=False,
            unit="",
            minimum=1000,
            maximum=1000000000,
            default_value="10000000",
            secret=False,
            description="Most records that the buffer holds.",
        ),
        "buffer_max_bytes": SettingRule(
            key="buffer_max_bytes",
            message="precisionpulse.v1.ClientSettings",
            type="uint64",
            repeated=False,
            unit="By",
            minimum=1048576,
            maximum=None,
            default_value="1073741824",
            secret=False,
            description="Most bytes that the buffer takes on disk.",
        ),
        "buffer_max_age_s": SettingRule(
            key="buffer_max_age_s",
            message="precisionpulse.v1.ClientSettings",
            type="uint64",
            repeated=False,
            unit="s",
            minimum=60,
            maximum=None,
            default_value="604800",
            secret=False,
            description="Age at which the policy applies to a record.",
        ),
        "buffer_policy": SettingRule(
            key="buffer_policy",
            message="precisionpulse.v1.ClientSettings",
            type="precisionpulse.v1.BufferPolicy",
            repeated=False,
            unit="",
            minimum=None,
            maximum=None,
            default_value="BUFFER_POLICY_DROP_OLDEST",
            secret=False,
            description="What happens when a bound is reached.",
        ),
        "heartbeat_interval_ms": SettingRule(
            key="heartbeat_interval_ms",
            message="precisionpulse.v1.ClientSettings",
            type="uint32",
            repeated=False,
            unit="ms",
            minimum=500,
            maximum=600000,
            default_value="5000",
            secret=False,
            description="Pause between heartbeats; the hub may state another.",
        ),
        "offline_validity_s": SettingRule(
            key="offline_validity_s",
            message="precisionpulse.v1.ClientSettings",
            type="uint64",
            repeated=False,
            unit="s",
            minimum=3600,
            maximum=None,
            default_value="2592000",
            secret=False,
            description="How long a desktop may go on authenticating with no contact to the hub.",
        ),
    }
)
