import { describe, expect, test } from "vitest";

import { causeOf, type Knowledge } from "@/features/chart/gap-cause";
import { allowedSilenceUs, chartData, merged, summary, type ChartPoint } from "@/features/chart/series";

const point = (second: number, late = false, at = second): ChartPoint => {
  const text = String(at);
  return { us: BigInt(second) * 1_000_000n, text, at, min: at, max: at, minText: text, maxText: text, late };
};
const HEAD = { title: "temperature of plant", unit: "°C", isDouble: true, range: "last 5 minutes" };
const NOTHING: Knowledge = { losses: [], absences: [], isDraining: false };
const STRETCH = { fromUs: 0n, endUs: null, silenceUs: 5_000_000n };

describe("a silence longer than is allowed", () => {
  test("is a break in every line, never a straight one, with its cause", () => {
    const losses = [{ from_us: 3_000_000n, to_us: 9_000_000n, cause: "buffer_bound" }];
    const { live, x, gaps } = chartData([point(1), point(2), point(10), point(11)], { ...NOTHING, losses }, STRETCH);
    expect(live).toEqual([1, 2, null, 10, 11]);
    expect(x).toHaveLength(5);
    expect(gaps).toEqual([{ fromUs: 2_000_000n, toUs: 10_000_000n, isOpen: false, words: "dropped by policy", kind: "lost" }]);
  });

  test("is a gap too when it reaches to the present", () => {
    const { gaps, live } = chartData([point(1), point(2)], NOTHING, { ...STRETCH, endUs: 9_000_000n });
    expect(gaps).toEqual([{ fromUs: 2_000_000n, toUs: 9_000_000n, isOpen: true, words: "no data", kind: "none" }]);
    expect(live).toEqual([1, 2]);
    expect(chartData([point(1), point(2)], NOTHING, { ...STRETCH, endUs: 7_000_000n }).gaps).toEqual([]);
  });

  test("before anything was ever measured is no gap, unless something is known of it", () => {
    const wholly = { ...STRETCH, endUs: 60_000_000n };
    expect(chartData([], NOTHING, wholly).gaps).toEqual([]);
    const absences = [{ from_us: 1n, to_us: null, reason: "silent" }];
    expect(chartData([], { ...NOTHING, absences }, wholly).gaps.map(({ words }) => words)).toEqual(["link off"]);
  });
});

test("a loss breaks the line however short it is", () => {
  const losses = [{ from_us: 2_000_000n, to_us: 3_000_000n, cause: "missing" }];
  const { live, gaps } = chartData([point(1), point(2), point(3), point(4)], { ...NOTHING, losses }, STRETCH);
  expect(live).toEqual([1, 2, null, 3, 4]);
  expect(gaps.map(({ words }) => words)).toEqual(["lost (sequence missing)"]);
});

describe("[X3] [W16] the cause of a gap", () => {
  const words = (known: Partial<Knowledge>) => causeOf(10n, 20n, { ...NOTHING, ...known }).words;
  const away = (reason: string, to_us: bigint | null = 19n, from_us = 11n) => ({ absences: [{ from_us, to_us, reason }] });

  test.each([
    ["no data", {}],
    ["no data", away("clean", 9n, 5n)],
    ["no data", away("clean", null, 21n)],
    ["client off", away("clean")],
    ["client off", away("clean", null)],
    ["link off", away("silent", null)],
    ["link off", away("lost", null)],
    ["link off", { ...away("silent"), isDraining: true }],
    ["client off", away("silent")],
    ["dropped by policy", { ...away("silent"), losses: [{ from_us: 12n, to_us: 13n, cause: "buffer_bound" }] }],
    ["disk or buffer full", { losses: [{ from_us: 12n, to_us: 13n, cause: "disk_full" }] }],
    ["corruption", { losses: [{ from_us: 12n, to_us: 13n, cause: "corruption" }] }],
    ["rejected", { losses: [{ from_us: 12n, to_us: 13n, cause: "rejected" }] }],
    ["a new cause", { losses: [{ from_us: 12n, to_us: 13n, cause: "a_new_cause" }] }],
  ])("is %s", (expected, known) => {
    expect(words(known)).toBe(expected);
  });
});

test("late data is a line of its own that touches the live one at both ends", () => {
  const { live, late } = chartData([point(1), point(2, true), point(3, true), point(4)], NOTHING, STRETCH);
  expect(live).toEqual([1, null, null, 4]);
  expect(late).toEqual([1, 2, 3, 4]);
});

test("a null value is a hole, not a zero", () => {
  expect(chartData([point(1), point(2, false, Number.NaN), point(3)], NOTHING, STRETCH).live).toEqual([1, null, 3]);
});

test("what arrived joins history in order, each moment once", () => {
  const all = merged([point(1), point(2)], [point(4), point(2), point(3)], 2_000_000n);
  expect(all.map(({ at }) => at)).toEqual([2, 3, 4]);
});

test("the allowed silence grows with the metric's interval and with the width of a bucket", () => {
  expect(allowedSilenceUs(1000, 300_000_000n, 600)).toBe(5_000_000n);
  expect(allowedSilenceUs(10_000, 300_000_000n, 600)).toBe(30_000_000n);
  expect(allowedSilenceUs(1000, 86_400_000_000n, 600)).toBe(360_000_000n);
});

test("the summary says how many, from where to where, and what is missing", () => {
  const text = summary(HEAD, [point(1), point(9, true), point(4)], 2);
  expect(text).toBe("temperature of plant, last 5 minutes: 3 points from 1 to 9 °C, latest 4 °C, 2 gaps, 1 delivered late.");
  expect(summary({ ...HEAD, title: "a", range: "last hour" }, [], 0)).toBe("a, last hour: no data.");
});
