/** Batches to samples: the contract's columns, read with their catalogue (PP-TD-1, PP-TD-3). */
import { fromBinary } from "@bufbuild/protobuf";
import {
  CatalogueContentSchema,
  Quality,
  ValueType,
  type Batch,
  type Catalogue,
  type CatalogueContent,
  type Column,
  type Metric,
} from "@precisionpulse/contract";
import { owned } from "./bytes.js";
import { Decimal, twosComplement } from "./decimal.js";
import { MalformedMessageError } from "./errors.js";

const CATALOGUE_ID_BYTES = 16;
const MAX_BIG_DECIMAL_BYTES = 64;

/** bigint for INT64, number for DOUBLE, `Decimal` for DECIMAL, boolean for BOOL, null for an explicit null. */
export type Value = bigint | number | boolean | Decimal | null;

export interface Sample {
  readonly recordSeq: bigint;
  readonly metric: Metric;
  /** µs since 1970 on the client's clock. */
  readonly capturedUs: bigint;
  readonly value: Value;
  /** Never UNSPECIFIED. */
  readonly quality: Quality;
}

/**
 * The samples of a batch, column by column. Throws `MalformedMessageError` where the batch contradicts itself or its
 * catalogue; nothing of a faulty column is yielded.
 */
export function* samples(batch: Batch, content: CatalogueContent): Generator<Sample, void, undefined> {
  const metrics = new Map(content.metrics.map((metric) => [metric.id, metric]));
  for (const column of batch.columns) {
    const metric = metrics.get(column.metricId);
    if (!metric) throw new MalformedMessageError(`column ${column.metricId} is not a metric of the catalogue`);
    const values = columnValues(column, metric);
    checkLengths(column, values.length);
    const nulls = new Set(column.nullPositions);
    let recordSeq = batch.firstRecordSeq;
    let capturedUs = batch.baseCapturedUs;
    for (const [position, value] of values.entries()) {
      recordSeq += column.recordSeqDelta[position] ?? 0n;
      capturedUs += column.capturedDeltaUs[position] ?? 0n;
      yield {
        recordSeq,
        metric,
        capturedUs,
        value: nulls.has(position) ? null : value,
        quality: qualityAt(column, position),
      };
    }
  }
}

/** The checked content of a catalogue. Throws `MalformedMessageError` when its id is not the hash of its content. */
export async function openCatalogue(catalogue: Catalogue): Promise<CatalogueContent> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", owned(catalogue.content)));
  const id = hash.subarray(0, CATALOGUE_ID_BYTES);
  if (catalogue.id.length !== id.length || id.some((byte, at) => byte !== catalogue.id[at])) {
    throw new MalformedMessageError("the catalogue's id is not the hash of its content");
  }
  try {
    return fromBinary(CatalogueContentSchema, catalogue.content);
  } catch (error) {
    throw new MalformedMessageError("the catalogue's content does not parse", { cause: error });
  }
}

function columnValues(column: Column, metric: Metric): readonly Value[] {
  const { values } = column;
  if (values.case === "int64Values" && metric.type === ValueType.INT64) return values.value.values;
  if (values.case === "doubleValues" && metric.type === ValueType.DOUBLE) return values.value.values;
  if (values.case === "boolValues" && metric.type === ValueType.BOOL) return values.value.values;
  if (values.case === "decimalValues" && metric.type === ValueType.DECIMAL) {
    return values.value.unscaled.map((unscaled) => new Decimal(unscaled, metric.scale));
  }
  if (values.case === "bigDecimalValues" && metric.type === ValueType.DECIMAL) {
    return values.value.unscaled.map((bytes) => bigDecimal(bytes, column, metric));
  }
  throw new MalformedMessageError(
    `column ${column.metricId}: values are not in the form of value type ${metric.type}`,
  );
}

function bigDecimal(bytes: Uint8Array, column: Column, metric: Metric): Decimal {
  if (bytes.length > MAX_BIG_DECIMAL_BYTES) {
    throw new MalformedMessageError(
      `column ${column.metricId}: a decimal has more than ${MAX_BIG_DECIMAL_BYTES} bytes`,
    );
  }
  return new Decimal(twosComplement(bytes), metric.scale);
}

function qualityAt(column: Column, position: number): Quality {
  const quality = column.quality[position] ?? Quality.LIVE;
  return quality === Quality.UNSPECIFIED ? Quality.LIVE : quality;
}

function checkLengths(column: Column, count: number): void {
  const lengths = [column.recordSeqDelta.length, column.capturedDeltaUs.length];
  if (column.quality.length > 0) lengths.push(column.quality.length);
  if (count === 0 || lengths.some((length) => length !== count)) {
    throw new MalformedMessageError(`column ${column.metricId}: its lists have not the same length, or are empty`);
  }
  if (column.nullPositions.some((position) => position >= count)) {
    throw new MalformedMessageError(`column ${column.metricId}: a null stands behind the last sample`);
  }
}
