// Channels, commands and settings of the schema package precisionpulse.v1. Generated from the schema; do not edit.

import { Direction, Sealing } from "./options_pb.js";
import { CommandCancelSchema, CommandSchema, CommandStatusAckSchema, CommandStatusSchema } from "./command_pb.js";
import { KeyAcceptedSchema, KeyUpdateSchema } from "./enrolment_pb.js";
import { ClientChangedSchema, CommandChangedSchema, CommittedSchema, ReplicaAdvancedSchema } from "./live_pb.js";
import { HeartbeatReplySchema, HeartbeatSchema, HelloSchema, PresenceSchema, RefusalSchema, WelcomeSchema } from "./session_pb.js";
import { ChangeFeedSchema, ChangeUploadSchema, ChangeVerdictsSchema, FeedRequestSchema, SnapshotChunkSchema } from "./sync_pb.js";
import { AckQuerySchema, AckSchema, BatchSchema, CatalogueRequestSchema, CatalogueSchema, GapReportSchema } from "./telemetry_pb.js";

export const MAJOR = 1;
export const MINOR = 0;
export const SCHEMA_FINGERPRINT = /*@__PURE__*/ new Uint8Array([0x8a, 0x4e, 0x2b, 0x67, 0xc6, 0x77, 0x0e, 0x6e, 0x50, 0x59, 0x77, 0x6b, 0x07, 0xa2, 0x81, 0x71, 0x09, 0x54, 0xc7, 0x73, 0x90, 0xf2, 0xca, 0x39, 0x67, 0xaf, 0x0f, 0x20, 0x61, 0xb4, 0x34, 0xa3]);

export const HELLO = /*@__PURE__*/ Object.freeze({
  name: "hello",
  topic: "pp/1/{site}/c/{client}/up/hello",
  qos: 1,
  retain: false,
  direction: Direction.UP,
  sealing: Sealing.SEALED,
  permission: "",
  type: 1,
  message: "precisionpulse.v1.Hello",
  schema: HelloSchema,
  requirements: ["A4", "A5", "PP-VR-1", "PP-CL-1"],
});

export const WELCOME = /*@__PURE__*/ Object.freeze({
  name: "welcome",
  topic: "pp/1/{site}/c/{client}/down/welcome",
  qos: 1,
  retain: false,
  direction: Direction.DOWN,
  sealing: Sealing.SEALED,
  permission: "",
  type: 2,
  message: "precisionpulse.v1.Welcome",
  schema: WelcomeSchema,
  requirements: ["A4", "PP-VR-1", "PP-TD-8"],
});

export const REFUSAL = /*@__PURE__*/ Object.freeze({
  name: "refusal",
  topic: "pp/1/{site}/c/{client}/down/refusal",
  qos: 1,
  retain: false,
  direction: Direction.DOWN,
  sealing: Sealing.CLEAR,
  permission: "",
  type: 3,
  message: "precisionpulse.v1.Refusal",
  schema: RefusalSchema,
  requirements: ["A5", "PP-VR-1", "PP-FR-4", "PP-FR-6"],
});

export const PRESENCE = /*@__PURE__*/ Object.freeze({
  name: "presence",
  topic: "pp/1/{site}/c/{client}/up/presence",
  qos: 1,
  retain: true,
  direction: Direction.UP,
  sealing: Sealing.SEALED,
  permission: "",
  type: 4,
  message: "precisionpulse.v1.Presence",
  schema: PresenceSchema,
  requirements: ["PP-CL-3", "W11"],
});

export const HEARTBEAT = /*@__PURE__*/ Object.freeze({
  name: "heartbeat",
  topic: "pp/1/{site}/c/{client}/up/heartbeat",
  qos: 0,
  retain: false,
  direction: Direction.UP,
  sealing: Sealing.SEALED,
  permission: "",
  type: 5,
  message: "precisionpulse.v1.Heartbeat",
  schema: HeartbeatSchema,
  requirements: ["D6", "X2", "PP-CL-3", "PP-CL-4"],
});

export const HEARTBEAT_REPLY = /*@__PURE__*/ Object.freeze({
  name: "heartbeat-reply",
  topic: "pp/1/{site}/c/{client}/down/heartbeat",
  qos: 0,
  retain: false,
  direction: Direction.DOWN,
  sealing: Sealing.SEALED,
  permission: "",
  type: 6,
  message: "precisionpulse.v1.HeartbeatReply",
  schema: HeartbeatReplySchema,
  requirements: ["D6", "PP-CL-4"],
});

