import { describe, expect, test } from "vitest";

import { Decimal, type Value } from "@/lib/contract";
import { formatAge, formatDelta, formatValue, fractionDigitsOf, groupDigits, plainText, sameValue, shortText, spokenAge, unitLabel } from "@/lib/format";

describe("values", () => {
  test.each<[Value, string]>([
    [-9_223_372_036_854_775_808n, "\u22129,223,372,036,854,775,808"],
    [0n, "0"],
    [new Decimal(-5n, 3), "\u22120.005"],
    [new Decimal(123_456_789_012_345_678_901n, 2), "1,234,567,890,123,456,789.01"],
    [new Decimal(7n, 0), "7"],
    [21.4, "21.4"],
    [1234567.891, "1,234,568"],
    [0.1 + 0.2, "0.3"],
    [Number.NaN, "NaN"],
    [Number.NEGATIVE_INFINITY, "\u2212∞"],
    [0.000012345, "1.234e\u22125"],
    [true, "true"],
    [null, "null"],
  ])("%s reads %s", (value, text) => {
    expect(formatValue(value)).toBe(text);
  });

  test("keep the digits after the point that the cell has shown before", () => {
    expect(formatValue(21.5, 2)).toBe("21.50");
    expect(fractionDigitsOf(21.45)).toBe(2);
    expect(fractionDigitsOf(99_999.123)).toBe(2);
  });

  test("are exact in attributes and tables", () => {
    expect(plainText(9_007_199_254_740_993n)).toBe("9007199254740993");
    expect(plainText(new Decimal(9_007_199_254_740_993n, 4))).toBe("900719925474.0993");
  });

  test("in short are cut, never rounded through floating point", () => {
    expect(shortText(9_223_372_036_854_775_807n)).toBe("9.223 E");
    expect(shortText(25_279_921_573n)).toBe("25.27 G");
    expect(shortText(999_999n)).toBe("999,999");
    expect(shortText(new Decimal(-123_456n * 10n ** 30n, 2))).toBe("\u22121.234e33");
  });
});

describe("changes", () => {
  test.each<[Value, Value, string]>([
    [9_223_372_036_854_775_806n, 9_223_372_036_854_775_807n, "+1"],
    [new Decimal(5n, 2), new Decimal(3n, 2), "\u22120.02"],
    [false, true, ""],
    [null, 3n, ""],
  ])("from %s to %s read %s", (from, to, text) => {
    expect(formatDelta(from, to)).toBe(text);
  });
});

test("the change of a double is as fine as its value is shown, and never nothing", () => {
  expect(formatDelta(21.2, 21.4, 1)).toBe("+0.2");
  expect(formatDelta(24_612.19, 23_481.665, 2)).toBe("\u22121,130.52");
  expect(formatDelta(0.3491, 0.3487, 1)).toBe("\u22124.000e\u22124");
});

test("units lose the brackets of UCUM", () => {
  expect(["Cel", "By/s", "[EUR]", "{turns}", "1", "bar"].map(unitLabel)).toEqual(["°C", "B/s", "EUR", "turns", "", "bar"]);
});

test("one decimal written with two scales is the same value; NaN is the same as NaN", () => {
  expect(sameValue(new Decimal(10n, 1), new Decimal(100n, 2))).toBe(true);
  expect(sameValue(Number.NaN, Number.NaN)).toBe(true);
  expect(sameValue(0n, 0)).toBe(false);
});

test("digits are grouped before the point alone", () => {
  expect(groupDigits("-1234567.1234567")).toBe("\u22121,234,567.1234567");
});

test("ages read short on screen and whole when spoken", () => {
  expect([400, 3000, 250_000, 7_500_000, 90_000_000].map(formatAge)).toEqual(["now", "3s", "4m 10s", "2h 5m", "1d 1h"]);
  expect([1000, 2000, 60_000].map(spokenAge)).toEqual(["1 second ago", "2 seconds ago", "1 minute ago"]);
});
