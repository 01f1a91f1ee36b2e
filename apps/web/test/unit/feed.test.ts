import { toBinary } from "@bufbuild/protobuf";
import { beforeEach, expect, test } from "vitest";

import { LiveSnapshotSchema } from "@precisionpulse/contract";
import { decodeSnapshot } from "@/lib/contract";
import { HubClock } from "@/lib/live/clock";
import { Feed } from "@/lib/live/feed";
import { LiveStore } from "@/lib/live/store";
import { StandinHub } from "../standin/hub";
import { ManualFrames } from "./readings";

let hub: StandinHub;
let store: LiveStore;
let feed: Feed;
let gaps: number;
let lines: [string, string, number, Buffer, number][];

const EXTREME = "-9223372036854775808";

beforeEach(() => {
  lines = [];
  gaps = 0;
  hub = new StandinHub((event, ...content) => {
    if (event === "frame") lines.push(content as (typeof lines)[number]);
  });
  hub.add("plant", [
    { name: "count", type: "int64" },
    { name: "ratio", type: "double" },
    { name: "price", type: "decimal", scale: 4 },
    { name: "on", type: "bool" },
  ]);
  store = new LiveStore(new ManualFrames());
  feed = new Feed(store, new HubClock(), () => (gaps += 1), () => undefined);
});

const deliver = (line: (typeof lines)[number]) => {
  const [client, channel, roomSeq, bytes, receivedUs] = line;
  feed.takeFrame({ client, channel, roomSeq, bytes, receivedUs: BigInt(receivedUs) });
};
const text = (name: string) => store.cell("plant", name)?.text;
const publish = (values: Parameters<NonNullable<ReturnType<StandinHub["clients"]["get"]>>["publish"]>[0], options = {}) =>
  hub.clients.get("plant")!.publish(values, options);

test("the first picture and what follows carry all four types exactly", () => {
  publish({ count: EXTREME, ratio: 0.5, price: "-0.0001", on: false });
  feed.takeSnapshot(hub.snapshot());
  expect(["count", "ratio", "price", "on"].map(text)).toEqual(["\u22129,223,372,036,854,775,808", "0.5", "\u22120.0001", "false"]);
  lines = [];
  publish({ count: "1", ratio: null, price: "12.5", on: true });
  lines.forEach(deliver);
  expect(["count", "ratio", "price", "on"].map(text)).toEqual(["1", "null", "12.5000", "true"]);
  expect(store.status("plant")?.completeTo).toBe(8n);
  expect(gaps).toBe(0);
});

test("a frame seen before changes nothing", () => {
  feed.takeSnapshot(hub.snapshot());
  publish({ count: "1" });
  const first = lines[0]!;
  publish({ count: "2" });
  lines.forEach(deliver);
  deliver(first);
  expect(text("count")).toBe("2");
});

test("a missing frame asks for a resync", () => {
  feed.takeSnapshot(hub.snapshot());
  publish({ count: "1" });
  publish({ count: "2" });
  deliver(lines[2]!);
  expect(gaps).toBe(1);
});

test("history never replaces something newer, and shows as delivered late where it is the newest", () => {
  feed.takeSnapshot(hub.snapshot());
  publish({ count: "5" });
  publish({ count: "4" }, { late: true, ageMs: 60_000 });
  lines.forEach(deliver);
  expect(text("count")).toBe("5");
  lines = [];
  publish({ ratio: 1 }, { late: true, ageMs: 1000 });
  lines.forEach(deliver);
  expect(store.cell("plant", "ratio")?.quality({ nowMs: 1000, reachable: true })).toBe("backfill");
});

test("what can't be replayed leaves a visible gap", () => {
  feed.takeSnapshot(hub.snapshot());
  expect(store.status("plant")?.unseen).toBeNull();
  feed.takeSnapshot(hub.snapshot(), 1n);
  expect(store.status("plant")?.unseen).toMatchObject({ fromUs: 1n });
});

test("everything that was missed comes in one answer, however much it is [W14]", () => {
  feed.takeSnapshot(hub.snapshot());
  const since = feed.since();
  for (let count = 1; count <= 40; count += 1) publish({ count: String(count) });
  feed.takeSnapshot(hub.answer(since), 1n);
  expect(text("count")).toBe("40");
  expect(store.status("plant")?.unseen).toBeNull();
  expect(gaps).toBe(0);
});

test("a batch of an unknown catalogue asks for a resync and is not misread", () => {
  const snapshot = decodeSnapshot(hub.snapshot());
  snapshot.clients[0]!.catalogue = undefined;
  feed.takeSnapshot(toBinary(LiveSnapshotSchema, snapshot));
  publish({ count: "1" });
  deliver(lines[0]!);
  expect(gaps).toBe(1);
  expect(text("count")).toBeUndefined();
});
