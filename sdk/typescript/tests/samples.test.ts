import { create, toBinary, type MessageInitShape } from "@bufbuild/protobuf";
import {
  BatchSchema,
  CatalogueContentSchema,
  CatalogueSchema,
  ColumnSchema,
  Quality,
  ValueType,
} from "@precisionpulse/contract";
import { expect, test } from "vitest";
import { Decimal, twosComplement } from "../src/decimal.js";
import { MalformedMessageError } from "../src/errors.js";
import { openCatalogue, samples } from "../src/samples.js";

const content = create(CatalogueContentSchema, {
  metrics: [
    { id: 1, name: "count", type: ValueType.INT64 },
    { id: 2, name: "load", type: ValueType.DOUBLE },
    { id: 3, name: "price", type: ValueType.DECIMAL, scale: 2 },
    { id: 4, name: "running", type: ValueType.BOOL },
  ],
});

const decode = (...columns: MessageInitShape<typeof ColumnSchema>[]) => [
  ...samples(create(BatchSchema, { firstRecordSeq: 10n, baseCapturedUs: 1_000n, columns }), content),
];

const one = { recordSeqDelta: [0n], capturedDeltaUs: [0n] };

test("64-bit extremes, record numbers and times are exact", () => {
  const decoded = decode({
    metricId: 1,
    recordSeqDelta: [0n, 2n],
    capturedDeltaUs: [5n, -7n],
    values: { case: "int64Values", value: { values: [-(2n ** 63n), 2n ** 63n - 1n] } },
  });
  expect(decoded.map(({ recordSeq, capturedUs, value }) => [recordSeq, capturedUs, value])).toEqual([
    [10n, 1_005n, -(2n ** 63n)],
    [12n, 998n, 2n ** 63n - 1n],
  ]);
});

test("false, zero, empty and null are four different things", () => {
  const [yes, no] = decode({
    metricId: 4,
    recordSeqDelta: [0n, 1n],
    capturedDeltaUs: [0n, 0n],
    values: { case: "boolValues", value: { values: [false, false] } },
    nullPositions: [1],
  });
  expect(yes?.value).toBe(false);
  expect(no?.value).toBeNull();
});

test.each([
  [0n, "0.00"],
  [-5n, "-0.05"],
  [123456789012345678n, "1234567890123456.78"],
])("the decimal of %s unscaled reads %s", (unscaled, text) => {
  const [sample] = decode({ metricId: 3, ...one, values: { case: "decimalValues", value: { unscaled: [unscaled] } } });
  expect(String(sample?.value)).toBe(text);
});

test("a decimal of more than 64 bits keeps every digit", () => {
  const bytes = new Uint8Array([0x01, ...new Uint8Array(12)]);
  const [sample] = decode({ metricId: 3, ...one, values: { case: "bigDecimalValues", value: { unscaled: [bytes] } } });
  expect(sample?.value).toEqual(new Decimal(2n ** 96n, 2));
  expect(twosComplement(new Uint8Array([0xff]))).toBe(-1n);
  expect(twosComplement(new Uint8Array())).toBe(0n);
});

test("a missing quality list means live, a given one is taken", () => {
  const column = { metricId: 2, ...one, values: { case: "doubleValues" as const, value: { values: [NaN] } } };
  expect(decode(column)[0]?.quality).toBe(Quality.LIVE);
  expect(decode({ ...column, quality: [Quality.BAD] })[0]?.quality).toBe(Quality.BAD);
});

test.each<[string, MessageInitShape<typeof ColumnSchema>]>([
  ["an unknown metric", { metricId: 9, ...one, values: { case: "boolValues", value: { values: [true] } } }],
  ["values of another type", { metricId: 1, ...one, values: { case: "boolValues", value: { values: [true] } } }],
  ["no values", { metricId: 1, ...one }],
  [
    "lists of different lengths",
    { metricId: 4, ...one, values: { case: "boolValues", value: { values: [true, true] } } },
  ],
  [
    "a null behind the end",
    { metricId: 4, ...one, nullPositions: [1], values: { case: "boolValues", value: { values: [true] } } },
  ],
])("a column with %s is refused", (_, column) => {
  expect(() => decode(column)).toThrow(MalformedMessageError);
});

test("a catalogue opens only under the hash of its content", async () => {
  const bytes = toBinary(CatalogueContentSchema, content);
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", new Uint8Array(bytes))).slice(0, 16);
  expect(await openCatalogue(create(CatalogueSchema, { id: hash, content: bytes }))).toEqual(content);
  const wrong = create(CatalogueSchema, { id: new Uint8Array(16), content: bytes });
  await expect(openCatalogue(wrong)).rejects.toThrow(MalformedMessageError);
});
