import { create, toBinary, type DescMessage } from "@bufbuild/protobuf";
import {
  ACK,
  AckSchema,
  FrameSchema,
  HeaderSchema,
  HELLO,
  HelloSchema,
  LIVE,
  BatchSchema,
  REFUSAL,
  RefusalCode,
  RefusalSchema,
  Suite,
} from "@precisionpulse/contract";
import { beforeEach, describe, expect, test } from "vitest";
import { topicOf } from "../src/channels.js";
import {
  ClearFrameError,
  ContractError,
  MalformedFrameError,
  MalformedMessageError,
  OversizedFrameError,
  ReplayError,
  SealError,
  UnknownTypeError,
} from "../src/errors.js";
import { clearFrame, parseMessage, readEnvelope, Sealer, unseal } from "../src/frame.js";
import { ReplayGuard } from "../src/replay.js";

const MASTER_KEY = new Uint8Array(32).fill(7);
const SALT = new Uint8Array(16).fill(1);
const FRAME_LIMIT = { maxFrameBytes: 1 << 20 };
const MESSAGE_LIMIT = { maxMessageBytes: 1 << 20 };
const TOPIC = topicOf(HELLO, "main", "mill-7");
const hello = create(HelloSchema, { majors: [1], epoch: 3n, sdkName: "test" });

let sealer: Sealer;

beforeEach(() => {
  sealer = new Sealer(MASTER_KEY, 1, { direction: "up", epoch: 3n, salt: SALT, boundSalt: new Uint8Array() });
});

const open = async (topic: string, payload: Uint8Array, key = MASTER_KEY, limits = MESSAGE_LIMIT) =>
  unseal(readEnvelope(topic, payload, FRAME_LIMIT), topic, key, limits);

describe("a sealed frame", () => {
  test("opens to the message that was sealed", async () => {
    const payload = await sealer.seal(HELLO, TOPIC, hello, { sentUs: 5n });
    expect(parseMessage(HELLO, await open(TOPIC, payload))).toEqual(hello);
  });

  test("counts its sequence from 1 within each channel", async () => {
    const sequences: bigint[] = [];
    for (let count = 0; count < 3; count++) {
      const payload = await sealer.seal(HELLO, TOPIC, hello, { sentUs: 0n });
      sequences.push(readEnvelope(TOPIC, payload, FRAME_LIMIT).header.sequence);
    }
    expect(sequences).toEqual([1n, 2n, 3n]);
  });

  test("does not open on another topic", async () => {
    const payload = await sealer.seal(HELLO, TOPIC, hello, { sentUs: 0n });
    await expect(open(topicOf(HELLO, "main", "mill-8"), payload)).rejects.toThrow(SealError);
  });

  test("does not open with another key", async () => {
    const payload = await sealer.seal(HELLO, TOPIC, hello, { sentUs: 0n });
    await expect(open(TOPIC, payload, new Uint8Array(32))).rejects.toThrow(SealError);
  });

  test("never opens to something else when a byte is damaged", async () => {
    const payload = await sealer.seal(HELLO, TOPIC, hello, { sentUs: 0n });
    for (let at = 0; at < payload.length; at++) {
      const damaged = payload.slice();
      damaged[at] = (damaged[at] ?? 0) ^ 0xff;
      await expect(open(TOPIC, damaged)).rejects.toThrow(ContractError);
    }
  });

  test("that was sealed for one session does not open as of another", async () => {
    const topic = topicOf(ACK, "main", "mill-7");
    const down = new Sealer(MASTER_KEY, 1, { direction: "down", epoch: 3n, salt: SALT, boundSalt: SALT });
    const payload = await down.seal(ACK, topic, create(AckSchema), { sentUs: 0n });
    const envelope = readEnvelope(topic, payload, FRAME_LIMIT);
    const moved = { ...envelope, header: { ...envelope.header, boundSalt: new Uint8Array(16) } };
    await expect(unseal(moved, topic, MASTER_KEY, MESSAGE_LIMIT)).rejects.toThrow(SealError);
    expect(await unseal(envelope, topic, MASTER_KEY, MESSAGE_LIMIT)).toEqual(new Uint8Array());
  });
});

