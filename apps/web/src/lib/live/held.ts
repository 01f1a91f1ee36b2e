/** What arrives while the display is paused: bounded, oldest dropped first, and counted. */
import type { Sample } from "@/lib/contract";
import type { Arrival } from "@/lib/live/cell";

export interface HeldSample {
  readonly client: string;
  readonly sample: Sample;
  readonly arrival: Arrival;
}

export interface HeldCounts {
  readonly held: number;
  readonly dropped: number;
  /** Share of the room that is taken, in whole percent. */
  readonly fullPercent: number;
}

export class Held {
  private items: HeldSample[] = [];
  private start = 0;
  private dropped = 0;

  constructor(private readonly capacity: number) {}

  add(item: HeldSample): void {
    if (this.items.length < this.capacity) {
      this.items.push(item);
      return;
    }
    this.items[this.start] = item;
    this.start = (this.start + 1) % this.capacity;
    this.dropped += 1;
  }

  counts(): HeldCounts {
    return {
      held: this.items.length,
      dropped: this.dropped,
      fullPercent: Math.floor((100 * this.items.length) / this.capacity),
    };
  }

  /** Everything held, oldest first; empty afterwards. */
  takeAll(): HeldSample[] {
    const items = [...this.items.slice(this.start), ...this.items.slice(0, this.start)];
    this.items = [];
    this.start = 0;
    this.dropped = 0;
    return items;
  }
}
