import { describe, expect, test } from "vitest";

import { create } from "@bufbuild/protobuf";
import { HeartbeatSchema } from "@precisionpulse/contract";
import { LinkPhase } from "@/lib/contract";
import { formatSpan } from "@/lib/format";
import { backlogText, leftToSend, proofText, secondsLeft } from "@/lib/live/backlog";
import { unknownClient, withHeartbeat, type ClientStatus } from "@/lib/live/client-status";

const status = (change: Partial<ClientStatus> = {}): ClientStatus => ({
  ...unknownClient("plant"),
  connected: true,
  phase: LinkPhase.FLUSHING,
  queued: 1240n,
  queuedUpTo: 5240n,
  completeTo: 4000n,
  ...change,
});

describe("[X2] what is left", () => {
  test("falls with every commit, and not with the heartbeats alone", () => {
    expect(leftToSend(status())).toBe(1240n);
    expect(leftToSend(status({ completeTo: 5000n }))).toBe(240n);
    expect(leftToSend(status({ completeTo: 6000n }))).toBe(0n);
  });

  test("is what the heartbeat said when records lie behind a hole", () => {
    expect(leftToSend(status({ completeTo: 17n }))).toBe(1240n);
  });
});

describe("[X2] the time left", () => {
  test("counts with what is recorded meanwhile", () => {
    const beat = create(HeartbeatSchema, {
      phase: LinkPhase.FLUSHING,
      queuedRecords: 1000n,
      lastRecordSeq: 10_100n,
      drainPerS: 120,
      recordedPerS: 20,
    });
    expect(secondsLeft(status({ ...withHeartbeat(beat), completeTo: 9100n }))).toBe(10);
  });

  test("is not told before a rate is known, nor while records are made faster than they leave", () => {
    expect(secondsLeft(status())).toBeNull();
    expect(secondsLeft(status({ drainPerS: 50 }))).toBeNull();
    expect(secondsLeft(status({ drainPerS: 50, recordedPerS: 60 }))).toBeNull();
  });

  test.each([
    [0.2, "1 s"],
    [12.4, "12 s"],
    [240, "4 min"],
    [7200, "2 h"],
    [7500, "2 h 5 min"],
  ])("of %f seconds reads %s", (seconds, text) => {
    expect(formatSpan(seconds)).toBe(text);
  });
});

describe("[W15] [X2] the text of a backlog", () => {
  test.each([
    ["Syncing 1,240 left", {}],
    ["Syncing 1,240 left · 12 s", { drainPerS: 120, recordedPerS: 20 }],
    ["Falling behind, 1,240 waiting", { phase: LinkPhase.FALLING_BEHIND }],
    ["", { phase: LinkPhase.LIVE }],
    ["", { connected: false }],
    ["", { completeTo: 5240n }],
  ])("reads '%s'", (text, change) => {
    expect(backlogText(status(change))).toBe(text);
  });
});

test("[X1] the proof counts what is complete, missing, double and lost", () => {
  expect(proofText(status({ completeTo: 48_211n }))).toBe("complete to record 48,211 · 0 missing · 0 duplicate");
  expect(proofText(status({ missing: 3n, lost: 12n }))).toBe("complete to record 4,000 · 3 missing · 0 duplicate · 12 lost");
});