describe("a bound salt that does not fit the direction is refused [PP-FR-2]", () => {
  test.each([
    ["none on a down frame", ACK, "down", 0],
    ["a short one on a down frame", ACK, "down", 5],
    ["a long one on a down frame", ACK, "down", 17],
    ["a whole one on an up frame", HELLO, "up", 16],
    ["a short one on an up frame", HELLO, "up", 5],
  ] as const)("%s", async (_, channel, direction, length) => {
    const topic = topicOf(channel, "main", "mill-7");
    const wrong = new Sealer(MASTER_KEY, 1, { direction, epoch: 3n, salt: SALT, boundSalt: new Uint8Array(length) });
    const payload = await wrong.seal<DescMessage>(channel, topic, new Uint8Array(), { sentUs: 0n });
    expect(() => readEnvelope(topic, payload, FRAME_LIMIT)).toThrow(MalformedFrameError);
  });
});

describe("compression", () => {
  const topic = topicOf(LIVE, "main", "mill-7");
  const big = create(BatchSchema, { installId: new Uint8Array(100_000) });

  test("shrinks what is worth it and comes back exactly", async () => {
    const payload = await sealer.seal(LIVE, topic, big, { sentUs: 0n, compress: true });
    expect(payload.length).toBeLessThan(2_000);
    expect(parseMessage(LIVE, await open(topic, payload))).toEqual(big);
  });

  test("is refused as soon as it unpacks beyond the limit", async () => {
    const payload = await sealer.seal(LIVE, topic, big, { sentUs: 0n, compress: true });
    await expect(open(topic, payload, MASTER_KEY, { maxMessageBytes: 50_000 })).rejects.toThrow(MalformedMessageError);
  });
});

describe("a payload is refused when", () => {
  const frame = (header: Parameters<typeof create<typeof HeaderSchema>>[1]) =>
    toBinary(
      FrameSchema,
      create(FrameSchema, { header: toBinary(HeaderSchema, create(HeaderSchema, header)), body: new Uint8Array(20) }),
    );

  test.each([
    ["too large", new Uint8Array((1 << 20) + 1), OversizedFrameError],
    ["not protobuf", new Uint8Array([0xff, 0xff]), MalformedFrameError],
    ["empty", new Uint8Array(), MalformedFrameError],
    ["of an unknown type", frame({ type: 998 }), UnknownTypeError],
    ["of a type of another topic", frame({ type: LIVE.type }), UnknownTypeError],
    ["clear on a sealed channel", frame({ type: HELLO.type }), ClearFrameError],
    ["without salt", frame({ type: HELLO.type, suite: Suite.AES_256_GCM }), MalformedFrameError],
    [
      "without key id",
      frame({ type: 1, suite: Suite.AES_256_GCM, salt: SALT, epoch: 1n, stream: 1, sequence: 1n }),
      MalformedFrameError,
    ],
  ])("it is %s", (_, payload, error) => {
    expect(() => readEnvelope(TOPIC, payload, FRAME_LIMIT)).toThrow(error);
  });
});

test("a clear frame opens without a key", async () => {
  const topic = topicOf(REFUSAL, "main", "mill-7");
  const refusal = create(RefusalSchema, { code: RefusalCode.REVOKED, text: "Ask an administrator." });
  const payload = clearFrame(REFUSAL, refusal, { epoch: 3n, sentUs: 0n, boundSalt: SALT });
  expect(parseMessage(REFUSAL, await open(topic, payload))).toEqual(refusal);
});

test("a frame that was seen before is a replay", async () => {
  const guard = new ReplayGuard();
  const { header } = readEnvelope(TOPIC, await sealer.seal(HELLO, TOPIC, hello, { sentUs: 0n }), FRAME_LIMIT);
  guard.check(header);
  expect(() => {
    guard.check(header);
  }).toThrow(ReplayError);
});
