/** What the page knows of one metric of one client: the newest sample by source time, and how it came to be. */
import { qualityWord, type Metric, type QualityWord, type Sample, type Value } from "@/lib/contract";
import { compareValues, formatDelta, formatValue, fractionDigitsOf, pixelNumber, sameValue } from "@/lib/format";

export type Direction = "up" | "down" | "flat";
export type Flash = "up" | "down";

const FLASH_MS = 500;
/** 2.5 flashes a second: below the three a second that WCAG 2.3.1 allows. */
const FLASH_PAUSE_MS = 400;
const STALE_INTERVALS = 3;
const STALE_AT_LEAST_MS = 5000;
const TREND_POINTS = 80;

/** When a sample was news to the page; both times in ms of the page's monotonic clock. */
export interface Arrival {
  readonly measuredMs: number;
  readonly arrivedMs: number;
  /** Delivered on the history channel. */
  readonly late: boolean;
}

/** What surrounds a cell when its quality is judged. */
export interface Surroundings {
  readonly nowMs: number;
  /** False when the page's own link, or the client's, is down. */
  readonly reachable: boolean;
}

export const cellKey = (client: string, metric: string): string => `${client}\u0000${metric}`;

export class Cell {
  value: Value = null;
  seq = 0n;
  capturedUs = 0n;
  direction: Direction = "flat";
  delta = "";
  measuredMs = 0;
  arrivedMs = 0;
  fractionDigits = 0;
  low: Value = null;
  high: Value = null;
  flash: Flash | null = null;
  /** Changes with each flash, so that the style sheet can start the same animation again. */
  beat: 0 | 1 = 0;
  /** The last values as numbers for drawing, oldest first; NaN is a break. */
  readonly trend: number[] = [];
  private sampleQuality: QualityWord = "live";
  private flashStartedMs = Number.NEGATIVE_INFINITY;
  private dueFlash: Flash | null = null;

  constructor(
    readonly key: string,
    readonly client: string,
    public metric: Metric,
  ) {}

  get isEmpty(): boolean {
    return this.seq === 0n;
  }

  get text(): string {
    return formatValue(this.value, this.fractionDigits);
  }

  /** Takes a sample if it is newer by source time than the one shown; answers whether it was taken. */
  offer(sample: Sample, arrival: Arrival): boolean {
    if (!this.isEmpty && !isNewer(sample, this)) return false;
    if (typeof sample.value === "number") {
      this.fractionDigits = Math.max(this.fractionDigits, fractionDigitsOf(sample.value));
    }
    if (!this.isEmpty) this.compare(sample.value, arrival.late);
    this.value = sample.value;
    this.seq = sample.recordSeq;
    this.capturedUs = sample.capturedUs;
    this.sampleQuality = arrival.late ? "backfill" : qualityWord(sample.quality);
    this.measuredMs = arrival.measuredMs;
    this.arrivedMs = arrival.arrivedMs;
    this.widenRange(sample.value);
    this.addToTrend(pixelNumber(sample.value));
    return true;
  }

  /** Marks in the trend that samples are missing here. */
  breakTrend(): void {
    if (this.trend.length > 0 && !Number.isNaN(this.trend.at(-1))) this.addToTrend(Number.NaN);
  }

  quality({ nowMs, reachable }: Surroundings): QualityWord {
    if (!reachable) return "offline";
    const allowedMs = Math.max(STALE_INTERVALS * this.metric.intervalMs, STALE_AT_LEAST_MS);
    return nowMs - this.arrivedMs > allowedMs ? "stale" : this.sampleQuality;
  }

  /** Starts a due flash unless one began too lately, ends one whose time is over; ms until the next change, or null. */
  settleFlash(nowMs: number): number | null {
    const running = nowMs - this.flashStartedMs;
    if (this.dueFlash && running >= FLASH_PAUSE_MS) {
      this.flash = this.dueFlash;
      this.beat = this.beat === 0 ? 1 : 0;
      this.flashStartedMs = nowMs;
      this.dueFlash = null;
      return FLASH_MS;
    }
    this.dueFlash = null;
    if (this.flash && running >= FLASH_MS) this.flash = null;
    return this.flash ? FLASH_MS - running : null;
  }

  private compare(value: Value, late: boolean): void {
    const order = compareValues(this.value, value);
    this.direction = order < 0 ? "up" : order > 0 ? "down" : "flat";
    this.delta = order === 0 ? "" : formatDelta(this.value, value, this.fractionDigits);
    if (!late && !sameValue(this.value, value)) this.dueFlash = this.direction === "down" ? "down" : "up";
  }

  private widenRange(value: Value): void {
    if (value === null || typeof value === "boolean" || Number.isNaN(value)) return;
    if (this.low === null || compareValues(this.low, value) > 0) this.low = value;
    if (this.high === null || compareValues(this.high, value) < 0) this.high = value;
  }

  private addToTrend(point: number): void {
    this.trend.push(point);
    if (this.trend.length > TREND_POINTS) this.trend.shift();
  }
}

function isNewer(sample: Sample, shown: Cell): boolean {
  if (sample.capturedUs !== shown.capturedUs) return sample.capturedUs > shown.capturedUs;
  return sample.recordSeq > shown.seq;
}
