import { describe, expect, test } from "vitest";

import { INITIAL_LINK, isLossShown, lossShownIn, lossText, nextLink, retryDelayMs, type LinkEvent, type LinkState } from "@/lib/live/link";

const run = (events: readonly (readonly [LinkEvent, number])[]): LinkState =>
  events.reduce((state, [event, nowMs]) => nextLink(state, event, nowMs), INITIAL_LINK);

const LOST: readonly (readonly [LinkEvent, number])[] = [
  [{ type: "ready" }, 0],
  [{ type: "lost" }, 10_000],
];

describe("the banner", () => {
  test("is not shown in the first second, is by two, and says attempt and seconds", () => {
    const state = run([...LOST, [{ type: "waiting", attempt: 3, delayMs: 4000 }, 10_500]]);
    expect(isLossShown(state, 11_000)).toBe(false);
    expect(lossShownIn(state, 11_000)).toBe(200);
    expect(isLossShown(state, 12_000)).toBe(true);
    expect(lossText(state, 12_000)).toBe("Connection lost — reconnecting (attempt 3, next in 3 s)");
  });

  test("counts from the first loss, however many attempts fail after it", () => {
    const state = run([...LOST, [{ type: "trying", attempt: 1 }, 10_600], [{ type: "lost" }, 10_900], [{ type: "waiting", attempt: 2, delayMs: 800 }, 10_900]]);
    expect(isLossShown(state, 11_200)).toBe(true);
    expect(state).toMatchObject({ sinceMs: 10_000, attempt: 2 });
  });

  test("goes the moment the link is ready, and not before", () => {
    const trying = run([...LOST, [{ type: "trying", attempt: 1 }, 12_000]]);
    expect(isLossShown(trying, 12_500)).toBe(true);
    expect(isLossShown(nextLink(trying, { type: "ready" }, 12_600), 12_600)).toBe(false);
  });

  test("appears too when the first connection does not come about", () => {
    const state = run([[{ type: "lost" }, 500]]);
    expect(isLossShown(state, 2000)).toBe(true);
  });
});

test("answers give the round trip while online alone", () => {
  const online = run([[{ type: "ready" }, 0], [{ type: "answered", roundTripMs: 12 }, 5]]);
  expect(online).toEqual({ phase: "online", roundTripMs: 12 });
  expect(run([...LOST, [{ type: "answered", roundTripMs: 12 }, 10_001]]).phase).toBe("lost");
});

test("attempts come slower and slower, and never more than five seconds apart", () => {
  const delays = [1, 2, 3, 4, 5, 10].map((attempt) => retryDelayMs(attempt, 0.999));
  expect(delays).toEqual([...delays].sort((left, right) => left - right));
  expect(Math.max(...delays)).toBeLessThanOrEqual(5000);
  expect(retryDelayMs(1, 0)).toBeGreaterThan(200);
});
