import { expect, test } from "vitest";

import { rowView } from "@/features/ticker/row-view";
import { Cell } from "@/lib/live/cell";
import { metric, sample } from "./readings";

test("a row says its change with sign, glyph and words", () => {
  const cell = new Cell("key", "plant", metric("Temperature"));
  cell.offer(sample(21.2, 1), { measuredMs: 0, arrivedMs: 0, late: false });
  cell.offer(sample(21.4, 2), { measuredMs: 1000, arrivedMs: 1000, late: false });
  const view = rowView(cell, { nowMs: 3000, reachable: true });
  expect([view.glyph, view.delta, view.unit]).toEqual(["▲", "+0.2", "°C"]);
  expect(view.label).toBe("Temperature 21.4 °C, up 0.2, 2 seconds ago");
});

test("a metric without a sample says so", () => {
  const view = rowView(new Cell("key", "plant", metric("Pressure")), { nowMs: 0, reachable: true });
  expect([view.value, view.quality, view.label]).toEqual(["—", "offline", "Pressure, no data yet"]);
});
