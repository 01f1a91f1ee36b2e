import { describe, expect, test } from "vitest";

import { allowedSilenceUs, chartData, merged, summary, type ChartPoint } from "@/features/chart/series";

const point = (second: number, late = false, at = second): ChartPoint => {
  const text = String(at);
  return { us: BigInt(second) * 1_000_000n, text, at, min: at, max: at, minText: text, maxText: text, late };
};
const HEAD = { title: "temperature of plant", unit: "°C", isDouble: true, range: "last 5 minutes" };
const SILENCE_US = 5_000_000n;

describe("a silence longer than is allowed", () => {
  test("is a break in every line, never a straight one, with its cause", () => {
    const reported = [{ from_us: 3_000_000n, to_us: 9_000_000n, cause: "BUFFER_BOUND" }];
    const { live, x, gaps } = chartData([point(1), point(2), point(10), point(11)], reported, SILENCE_US);
    expect(live).toEqual([1, 2, null, 10, 11]);
    expect(x).toHaveLength(5);
    expect(gaps).toEqual([{ fromUs: 2_000_000n, toUs: 10_000_000n, cause: "lost: buffer full" }]);
  });

  test("without a reported cause reads no data", () => {
    expect(chartData([point(1), point(10)], [], SILENCE_US).gaps[0]?.cause).toBe("no data");
  });
});

test("late data is a line of its own that touches the live one at both ends", () => {
  const { live, late } = chartData([point(1), point(2, true), point(3, true), point(4)], [], SILENCE_US);
  expect(live).toEqual([1, null, null, 4]);
  expect(late).toEqual([1, 2, 3, 4]);
});

test("a null value is a hole, not a zero", () => {
  expect(chartData([point(1), point(2, false, Number.NaN), point(3)], [], SILENCE_US).live).toEqual([1, null, 3]);
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
