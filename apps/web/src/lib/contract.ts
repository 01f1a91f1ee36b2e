/** The only door to the wire contract: messages of the generated package, and the meaning of a batch. */
import {
  BatchSchema,
  CatalogueContentSchema,
  CatalogueSchema,
  ClientChangedSchema,
  CommittedSchema,
  HeartbeatSchema,
  LiveSnapshotSchema,
  PresenceSchema,
  Quality,
  type Batch,
  type CatalogueContent,
  type ClientSnapshot,
  type Column,
  type Metric,
} from "@precisionpulse/contract";
import { fromBinary } from "@bufbuild/protobuf";

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

/** Exact decimal: unscaled × 10^-scale. */
export interface Decimal {
  readonly unscaled: bigint;
  readonly scale: number;
}

export type Value = bigint | number | boolean | Decimal | null;

export interface Sample {
  readonly recordSeq: bigint;
  readonly metric: Metric;
  /** µs since 1970 on the client's clock. */
  readonly capturedUs: bigint;
  readonly value: Value;
  readonly quality: Quality;
}

/** The bytes contradict the contract. */
export class ContractError extends Error {
  override name = "ContractError";
}

export const decodeSnapshot = (bytes: Uint8Array) => fromBinary(LiveSnapshotSchema, bytes);
export const decodeBatch = (bytes: Uint8Array) => fromBinary(BatchSchema, bytes);
export const decodeCatalogue = (bytes: Uint8Array) => fromBinary(CatalogueSchema, bytes);
export const decodeContent = (bytes: Uint8Array) => fromBinary(CatalogueContentSchema, bytes);
export const decodeHeartbeat = (bytes: Uint8Array) => fromBinary(HeartbeatSchema, bytes);
export const decodePresence = (bytes: Uint8Array) => fromBinary(PresenceSchema, bytes);
export const decodeCommitted = (bytes: Uint8Array) => fromBinary(CommittedSchema, bytes);
export const decodeClientChanged = (bytes: Uint8Array) => fromBinary(ClientChangedSchema, bytes);

/** The samples of a batch, column by column. Raises `ContractError` where the batch contradicts itself or its catalogue. */
export function* samples(batch: Batch, content: CatalogueContent): Generator<Sample> {
  const metrics = new Map(content.metrics.map((metric) => [metric.id, metric]));
  for (const column of batch.columns) {
    const metric = metrics.get(column.metricId);
    if (!metric) throw new ContractError(`The catalogue has no metric ${column.metricId}`);
    const values = columnValues(column, metric);
    const nulls = new Set(column.nullPositions);
    let recordSeq = batch.firstRecordSeq;
    let capturedUs = batch.baseCapturedUs;
    for (const [position, delta] of column.recordSeqDelta.entries()) {
      recordSeq += delta;
      capturedUs += column.capturedDeltaUs[position] ?? 0n;
      const value = nulls.has(position) ? null : values[position];
      if (value === undefined) throw new ContractError(`Column ${column.metricId} is shorter than its numbers`);
      yield { recordSeq, metric, capturedUs, value, quality: column.quality[position] || Quality.LIVE };
    }
  }
}

function columnValues(column: Column, metric: Metric): readonly Value[] {
  const { values } = column;
  switch (values.case) {
    case "int64Values":
    case "doubleValues":
    case "boolValues":
      return values.value.values;
    case "decimalValues":
      return values.value.unscaled.map((unscaled) => ({ unscaled, scale: metric.scale }));
    case "bigDecimalValues":
      return values.value.unscaled.map((bytes) => ({ unscaled: twosComplement(bytes), scale: metric.scale }));
    default:
      throw new ContractError(`Column ${column.metricId} has no values that this page knows`);
  }
}

function twosComplement(bytes: Uint8Array): bigint {
  let number = 0n;
  for (const byte of bytes) number = (number << 8n) | BigInt(byte);
  return BigInt.asIntN(bytes.length * 8, number);
}

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

/** The present catalogue of a snapshot, or null when none was sent yet. */
export function catalogueOf(snapshot: ClientSnapshot): CatalogueContent | null {
  return snapshot.catalogue ? decodeContent(snapshot.catalogue.content) : null;
}
