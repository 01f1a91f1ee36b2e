// Channels, commands and settings of the schema package precisionpulse.v1. Generated from the schema; do not edit.

import type { DescMessage } from "@bufbuild/protobuf";
import type { Direction, Sealing } from "./options_pb.js";
import type { CommandCancelSchema, CommandSchema, CommandStatusAckSchema, CommandStatusSchema } from "./command_pb.js";
import type { KeyAcceptedSchema, KeyUpdateSchema } from "./enrolment_pb.js";
import type { ClientChangedSchema, CommandChangedSchema, CommittedSchema, ReplicaAdvancedSchema } from "./live_pb.js";
import type { HeartbeatReplySchema, HeartbeatSchema, HelloSchema, PresenceSchema, RefusalSchema, WelcomeSchema } from "./session_pb.js";
import type { ChangeFeedSchema, ChangeUploadSchema, ChangeVerdictsSchema, FeedRequestSchema, SnapshotChunkSchema } from "./sync_pb.js";
import type { AckQuerySchema, AckSchema, BatchSchema, CatalogueRequestSchema, CatalogueSchema, GapReportSchema } from "./telemetry_pb.js";

/** Where a message travels. */
export interface Channel<Desc extends DescMessage = DescMessage> {
  readonly name: string;
  /** Template over `{site}` and `{client}`. */
  readonly topic: string;
  readonly qos: 0 | 1;
  readonly retain: boolean;
  readonly direction: Direction;
  readonly sealing: Sealing;
  /** What the hub demands of the person behind a frame; empty when the sender's identity is enough. */
  readonly permission: string;
  readonly type: number;
  /** Full protobuf name. */
  readonly message: string;
  readonly schema: Desc;
  readonly requirements: readonly string[];
}

/** What a message means as the body of a `Command`. */
export interface CommandRule {
  readonly message: string;
  readonly permission: string;
  readonly defaultLifetimeS: number;
  readonly label: string;
}

/** What a configuration key accepts. Bounds are inclusive, null means none. */
export interface SettingRule {
  readonly key: string;
  readonly message: string;
  /** A scalar's protobuf name, or an enum's full name. */
  readonly type: string;
  readonly repeated: boolean;
  readonly unit: string;
  readonly minimum: bigint | null;
  readonly maximum: bigint | null;
  /** Text form; empty for the type's zero value. */
  readonly defaultValue: string;
  readonly secret: boolean;
  /** For people. */
  readonly description: string;
}

export declare const MAJOR: number;
export declare const MINOR: number;
/** SHA-256 of the schema's descriptor image, as a release freezes it. */
export declare const SCHEMA_FINGERPRINT: Uint8Array;

export declare const HELLO: Channel<typeof HelloSchema>;
export declare const WELCOME: Channel<typeof WelcomeSchema>;
export declare const REFUSAL: Channel<typeof RefusalSchema>;
export declare const PRESENCE: Channel<typeof PresenceSchema>;
export declare const HEARTBEAT: Channel<typeof HeartbeatSchema>;
export declare const HEARTBEAT_REPLY: Channel<typeof HeartbeatReplySchema>;
export declare const CATALOGUE: Channel<typeof CatalogueSchema>;
export declare const CATALOGUE_REQUEST: Channel<typeof CatalogueRequestSchema>;
export declare const LIVE: Channel<typeof BatchSchema>;
export declare const HISTORY: Channel<typeof BatchSchema>;
export declare const GAPS: Channel<typeof GapReportSchema>;
export declare const ACK: Channel<typeof AckSchema>;
export declare const ACK_QUERY: Channel<typeof AckQuerySchema>;
export declare const COMMAND: Channel<typeof CommandSchema>;
export declare const COMMAND_STATUS: Channel<typeof CommandStatusSchema>;
export declare const COMMAND_STATUS_ACK: Channel<typeof CommandStatusAckSchema>;
export declare const COMMAND_CANCEL: Channel<typeof CommandCancelSchema>;
export declare const CHANGES: Channel<typeof ChangeUploadSchema>;
export declare const VERDICTS: Channel<typeof ChangeVerdictsSchema>;
export declare const FEED: Channel<typeof ChangeFeedSchema>;
export declare const FEED_REQUEST: Channel<typeof FeedRequestSchema>;
export declare const SNAPSHOT: Channel<typeof SnapshotChunkSchema>;
export declare const KEY_UPDATE: Channel<typeof KeyUpdateSchema>;
export declare const KEY_ACCEPTED: Channel<typeof KeyAcceptedSchema>;
export declare const COMMITTED: Channel<typeof CommittedSchema>;
export declare const CLIENT_CHANGED: Channel<typeof ClientChangedSchema>;
export declare const REPLICA_ADVANCED: Channel<typeof ReplicaAdvancedSchema>;
export declare const COMMAND_CHANGED: Channel<typeof CommandChangedSchema>;

export declare const CHANNELS: ReadonlyMap<string, Channel>;
export declare const BY_TYPE: ReadonlyMap<number, Channel>;
export declare const COMMANDS: ReadonlyMap<string, CommandRule>;
export declare const SETTINGS: ReadonlyMap<string, SettingRule>;
