import { expect, test } from "vitest";

import { HubClock } from "@/lib/live/clock";

test("a picture that was long on its way sets the clock only until the hub answers", () => {
  const clock = new HubClock();
  expect(clock.hubUs(0)).toBeNull();
  clock.guess(1_000_000n, 9_000);
  expect(clock.hubUs(9_000)).toBe(1_000_000n);
  clock.guess(5_000_000n, 9_000);
  expect(clock.hubUs(9_000)).toBe(1_000_000n);
  clock.observe(9_500_000n, 9_400, 9_600);
  expect(clock.hubUs(9_500)).toBe(9_500_000n);
});

test("the quickest answer is believed, and a much slower one is not", () => {
  const clock = new HubClock();
  clock.observe(10_000n, 0, 20);
  clock.observe(90_000n, 0, 160);
  expect(clock.hubUs(10)).toBe(10_000n);
});
