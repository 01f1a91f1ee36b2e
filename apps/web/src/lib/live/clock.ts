/** The hub's clock as seen from the page: an offset to the page's monotonic clock, from the quickest answer so far. */

export class HubClock {
  private offsetMs: number | null = null;
  private bestRoundTripMs = Number.POSITIVE_INFINITY;

  /** Takes a reading of the hub's clock that was made between two moments of the page's clock. */
  observe(hubUs: bigint, sentMs: number, receivedMs: number): void {
    const roundTripMs = receivedMs - sentMs;
    if (roundTripMs > this.bestRoundTripMs * 1.5 && this.offsetMs !== null) return;
    this.bestRoundTripMs = Math.min(this.bestRoundTripMs, roundTripMs);
    this.offsetMs = Number(hubUs) / 1000 - (sentMs + receivedMs) / 2;
  }

  /** Takes a reading that is of unknown age by now: good until there is an answer. */
  guess(hubUs: bigint, nowMs: number): void {
    this.offsetMs ??= Number(hubUs) / 1000 - nowMs;
  }

  /** The moment of the page's clock at which the hub's clock showed `hubUs`; `nowMs` when the offset is not known. */
  pageMs(hubUs: bigint, nowMs: number): number {
    return this.offsetMs === null ? nowMs : Math.min(nowMs, Number(hubUs) / 1000 - this.offsetMs);
  }

  /** The hub's time at a moment of the page's clock, in µs; null when the offset is not known. */
  hubUs(nowMs: number): bigint | null {
    return this.offsetMs === null ? null : BigInt(Math.round((nowMs + this.offsetMs) * 1000));
  }
}
