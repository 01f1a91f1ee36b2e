/** The state of the page's own link to the hub, as a pure machine: events and the clock in, state out. */

export type LinkState =
  | { readonly phase: "connecting" }
  | { readonly phase: "online"; readonly roundTripMs: number | null }
  | { readonly phase: "lost"; readonly sinceMs: number; readonly attempt: number; readonly nextAttemptMs: number | null };

export type LinkEvent =
  | { readonly type: "ready" }
  | { readonly type: "answered"; readonly roundTripMs: number }
  | { readonly type: "lost" }
  | { readonly type: "waiting"; readonly attempt: number; readonly delayMs: number }
  | { readonly type: "trying"; readonly attempt: number };

/** A loss shorter than this is not shown. */
const SHOWN_AFTER_MS = 1200;
const FIRST_DELAY_MS = 400;
const LONGEST_DELAY_MS = 5000;

export const INITIAL_LINK: LinkState = { phase: "connecting" };

export function nextLink(state: LinkState, event: LinkEvent, nowMs: number): LinkState {
  switch (event.type) {
    case "ready":
      return { phase: "online", roundTripMs: null };
    case "answered":
      return state.phase === "online" ? { ...state, roundTripMs: event.roundTripMs } : state;
    case "lost":
      return state.phase === "lost" ? state : { phase: "lost", sinceMs: nowMs, attempt: 0, nextAttemptMs: null };
    case "waiting":
      return { ...lost(state, nowMs), attempt: event.attempt, nextAttemptMs: nowMs + event.delayMs };
    case "trying":
      return state.phase === "connecting" ? state : { ...lost(state, nowMs), attempt: event.attempt, nextAttemptMs: null };
  }
}

function lost(state: LinkState, nowMs: number) {
  return state.phase === "lost" ? state : { phase: "lost" as const, sinceMs: nowMs, attempt: 0, nextAttemptMs: null };
}

/** Whether people are told of the loss, and cells count as offline. */
export function isLossShown(state: LinkState, nowMs: number): boolean {
  return state.phase === "lost" && nowMs - state.sinceMs >= SHOWN_AFTER_MS;
}

/** ms until a loss is shown; null when there is none or it is shown already. */
export function lossShownIn(state: LinkState, nowMs: number): number | null {
  if (state.phase !== "lost" || isLossShown(state, nowMs)) return null;
  return state.sinceMs + SHOWN_AFTER_MS - nowMs;
}

/** Text of the banner. */
export function lossText(state: LinkState, nowMs: number): string {
  if (state.phase !== "lost") return "";
  const attempt = Math.max(1, state.attempt);
  if (state.nextAttemptMs === null) return `Connection lost — reconnecting (attempt ${attempt}, trying now)`;
  const seconds = Math.max(0, Math.ceil((state.nextAttemptMs - nowMs) / 1000));
  return `Connection lost — reconnecting (attempt ${attempt}, next in ${seconds} s)`;
}

/** ms to wait before attempt number `attempt` (from 1); `random` is in [0, 1). */
export function retryDelayMs(attempt: number, random: number): number {
  const ceiling = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (attempt - 1));
  return ceiling * (0.7 + 0.3 * random);
}