export const CATALOGUE = /*@__PURE__*/ Object.freeze({
  name: "catalogue",
  topic: "pp/1/{site}/c/{client}/up/catalogue",
  qos: 1,
  retain: false,
  direction: Direction.UP,
  sealing: Sealing.SEALED,
  permission: "",
  type: 7,
  message: "precisionpulse.v1.Catalogue",
  schema: CatalogueSchema,
  requirements: ["PP-CL-2"],
});

export const CATALOGUE_REQUEST = /*@__PURE__*/ Object.freeze({
  name: "catalogue-request",
  topic: "pp/1/{site}/c/{client}/down/catalogue",
  qos: 1,
  retain: false,
  direction: Direction.DOWN,
  sealing: Sealing.SEALED,
  permission: "",
  type: 8,
  message: "precisionpulse.v1.CatalogueRequest",
  schema: CatalogueRequestSchema,
  requirements: ["PP-CL-2"],
});

export const LIVE = /*@__PURE__*/ Object.freeze({
  name: "live",
  topic: "pp/1/{site}/c/{client}/up/live",
  qos: 1,
  retain: false,
  direction: Direction.UP,
  sealing: Sealing.SEALED,
  permission: "",
  type: 10,
  message: "precisionpulse.v1.Batch",
  schema: BatchSchema,
  requirements: ["D1", "E1", "PP-CH-3", "PP-TD-3"],
});

export const HISTORY = /*@__PURE__*/ Object.freeze({
  name: "history",
  topic: "pp/1/{site}/c/{client}/up/history",
  qos: 1,
  retain: false,
  direction: Direction.UP,
  sealing: Sealing.SEALED,
  permission: "",
  type: 11,
  message: "precisionpulse.v1.Batch",
  schema: BatchSchema,
  requirements: ["E3", "E5", "PP-CH-3", "PP-TD-7"],
});

export const GAPS = /*@__PURE__*/ Object.freeze({
  name: "gaps",
  topic: "pp/1/{site}/c/{client}/up/gaps",
  qos: 1,
  retain: false,
  direction: Direction.UP,
  sealing: Sealing.SEALED,
  permission: "",
  type: 12,
  message: "precisionpulse.v1.GapReport",
  schema: GapReportSchema,
  requirements: ["E4", "X3", "PP-TD-9"],
});

export const ACK = /*@__PURE__*/ Object.freeze({
  name: "ack",
  topic: "pp/1/{site}/c/{client}/down/ack",
  qos: 1,
  retain: false,
  direction: Direction.DOWN,
  sealing: Sealing.SEALED,
  permission: "",
  type: 13,
  message: "precisionpulse.v1.Ack",
  schema: AckSchema,
  requirements: ["E1", "E3", "PP-TD-4", "PP-TD-5"],
});

export const ACK_QUERY = /*@__PURE__*/ Object.freeze({
  name: "ack-query",
  topic: "pp/1/{site}/c/{client}/up/ack-query",
  qos: 1,
  retain: false,
  direction: Direction.UP,
  sealing: Sealing.SEALED,
  permission: "",
  type: 14,
  message: "precisionpulse.v1.AckQuery",
  schema: AckQuerySchema,
  requirements: ["PP-TD-4"],
});

export const COMMAND = /*@__PURE__*/ Object.freeze({
  name: "command",
  topic: "pp/1/{site}/c/{client}/down/command",
  qos: 1,
  retain: false,
  direction: Direction.DOWN,
  sealing: Sealing.SEALED,
  permission: "client:command",
  type: 20,
  message: "precisionpulse.v1.Command",
  schema: CommandSchema,
  requirements: ["D4", "PP-CM-1", "PP-CM-2"],
});

export const COMMAND_STATUS = /*@__PURE__*/ Object.freeze({
  name: "command-status",
  topic: "pp/1/{site}/c/{client}/up/command-status",
  qos: 1,
  retain: false,
  direction: Direction.UP,
  sealing: Sealing.SEALED,
  permission: "",
  type: 21,
  message: "precisionpulse.v1.CommandStatus",
  schema: CommandStatusSchema,
  requirements: ["D4", "PP-CM-1", "PP-CM-2"],
});

export const COMMAND_STATUS_ACK = /*@__PURE__*/ Object.freeze({
  name: "command-status-ack",
  topic: "pp/1/{site}/c/{client}/down/command-status-ack",
  qos: 1,
  retain: false,
  direction: Direction.DOWN,
  sealing: Sealing.SEALED,
  permission: "",
  type: 22,
  message: "precisionpulse.v1.CommandStatusAck",
  schema: CommandStatusAckSchema,
  requirements: ["PP-CM-1"],
});

