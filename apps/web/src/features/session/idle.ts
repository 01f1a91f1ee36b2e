/** How long the page may go unused, as a pure rule: when people are warned, and when they are logged out. */

export const WARNED_BEFORE_S = 60;

export type Idleness = { readonly phase: "used" } | { readonly phase: "warned"; readonly leftS: number } | { readonly phase: "over" };

/** `lastUsedMs`, `nowMs`: of one clock; `idleS`: after so long without use the session ends. */
export function idleness(lastUsedMs: number, nowMs: number, idleS: number): Idleness {
  const leftS = Math.ceil(idleS - (nowMs - lastUsedMs) / 1000);
  if (leftS <= 0) return { phase: "over" };
  return leftS <= WARNED_BEFORE_S ? { phase: "warned", leftS } : { phase: "used" };
}
