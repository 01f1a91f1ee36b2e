/** The only door to the wire contract: messages of the generated package, and the SDK's reading of a batch. */
import { fromBinary } from "@bufbuild/protobuf";
import {
  BatchSchema,
  CatalogueContentSchema,
  CatalogueSchema,
  ClientChangedSchema,
  CommandChangedSchema,
  CommittedSchema,
  HeartbeatSchema,
  LiveSnapshotSchema,
  PresenceSchema,
  Quality,
  type CatalogueContent,
  type ClientSnapshot,
} from "@precisionpulse/contract";

export {
  LinkPhase,
  Quality,
  ValueType,
  type Batch,
  type CatalogueContent,
  type ClientSnapshot,
  type Committed,
  type Completeness,
  type Heartbeat,
  type LiveSnapshot,
  type Metric,
} from "@precisionpulse/contract";
export { Decimal } from "@precisionpulse/sdk/decimal";
export { samples, type Sample, type Value } from "@precisionpulse/sdk/samples";

export const decodeSnapshot = (bytes: Uint8Array) => fromBinary(LiveSnapshotSchema, bytes);
export const decodeBatch = (bytes: Uint8Array) => fromBinary(BatchSchema, bytes);
export const decodeCatalogue = (bytes: Uint8Array) => fromBinary(CatalogueSchema, bytes);
export const decodeContent = (bytes: Uint8Array) => fromBinary(CatalogueContentSchema, bytes);
export const decodeHeartbeat = (bytes: Uint8Array) => fromBinary(HeartbeatSchema, bytes);
export const decodePresence = (bytes: Uint8Array) => fromBinary(PresenceSchema, bytes);
export const decodeCommitted = (bytes: Uint8Array) => fromBinary(CommittedSchema, bytes);
export const decodeCommandChanged = (bytes: Uint8Array) => fromBinary(CommandChangedSchema, bytes);
export const decodeClientChanged = (bytes: Uint8Array) => fromBinary(ClientChangedSchema, bytes);

export type QualityWord = "live" | "stale" | "backfill" | "offline" | "bad";

const QUALITY_WORDS: Readonly<Record<Quality, QualityWord>> = {
  [Quality.UNSPECIFIED]: "live",
  [Quality.LIVE]: "live",
  [Quality.STALE]: "stale",
  [Quality.BACKFILL]: "backfill",
  [Quality.OFFLINE]: "offline",
  [Quality.BAD]: "bad",
};

/** The word for a quality; a number that this page does not know reads as bad, never as live. */
export function qualityWord(quality: Quality): QualityWord {
  return QUALITY_WORDS[quality] ?? "bad";
}

/** An id of 16 bytes as a UUID in text form. */
export function uuidText(bytes: Uint8Array): string {
  const digits = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** The present catalogue of a snapshot, or null when none was sent yet. */
export function catalogueOf(snapshot: ClientSnapshot): CatalogueContent | null {
  return snapshot.catalogue ? decodeContent(snapshot.catalogue.content) : null;
}
