/** Material for the tests: metrics, samples, and a clock and frames that the test moves. */
import { create } from "@bufbuild/protobuf";
import { MetricSchema } from "@precisionpulse/contract";

import { Quality, ValueType, type Metric, type Sample, type Value } from "@/lib/contract";
import type { FrameSource } from "@/lib/live/painter";

export function metric(name = "temperature", intervalMs = 1000, type = ValueType.DOUBLE): Metric {
  return create(MetricSchema, { id: 1, name, type, unit: "Cel", intervalMs });
}

export function sample(value: Value, seq: number, of: Metric = metric(), capturedUs = BigInt(seq) * 1_000_000n): Sample {
  return { recordSeq: BigInt(seq), metric: of, capturedUs, value, quality: Quality.LIVE };
}

/** Frames and timers that come when the test says so. */
export class ManualFrames implements FrameSource {
  nowMs = 1000;
  paints = 0;
  private frames: (() => void)[] = [];
  private timers: { readonly dueMs: number; readonly callback: () => void }[] = [];

  now = (): number => this.nowMs;

  requestFrame(callback: () => void): void {
    this.frames.push(callback);
  }

  wait(callback: () => void, ms: number): void {
    this.timers.push({ dueMs: this.nowMs + ms, callback });
  }

  /** Moves the clock in steps of a display's frame, painting at each. */
  advance(ms: number, stepMs = 16): void {
    const endMs = this.nowMs + ms;
    while (this.nowMs < endMs) {
      this.nowMs = Math.min(endMs, this.nowMs + stepMs);
      const due = this.timers.filter((timer) => timer.dueMs <= this.nowMs);
      this.timers = this.timers.filter((timer) => timer.dueMs > this.nowMs);
      for (const timer of due) timer.callback();
      this.frame();
    }
  }

  /** One frame of the display. */
  frame(): void {
    const callbacks = this.frames;
    this.frames = [];
    if (callbacks.length > 0) this.paints += 1;
    for (const callback of callbacks) callback();
  }
}
