/** One paint for all changes since the last: on an animation frame, and at most 30 a second while many cells change. */

export interface FrameSource {
  /** ms of a monotonic clock. */
  now(): number;
  requestFrame(callback: () => void): void;
  wait(callback: () => void, ms: number): void;
}

export const browserFrames: FrameSource = {
  now: () => performance.now(),
  requestFrame: (callback) => void requestAnimationFrame(callback),
  wait: (callback, ms) => void setTimeout(callback, ms),
};

/** For the server, which draws once: nothing is ever painted again. */
export const stillFrames: FrameSource = {
  now: () => performance.now(),
  requestFrame: () => undefined,
  wait: () => undefined,
};

/** Paints what a key stands for; answers in how many ms it must be painted again, or null. */
type PaintKey = (key: string, nowMs: number) => number | null;

const BUSY_CELLS_PER_S = 2000;
const BUSY_PAUSE_MS = 34;

export class Painter {
  private readonly dirty = new Set<string>();
  private readonly wakeAt = new Map<string, number>();
  private readonly afterPaint = new Set<() => void>();
  private requested = false;
  private lastPaintMs = Number.NEGATIVE_INFINITY;
  private cellsPerS = 0;

  constructor(
    private readonly frames: FrameSource,
    private readonly paintKey: PaintKey,
  ) {}

  mark(key: string): void {
    this.dirty.add(key);
    this.request();
  }

  request(): void {
    if (this.requested) return;
    this.requested = true;
    const pause = this.cellsPerS > BUSY_CELLS_PER_S ? BUSY_PAUSE_MS : 0;
    const waitMs = this.lastPaintMs + pause - this.frames.now();
    if (waitMs > 1) this.frames.wait(() => this.frames.requestFrame(this.paint), waitMs);
    else this.frames.requestFrame(this.paint);
  }

  /** Calls `listener` after each paint. */
  onPainted(listener: () => void): () => void {
    this.afterPaint.add(listener);
    return () => void this.afterPaint.delete(listener);
  }

  private readonly paint = (): void => {
    this.requested = false;
    const now = this.frames.now();
    for (const [key, due] of this.wakeAt) if (due <= now) this.dirty.add(key);
    const keys = [...this.dirty];
    this.dirty.clear();
    for (const key of keys) {
      const again = this.paintKey(key, now);
      if (again === null) this.wakeAt.delete(key);
      else this.wakeLater(key, now, again);
    }
    this.measure(keys.length, now);
    for (const listener of this.afterPaint) listener();
  };

  private wakeLater(key: string, now: number, ms: number): void {
    this.wakeAt.set(key, now + ms);
    this.frames.wait(() => this.request(), ms);
  }

  private measure(cells: number, now: number): void {
    const elapsed = Math.min(1000, Math.max(1, now - this.lastPaintMs));
    const share = elapsed / 1000;
    this.cellsPerS = this.cellsPerS * (1 - share) + cells;
    this.lastPaintMs = now;
  }
}