export const COMMAND_CANCEL = /*@__PURE__*/ Object.freeze({
  name: "command-cancel",
  topic: "pp/1/{site}/c/{client}/down/command-cancel",
  qos: 1,
  retain: false,
  direction: Direction.DOWN,
  sealing: Sealing.SEALED,
  permission: "client:command",
  type: 23,
  message: "precisionpulse.v1.CommandCancel",
  schema: CommandCancelSchema,
  requirements: ["D4", "W20"],
});

export const CHANGES = /*@__PURE__*/ Object.freeze({
  name: "changes",
  topic: "pp/1/{site}/c/{client}/up/changes",
  qos: 1,
  retain: false,
  direction: Direction.UP,
  sealing: Sealing.SEALED,
  permission: "",
  type: 30,
  message: "precisionpulse.v1.ChangeUpload",
  schema: ChangeUploadSchema,
  requirements: ["C3", "C4", "C5", "PP-SY-1", "PP-SY-4"],
});

export const VERDICTS = /*@__PURE__*/ Object.freeze({
  name: "verdicts",
  topic: "pp/1/{site}/c/{client}/down/verdicts",
  qos: 1,
  retain: false,
  direction: Direction.DOWN,
  sealing: Sealing.SEALED,
  permission: "",
  type: 31,
  message: "precisionpulse.v1.ChangeVerdicts",
  schema: ChangeVerdictsSchema,
  requirements: ["C5", "PP-SY-4"],
});

export const FEED = /*@__PURE__*/ Object.freeze({
  name: "feed",
  topic: "pp/1/{site}/c/{client}/down/feed",
  qos: 1,
  retain: false,
  direction: Direction.DOWN,
  sealing: Sealing.SEALED,
  permission: "",
  type: 32,
  message: "precisionpulse.v1.ChangeFeed",
  schema: ChangeFeedSchema,
  requirements: ["C3", "PP-SY-5"],
});

export const FEED_REQUEST = /*@__PURE__*/ Object.freeze({
  name: "feed-request",
  topic: "pp/1/{site}/c/{client}/up/feed-request",
  qos: 1,
  retain: false,
  direction: Direction.UP,
  sealing: Sealing.SEALED,
  permission: "",
  type: 33,
  message: "precisionpulse.v1.FeedRequest",
  schema: FeedRequestSchema,
  requirements: ["C3", "PP-SY-5"],
});

export const SNAPSHOT = /*@__PURE__*/ Object.freeze({
  name: "snapshot",
  topic: "pp/1/{site}/c/{client}/down/snapshot",
  qos: 1,
  retain: false,
  direction: Direction.DOWN,
  sealing: Sealing.SEALED,
  permission: "",
  type: 34,
  message: "precisionpulse.v1.SnapshotChunk",
  schema: SnapshotChunkSchema,
  requirements: ["C1", "PP-SY-5"],
});

export const KEY_UPDATE = /*@__PURE__*/ Object.freeze({
  name: "key-update",
  topic: "pp/1/{site}/c/{client}/down/key-update",
  qos: 1,
  retain: false,
  direction: Direction.DOWN,
  sealing: Sealing.SEALED,
  permission: "",
  type: 40,
  message: "precisionpulse.v1.KeyUpdate",
  schema: KeyUpdateSchema,
  requirements: ["A6", "PP-FR-3", "PP-FR-4"],
});

export const KEY_ACCEPTED = /*@__PURE__*/ Object.freeze({
  name: "key-accepted",
  topic: "pp/1/{site}/c/{client}/up/key-accepted",
  qos: 1,
  retain: false,
  direction: Direction.UP,
  sealing: Sealing.SEALED,
  permission: "",
  type: 41,
  message: "precisionpulse.v1.KeyAccepted",
  schema: KeyAcceptedSchema,
  requirements: ["A6", "PP-FR-4"],
});

export const COMMITTED = /*@__PURE__*/ Object.freeze({
  name: "committed",
  topic: "pp/1/{site}/hub/committed",
  qos: 0,
  retain: false,
  direction: Direction.HUB,
  sealing: Sealing.SEALED,
  permission: "",
  type: 100,
  message: "precisionpulse.v1.Committed",
  schema: CommittedSchema,
  requirements: ["X1", "F4"],
});

