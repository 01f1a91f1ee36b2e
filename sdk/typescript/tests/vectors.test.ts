/** This SDK against the golden vectors that the Python SDK is held against too; both state how many cases they saw. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  createRegistry,
  fromBinary,
  fromJson,
  toBinary,
  toJson,
  type DescFile,
  type DescMessage,
  type JsonValue,
} from "@bufbuild/protobuf";
import * as contract from "@precisionpulse/contract";
import { BatchSchema, CatalogueContentSchema, CHANNELS, COMMANDS, Quality, Sealing } from "@precisionpulse/contract";
import { describe, expect, test } from "vitest";
import { Decimal } from "../src/decimal.js";
import { ContractError, UnknownKeyError } from "../src/errors.js";
import { parseMessage, readEnvelope, unseal } from "../src/frame.js";
import { samples, type Value } from "../src/samples.js";

interface MessageCase {
  readonly name: string;
  readonly type: string;
  readonly hex: string;
  readonly json: JsonValue;
}

interface SampleCase {
  readonly name: string;
  readonly batch: string;
  readonly catalogue: string;
  readonly samples: readonly {
    readonly record_seq: string;
    readonly metric: string;
    readonly captured_us: string;
    readonly value: string | null;
    readonly quality: string;
  }[];
}

interface SealedCase {
  readonly name: string;
  readonly topic: string;
  readonly key_id: number;
  readonly key: string;
  readonly hex: string;
}

interface FrameCase extends SealedCase {
  readonly channel: string;
  readonly type: string;
  readonly message: string;
}

interface DamagedCase extends SealedCase {
  readonly error: string;
}

const DIRECTORY = join(import.meta.dirname, "../../../tests/conformance/vectors");
const LIMITS = { maxFrameBytes: 1 << 20, maxMessageBytes: 4 << 20 };

const messageCases = load("messages.json") as MessageCase[];
const sampleCases = load("samples.json") as SampleCase[];
const frameCases = load("frames.json") as FrameCase[];
const damagedCases = load("damaged.json") as DamagedCase[];

const registry = createRegistry(
  ...Object.entries(contract).flatMap(([name, value]) => (name.startsWith("file_") ? [value as DescFile] : [])),
);

describe("the vectors [A7]", () => {
  test("every file has the number of cases that both languages state", () => {
    expect({
      "messages.json": messageCases.length,
      "samples.json": sampleCases.length,
      "frames.json": frameCases.length,
      "damaged.json": damagedCases.length,
    }).toEqual({ "messages.json": 57, "samples.json": 9, "frames.json": 6, "damaged.json": 32 });
  });

  test("every message that travels has a vector", () => {
    const travelling = [...[...CHANNELS.values()].map(({ message }) => message), ...COMMANDS.keys()];
    expect(messageCases.map(({ type }) => type)).toEqual(expect.arrayContaining(travelling));
  });
});

describe("a message means the same both ways [A7, PP-FR-7]", () => {
  test.each(messageCases)("$name", ({ type, hex, json }) => {
    const schema = schemaOf(type);
    expect(toJson(schema, fromBinary(schema, fromHex(hex)), { registry })).toEqual(json);
    expect(toHex(toBinary(schema, fromJson(schema, json, { registry })))).toBe(hex);
  });
});

describe("a batch holds these readings [A7, PP-TD-1]", () => {
  test.each(sampleCases)("$name", ({ batch, catalogue, samples: expected }) => {
    const content = fromBinary(CatalogueContentSchema, fromHex(catalogue));
    const read = [...samples(fromBinary(BatchSchema, fromHex(batch)), content)];
    expect(read).toHaveLength(expected.length);
    for (const [at, { recordSeq, metric, capturedUs, value, quality }] of read.entries()) {
      const { value: text, ...rest } = expected[at] ?? { value: undefined };
      expect({
        record_seq: String(recordSeq),
        metric: metric.name,
        captured_us: String(capturedUs),
        quality: `QUALITY_${Quality[quality]}`,
      }).toEqual(rest);
      expectValue(value, contract.ValueType[metric.type], text);
    }
  });
});

describe("a frame opens to this message [A6, A7, PP-FR-1, PP-FR-2]", () => {
  test.each(frameCases)("$name", async (sealed) => {
    const { body, channel } = await open(sealed);
    expect(channel).toMatchObject({ name: sealed.channel, message: sealed.type });
    expect(fromBinary(channel.schema, body)).toEqual(fromBinary(channel.schema, fromHex(sealed.message)));
    expect(toHex(toBinary(channel.schema, parseMessage(channel, body)))).toBe(sealed.message);
  });
});

describe("a damaged frame is refused with this error [A6, A7, PP-FR-6]", () => {
  test.each(damagedCases)("$name: $error", async (damaged) => {
    const error: unknown = await open(damaged).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ContractError);
    expect(error).toHaveProperty("code", damaged.error);
  });
});

/** Opens a frame as a receiver does that accepts one key. */
async function open({ topic, key, key_id, hex }: SealedCase) {
  const envelope = readEnvelope(topic, fromHex(hex), LIMITS);
  const { channel, header } = envelope;
  if (channel.sealing !== Sealing.CLEAR && header.keyId !== key_id) throw new UnknownKeyError(header.keyId, [key_id]);
  const body = await unseal(envelope, topic, fromHex(key), LIMITS);
  parseMessage(channel, body);
  return { body, channel };
}

/** Each type is compared in its own form: nothing is rounded, -0 is not 0, NaN is NaN. */
function expectValue(value: Value, type: string | undefined, text: string | null | undefined): void {
  if (text === null) expect(value).toBeNull();
  else if (type === "INT64") expect(value).toBe(BigInt(text ?? "none"));
  else if (type === "DOUBLE") expect(value).toBe(Number(text));
  else if (type === "BOOL") expect(value).toBe(text === "true");
  else {
    expect(value).toBeInstanceOf(Decimal);
    expect(String(value)).toBe(text);
  }
}

function schemaOf(type: string): DescMessage {
  const schema = registry.getMessage(type);
  if (!schema) throw new Error(`${type} is not a message of the contract`);
  return schema;
}

function load(name: string): unknown {
  return JSON.parse(readFileSync(join(DIRECTORY, name), "utf8"));
}

function fromHex(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex, "hex"));
}

function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}
