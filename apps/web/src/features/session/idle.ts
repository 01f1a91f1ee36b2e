/** How long the page may go unused, as a pure rule: when people are warned, and when they are logged out. */

const WARNED_BEFORE_S = 60;

export type Idleness = { readonly phase: "used" } | { readonly phase: "warned"; readonly leftS: number } | { readonly phase: "over" };

/** One object, so that React sees that nothing has changed. */
export const USED: Idleness = { phase: "used" };

/** `lastUsedMs`, `nowMs`: of one clock; `idleS`: after so long without use the session ends. */
export function idleness(lastUsedMs: number, nowMs: number, idleS: number): Idleness {
  const leftS = Math.ceil(idleS - (nowMs - lastUsedMs) / 1000);
  if (leftS <= 0) return { phase: "over" };
  return leftS <= Math.min(WARNED_BEFORE_S, idleS / 2) ? { phase: "warned", leftS } : USED;
}
