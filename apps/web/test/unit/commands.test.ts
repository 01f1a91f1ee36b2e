import { describe, expect, test } from "vitest";

import { readArguments } from "@/features/commands/arguments";
import { explanation, mayBeCancelled, stateText, withCommand } from "@/features/commands/command-life";
import type { Command, CommandField } from "@/lib/api/commands";

const HOUR_US = 3_600_000_000n;
const NOON_US = BigInt(Date.UTC(2026, 10, 24, 12)) * 1000n;

const command = (change: Partial<Command> = {}): Command => ({
  id: "0193-a",
  client: "press",
  kind: "precisionpulse.v1.Ping",
  label: "Ping",
  body: {},
  actor: "alice",
  issued_us: NOON_US,
  expires_us: NOON_US + 3n * HOUR_US,
  state: "queued",
  code: "",
  text: "",
  progress: null,
  result: null,
  withdrawn_by: null,
  steps: [],
  ...change,
});
const field = (change: Partial<CommandField>): CommandField => ({
  name: "interval_ms",
  label: "Interval",
  type: "integer",
  unit: "ms",
  minimum: 10n,
  maximum: 86_400_000n,
  choices: [],
  optional: false,
  repeated: false,
  ...change,
});

describe("[W20] a command's text", () => {
  test("says when an offline client gets it, and until when", () => {
    expect(explanation(command(), false, NOON_US)).toMatch(/^will be delivered when it connects, expires \d\d:00$/);
    expect(explanation(command(), false, NOON_US - 30n * HOUR_US)).toMatch(/expires 24 Nov,? \d\d:00$/);
  });

  test.each([
    [{ state: "refused", code: "UNSUPPORTED" }, "the client does not know this kind of command"],
    [{ state: "failed", code: "HANDLER_ERROR", text: "no coolant" }, "no coolant"],
    [{ state: "sent", withdrawn_by: "bob" }, "bob asked to cancel it; the client says whether that came in time"],
    [{ state: "timed_out", text: "the client did not answer" }, "the client did not answer; a late answer still counts"],
    [{ state: "done" }, ""],
  ] as const)("of %j is '%s'", (change, text) => {
    expect(explanation(command(change), true, NOON_US)).toBe(text);
  });

  test("tells the share that is done", () => {
    expect(stateText(command({ state: "running", progress: 0.4 }))).toBe("Running 40 %");
    expect(stateText(command({ state: "received" }))).toBe("Acknowledged");
  });
});

test("[W20] only what has not begun, and is not withdrawn, can be cancelled", () => {
  const states = ["queued", "sent", "received", "running", "done", "timed_out"] as const;
  expect(states.filter((state) => mayBeCancelled(command({ state })))).toEqual(["queued", "sent", "received"]);
  expect(mayBeCancelled(command({ withdrawn_by: "bob" }))).toBe(false);
});

test("[W20] a command that changed keeps its place, a new one comes first", () => {
  const list = [command({ id: "0193-b" }), command({ id: "0193-a" })];
  expect(withCommand(list, command({ id: "0193-a", state: "done" })).map(({ id, state }) => [id, state])).toEqual([
    ["0193-b", "queued"],
    ["0193-a", "done"],
  ]);
  expect(withCommand(list, command({ id: "0193-c" }))[0]?.id).toBe("0193-c");
});

describe("[D4] [PP-CM-3] a form's fields", () => {
  test.each([
    ["5", "Interval must be at least 10, not 5"],
    ["86400001", "Interval must be at most 86400000, not 86400001"],
    ["soon", "Interval must be a whole number"],
    ["", "Interval must be at least 10, not 0"],
  ])("refuse '%s' with the hub's words", (text, fault) => {
    expect(readArguments([field({})], { interval_ms: text }).faults).toEqual({ interval_ms: fault });
  });

  test("keep 64-bit integers exact, and leave out what is empty", () => {
    const fields = [field({ maximum: 2n ** 64n - 1n }), field({ name: "metric", type: "text", minimum: null, maximum: null })];
    expect(readArguments(fields, { interval_ms: "18446744073709551615", metric: " " })).toEqual({
      body: { interval_ms: "18446744073709551615" },
      faults: {},
    });
  });

  test("of other shapes are asked for as JSON", () => {
    const points = field({ name: "points", label: "Points", type: "json", repeated: true, minimum: null, maximum: null });
    expect(readArguments([points], { points: "[1" }).faults).toEqual({ points: "Points must be JSON" });
    expect(readArguments([points], { points: '[{"x": 1}]' }).body).toEqual({ points: [{ x: 1 }] });
    const dry = field({ name: "dry", type: "boolean", minimum: null, maximum: null });
    expect(readArguments([dry], { dry: "true" }).body).toEqual({ dry: true });
  });
});
