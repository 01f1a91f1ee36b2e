/** What was seen before (PP-FR-5). */
import type { Header } from "@precisionpulse/contract";
import { ReplayError } from "./errors.js";

/** Sequences must grow within each (salt, stream). Remembers the last `salts` senders. */
export class ReplayGuard {
  readonly #salts: number;
  readonly #seen = new Map<string, Map<number, bigint>>();

  constructor(salts = 256) {
    this.#salts = salts;
  }

  /** Takes note of an opened frame's header; throws `ReplayError` when its number is not above the last. */
  check(header: Header): void {
    const salt = header.salt.join(" ");
    let streams = this.#seen.get(salt);
    if (!streams) {
      const oldest = this.#seen.keys().next();
      if (this.#seen.size >= this.#salts && !oldest.done) this.#seen.delete(oldest.value);
      streams = new Map();
      this.#seen.set(salt, streams);
    }
    if (header.sequence <= (streams.get(header.stream) ?? 0n)) {
      throw new ReplayError(`frame ${header.sequence} of stream ${header.stream} was seen before`);
    }
    streams.set(header.stream, header.sequence);
  }
}