export const CLIENT_CHANGED = /*@__PURE__*/ Object.freeze({
  name: "client-changed",
  topic: "pp/1/{site}/hub/client-changed",
  qos: 1,
  retain: false,
  direction: Direction.HUB,
  sealing: Sealing.SEALED,
  permission: "",
  type: 101,
  message: "precisionpulse.v1.ClientChanged",
  schema: ClientChangedSchema,
  requirements: ["F4"],
});

export const REPLICA_ADVANCED = /*@__PURE__*/ Object.freeze({
  name: "replica-advanced",
  topic: "pp/1/{site}/hub/replica-advanced",
  qos: 1,
  retain: false,
  direction: Direction.HUB,
  sealing: Sealing.SEALED,
  permission: "",
  type: 102,
  message: "precisionpulse.v1.ReplicaAdvanced",
  schema: ReplicaAdvancedSchema,
  requirements: ["C3", "PP-SY-5", "F4"],
});

export const COMMAND_CHANGED = /*@__PURE__*/ Object.freeze({
  name: "command-changed",
  topic: "pp/1/{site}/hub/command-changed",
  qos: 1,
  retain: false,
  direction: Direction.HUB,
  sealing: Sealing.SEALED,
  permission: "",
  type: 103,
  message: "precisionpulse.v1.CommandChanged",
  schema: CommandChangedSchema,
  requirements: ["D4", "PP-CM-1", "F4"],
});

export const CHANNELS = /*@__PURE__*/ new Map([
  ["hello", HELLO],
  ["welcome", WELCOME],
  ["refusal", REFUSAL],
  ["presence", PRESENCE],
  ["heartbeat", HEARTBEAT],
  ["heartbeat-reply", HEARTBEAT_REPLY],
  ["catalogue", CATALOGUE],
  ["catalogue-request", CATALOGUE_REQUEST],
  ["live", LIVE],
  ["history", HISTORY],
  ["gaps", GAPS],
  ["ack", ACK],
  ["ack-query", ACK_QUERY],
  ["command", COMMAND],
  ["command-status", COMMAND_STATUS],
  ["command-status-ack", COMMAND_STATUS_ACK],
  ["command-cancel", COMMAND_CANCEL],
  ["changes", CHANGES],
  ["verdicts", VERDICTS],
  ["feed", FEED],
  ["feed-request", FEED_REQUEST],
  ["snapshot", SNAPSHOT],
  ["key-update", KEY_UPDATE],
  ["key-accepted", KEY_ACCEPTED],
  ["committed", COMMITTED],
  ["client-changed", CLIENT_CHANGED],
  ["replica-advanced", REPLICA_ADVANCED],
  ["command-changed", COMMAND_CHANGED],
]);

export const BY_TYPE = /*@__PURE__*/ new Map([
  [1, HELLO],
  [2, WELCOME],
  [3, REFUSAL],
  [4, PRESENCE],
  [5, HEARTBEAT],
  [6, HEARTBEAT_REPLY],
  [7, CATALOGUE],
  [8, CATALOGUE_REQUEST],
  [10, LIVE],
  [11, HISTORY],
  [12, GAPS],
  [13, ACK],
  [14, ACK_QUERY],
  [20, COMMAND],
  [21, COMMAND_STATUS],
  [22, COMMAND_STATUS_ACK],
  [23, COMMAND_CANCEL],
  [30, CHANGES],
  [31, VERDICTS],
  [32, FEED],
  [33, FEED_REQUEST],
  [34, SNAPSHOT],
  [40, KEY_UPDATE],
  [41, KEY_ACCEPTED],
  [100, COMMITTED],
  [101, CLIENT_CHANGED],
  [102, REPLICA_ADVANCED],
  [103, COMMAND_CHANGED],
]);

