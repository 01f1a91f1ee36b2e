import { describe, expect, test } from "vitest";

import { Decimal } from "@/lib/contract";
import { Cell, type Arrival } from "@/lib/live/cell";
import { metric, sample } from "./readings";

const temperature = metric();
const arrival = (ms = 1000, late = false): Arrival => ({ measuredMs: ms, arrivedMs: ms, late });
const newCell = () => new Cell("key", "plant", temperature);

describe("direction", () => {
  test("is flat at first, then follows each change", () => {
    const cell = newCell();
    const seen = [21.2, 21.4, 21.4, 21.1].map((value, index) => {
      cell.offer(sample(value, index + 1), arrival());
      return [cell.direction, cell.delta];
    });
    expect(seen).toEqual([["flat", ""], ["up", "+0.2"], ["flat", ""], ["down", "\u22120.3"]]);
  });

  test("of 64-bit integers and decimals is exact", () => {
    const cell = newCell();
    cell.offer(sample(9_223_372_036_854_775_806n, 1), arrival());
    cell.offer(sample(9_223_372_036_854_775_807n, 2), arrival());
    expect([cell.direction, cell.delta, cell.text]).toEqual(["up", "+1", "9,223,372,036,854,775,807"]);
    const exact = newCell();
    exact.offer(sample(new Decimal(10n ** 20n, 18), 1), arrival());
    exact.offer(sample(new Decimal(10n ** 20n - 1n, 18), 2), arrival());
    expect([exact.direction, exact.delta, exact.text]).toEqual(["down", "\u22120.000000000000000001", "99.999999999999999999"]);
  });
});

describe("the newest by source time", () => {
  test("is never replaced by an older sample, whatever its record number", () => {
    const cell = newCell();
    cell.offer(sample(5, 10, temperature, 500n), arrival());
    expect(cell.offer(sample(4, 11, temperature, 400n), arrival())).toBe(false);
    expect([cell.value, cell.seq, cell.capturedUs]).toEqual([5, 10n, 500n]);
  });

  test("of two with one time is the one with the higher record number", () => {
    const cell = newCell();
    cell.offer(sample(1, 7, temperature, 500n), arrival());
    expect(cell.offer(sample(2, 8, temperature, 500n), arrival())).toBe(true);
    expect(cell.offer(sample(1, 7, temperature, 500n), arrival())).toBe(false);
  });

  test("delivered late says so, and does not flash", () => {
    const cell = newCell();
    cell.offer(sample(1, 1), arrival());
    cell.offer(sample(2, 2), arrival(1000, true));
    expect(cell.quality({ nowMs: 1000, reachable: true })).toBe("backfill");
    expect(cell.settleFlash(1000)).toBeNull();
    expect(cell.flash).toBeNull();
  });
});

describe("flash", () => {
  test("lasts half a second, and not at all for a value sent again unchanged [W2]", () => {
    const cell = newCell();
    cell.offer(sample(1, 1), arrival());
    cell.offer(sample(2, 2), arrival());
    expect(cell.settleFlash(1000)).toBe(500);
    expect(cell.flash).toBe("up");
    cell.offer(sample(2, 3), arrival());
    expect([cell.settleFlash(1499), cell.flash, cell.capturedUs]).toEqual([1, "up", 3_000_000n]);
    expect([cell.settleFlash(1500), cell.flash]).toEqual([null, null]);
  });

  test("begins at most 2.5 times a second at 20 changes a second", () => {
    const cell = newCell();
    let starts = 0;
    let beat = cell.beat;
    for (let step = 0; step <= 200; step += 1) {
      cell.offer(sample(step % 2, step + 1), arrival());
      cell.settleFlash(step * 50);
      if (cell.beat !== beat) starts += 1;
      beat = cell.beat;
    }
    expect(starts).toBeGreaterThan(15);
    expect(starts).toBeLessThanOrEqual(25);
  });
});

describe("quality", () => {
  test("is stale after three intervals and at least five seconds, until the next value", () => {
    const cell = newCell();
    cell.offer(sample(1, 1), arrival(0));
    expect(cell.quality({ nowMs: 5000, reachable: true })).toBe("live");
    expect(cell.quality({ nowMs: 5001, reachable: true })).toBe("stale");
    cell.offer(sample(1, 2), arrival(5002));
    expect(cell.quality({ nowMs: 5003, reachable: true })).toBe("live");
    const slow = new Cell("slow", "plant", metric("slow", 10_000));
    slow.offer(sample(1, 1), arrival(0));
    expect(slow.quality({ nowMs: 30_000, reachable: true })).toBe("live");
    expect(slow.quality({ nowMs: 30_001, reachable: true })).toBe("stale");
  });

  test("is offline where the link is down, and the value stays", () => {
    const cell = newCell();
    cell.offer(sample(1, 1), arrival());
    expect(cell.quality({ nowMs: 1000, reachable: false })).toBe("offline");
    expect(cell.text).toBe("1");
  });
});

test("false, zero and null are three different values", () => {
  const cell = newCell();
  const texts = [false, 0, null].map((value, index) => {
    cell.offer(sample(value, index + 1), arrival());
    return cell.text;
  });
  expect(texts).toEqual(["false", "0", "null"]);
});
