import { beforeEach, describe, expect, test } from "vitest";

import { cellKey } from "@/lib/live/cell";
import { LiveStore } from "@/lib/live/store";
import { ManualFrames, metric, sample } from "./readings";

const temperature = metric();
const KEY = cellKey("plant", "temperature");

let frames: ManualFrames;
let store: LiveStore;
let painted: string[];

beforeEach(() => {
  frames = new ManualFrames();
  store = new LiveStore(frames);
  store.updateClient("plant", { connected: true });
  store.setMetrics("plant", [temperature]);
  store.applyLink({ type: "ready" });
  painted = [];
  store.onPaint(KEY, (cell) => painted.push(cell.text));
  frames.frame();
  painted = [];
});

const send = (value: number, seq: number) =>
  store.addSample("plant", sample(value, seq), { measuredMs: frames.now(), arrivedMs: frames.now(), late: false });

describe("first view", () => {
  test("stays what it was, however much the socket has brought before a part of the page comes alive", () => {
    store.begin();
    const { rows, statuses, link } = store.getFirst();
    store.updateClient("plant", { connected: false });
    store.updateClient("other", { connected: true });
    store.applyLink({ type: "lost" });
    frames.frame();
    expect(store.getStatuses().map((status) => [status.id, status.connected])).toEqual([
      ["other", true],
      ["plant", false],
    ]);
    expect(store.getFirst()).toEqual({ rows, statuses, link });
    expect(statuses.map((status) => [status.id, status.connected])).toEqual([["plant", true]]);
    expect(rows.map((row) => row.id)).toEqual(["plant"]);
    expect(link.phase).not.toBe("lost");
  });
});

describe("conflation", () => {
  test("paints once a frame, the newest value alone", () => {
    for (let seq = 1; seq <= 50; seq += 1) send(seq, seq);
    expect(painted).toEqual([]);
    frames.frame();
    expect(painted).toEqual(["50"]);
  });

  test("keeps to 30 paints a second while thousands of cells change", () => {
    const names = Array.from({ length: 500 }, (_, index) => `m${index}`);
    const metrics = names.map((name) => metric(name));
    store.setMetrics("plant", metrics);
    let seq = 0;
    const flood = (seconds: number) => {
      for (let step = 0; step < seconds * 60; step += 1) {
        for (const of of metrics.slice((step % 6) * 83, (step % 6) * 83 + 83)) {
          seq += 1;
          store.addSample("plant", sample(seq, seq, of), { measuredMs: 0, arrivedMs: frames.now(), late: false });
        }
        frames.advance(1000 / 60, 1000 / 60);
      }
    };
    flood(2);
    const before = frames.paints;
    flood(3);
    expect((frames.paints - before) / 3).toBeLessThanOrEqual(30);
    frames.advance(100);
    const last = metrics.at(-3)!;
    expect(store.cell("plant", last.name)?.seq).toBeGreaterThan(0n);
  });
});

describe("clients", () => {
  test("that were heard of tell React the first time, and then with the tick: a reading costs one cell", () => {
    let told = 0;
    store.statusChanged.subscribe(() => (told += 1));
    const hear = (lastDataMs: number) => {
      store.heardFrom("plant", { lastSeenMs: lastDataMs, lastDataMs });
      send(lastDataMs, lastDataMs);
      frames.frame();
    };
    hear(1);
    expect(told).toBe(1);
    for (let at = 2; at < 50; at += 1) hear(at);
    expect(told).toBe(1);
    store.tick();
    frames.frame();
    expect(told).toBe(2);
    expect(store.getStatuses().find(({ id }) => id === "plant")?.lastDataMs).toBe(49);
  });

  test("that nobody knew of get their row at once", () => {
    store.heardFrom("other", { lastSeenMs: 5 });
    frames.frame();
    expect(store.getRows().map((row) => row.id)).toContain("other");
  });
});

describe("pause", () => {
  test("freezes cells, counts what is held, and shows the newest in one paint on resume", () => {
    send(1, 1);
    frames.frame();
    store.setPaused(true);
    for (let seq = 2; seq <= 11; seq += 1) send(seq, seq);
    frames.advance(40);
    expect(store.getPause()?.counts).toEqual({ held: 10, dropped: 0, fullPercent: 0 });
    expect(store.cell("plant", "temperature")?.text).toBe("1");
    painted = [];
    store.setPaused(false);
    frames.frame();
    expect(painted).toEqual(["11"]);
    expect(store.getPause()).toBeNull();
  });

  test("keeps its memory bounded, drops the oldest and says how many", () => {
    store.setPaused(true);
    for (let seq = 1; seq <= 50_250; seq += 1) send(seq, seq);
    frames.advance(40);
    expect(store.getPause()?.counts).toEqual({ held: 50_000, dropped: 250, fullPercent: 100 });
    store.setPaused(false);
    expect(store.cell("plant", "temperature")?.text).toBe("50,250");
  });

  test("does not let a frozen cell become stale", () => {
    send(1, 1);
    store.setPaused(true);
    frames.advance(10_000, 100);
    const cell = store.cell("plant", "temperature")!;
    expect(cell.quality({ nowMs: store.displayMs(), reachable: store.isReachable("plant") })).toBe("live");
  });
});

describe("reachability", () => {
  test("survives a loss shorter than a second, and ends with a longer one until the link is back", () => {
    store.applyLink({ type: "lost" });
    frames.advance(900);
    expect(store.isReachable("plant")).toBe(true);
    frames.advance(600);
    expect(store.isReachable("plant")).toBe(false);
    store.applyLink({ type: "ready" });
    expect(store.isReachable("plant")).toBe(true);
  });

  test("ends when the client disconnects", () => {
    store.updateClient("plant", { connected: false });
    expect(store.isReachable("plant")).toBe(false);
  });
});

test("React hears of statuses once a paint, however many changes there were", () => {
  let calls = 0;
  store.statusChanged.subscribe(() => (calls += 1));
  for (let count = 0n; count < 20n; count += 1n) store.updateClient("plant", { completeTo: count });
  frames.frame();
  expect(calls).toBe(1);
  expect(store.getStatuses()[0]?.completeTo).toBe(19n);
});