export const COMMANDS = /*@__PURE__*/ new Map([
  ["precisionpulse.v1.ForceSync", /*@__PURE__*/ Object.freeze({
    message: "precisionpulse.v1.ForceSync",
    permission: "client:sync",
    defaultLifetimeS: 3600,
    label: "Synchronise everything now",
  })],
  ["precisionpulse.v1.UpdateConfig", /*@__PURE__*/ Object.freeze({
    message: "precisionpulse.v1.UpdateConfig",
    permission: "config:update",
    defaultLifetimeS: 3600,
    label: "Apply the configuration",
  })],
  ["precisionpulse.v1.SetInterval", /*@__PURE__*/ Object.freeze({
    message: "precisionpulse.v1.SetInterval",
    permission: "client:command",
    defaultLifetimeS: 3600,
    label: "Set the measuring interval",
  })],
  ["precisionpulse.v1.StartStream", /*@__PURE__*/ Object.freeze({
    message: "precisionpulse.v1.StartStream",
    permission: "client:command",
    defaultLifetimeS: 3600,
    label: "Start streaming",
  })],
  ["precisionpulse.v1.StopStream", /*@__PURE__*/ Object.freeze({
    message: "precisionpulse.v1.StopStream",
    permission: "client:command",
    defaultLifetimeS: 3600,
    label: "Stop streaming",
  })],
  ["precisionpulse.v1.Ping", /*@__PURE__*/ Object.freeze({
    message: "precisionpulse.v1.Ping",
    permission: "client:command",
    defaultLifetimeS: 60,
    label: "Ping",
  })],
  ["precisionpulse.v1.CollectDiagnostics", /*@__PURE__*/ Object.freeze({
    message: "precisionpulse.v1.CollectDiagnostics",
    permission: "client:diagnose",
    defaultLifetimeS: 3600,
    label: "Collect diagnostics",
  })],
]);

export const SETTINGS = /*@__PURE__*/ new Map([
  ["interval_ms", /*@__PURE__*/ Object.freeze({
    key: "interval_ms",
    message: "precisionpulse.v1.ClientSettings",
    type: "uint32",
    repeated: false,
    unit: "ms",
    minimum: 10n,
    maximum: 86400000n,
    defaultValue: "1000",
    secret: false,
    description: "Pause between two measurements of each metric.",
  })],
  ["enabled_metrics", /*@__PURE__*/ Object.freeze({
    key: "enabled_metrics",
    message: "precisionpulse.v1.ClientSettings",
    type: "string",
    repeated: true,
    unit: "",
    minimum: null,
    maximum: null,
    defaultValue: "",
    secret: false,
    description: "Names of the metrics to record. Empty means all that the source offers.",
  })],
  ["buffer_max_records", /*@__PURE__*/ Object.freeze({
    key: "buffer_max_records",
    message: "precisionpulse.v1.ClientSettings",
    type: "uint64",
    repeated: false,
    unit: "",
    minimum: 1000n,
    maximum: 1000000000n,
    defaultValue: "10000000",
    secret: false,
    description: "Most records that the buffer holds.",
  })],
  ["buffer_max_bytes", /*@__PURE__*/ Object.freeze({
    key: "buffer_max_bytes",
    message: "precisionpulse.v1.ClientSettings",
    type: "uint64",
    repeated: false,
    unit: "By",
    minimum: 1048576n,
    maximum: null,
    defaultValue: "1073741824",
    secret: false,
    description: "Most bytes that the buffer takes on disk.",
  })],
  ["buffer_max_age_s", /*@__PURE__*/ Object.freeze({
    key: "buffer_max_age_s",
    message: "precisionpulse.v1.ClientSettings",
    type: "uint64",
    repeated: false,
    unit: "s",
    minimum: 60n,
    maximum: null,
    defaultValue: "604800",
    secret: false,
    description: "Age at which the policy applies to a record.",
  })],
  ["buffer_policy", /*@__PURE__*/ Object.freeze({
    key: "buffer_policy",
    message: "precisionpulse.v1.ClientSettings",
    type: "precisionpulse.v1.BufferPolicy",
    repeated: false,
    unit: "",
    minimum: null,
    maximum: null,
    defaultValue: "BUFFER_POLICY_DROP_OLDEST",
    secret: false,
    description: "What happens when a bound is reached.",
  })],
  ["heartbeat_interval_ms", /*@__PURE__*/ Object.freeze({
    key: "heartbeat_interval_ms",
    message: "precisionpulse.v1.ClientSettings",
    type: "uint32",
    repeated: false,
    unit: "ms",
    minimum: 500n,
    maximum: 600000n,
    defaultValue: "5000",
    secret: false,
    description: "Pause between heartbeats; the hub may state another.",
  })],
  ["offline_validity_s", /*@__PURE__*/ Object.freeze({
    key: "offline_validity_s",
    message: "precisionpulse.v1.ClientSettings",
    type: "uint64",
    repeated: false,
    unit: "s",
    minimum: 3600n,
    maximum: null,
    defaultValue: "2592000",
    secret: false,
    description: "How long a desktop may go on authenticating with no contact to the hub.",
  })],
]);
