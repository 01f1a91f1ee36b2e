/** From points to what is drawn: columns for the plot, with a break wherever data is missing. Pure. */
import { causeOf, type GapCause, type Knowledge } from "@/features/chart/gap-cause";
import { readable } from "@/features/chart/readable";
import type { HistoryPoint } from "@/lib/api/clients";
import type { Sample, Value } from "@/lib/contract";
import { pixelNumber, plainText } from "@/lib/format";

/** One point of the chart; its text is exact, its numbers are only places on the drawing. */
export interface ChartPoint {
  readonly us: bigint;
  readonly text: string;
  readonly at: number;
  readonly min: number;
  readonly max: number;
  readonly minText: string;
  readonly maxText: string;
  readonly late: boolean;
}

export interface ChartGap extends GapCause {
  readonly fromUs: bigint;
  readonly toUs: bigint;
  /** Reaches to the present. */
  readonly isOpen: boolean;
}

type Column = (number | null)[];

export interface ChartData {
  /** Seconds since 1970, as the plot wants them; beside it one column each. A null is a break. */
  readonly x: number[];
  readonly max: Column;
  readonly min: Column;
  readonly live: Column;
  readonly late: Column;
  readonly gaps: readonly ChartGap[];
}

type HistoryValue = HistoryPoint["v"];

/** Doubles of a bucket are averages: ten digits say all that they know. */
const textOf = (value: HistoryValue): string => (typeof value === "number" ? String(Number(value.toPrecision(10))) : String(value));

/** Places on the drawing are floating point; the text beside them is not. */
const placeOf = (value: HistoryValue): number => (value === null ? Number.NaN : Number(value));

export function pointOfHistory({ t_us, v, min = v, max = v, replayed }: HistoryPoint): ChartPoint {
  const [minText, maxText] = [textOf(min), textOf(max)];
  return { us: t_us, text: textOf(v), at: placeOf(v), min: placeOf(min), max: placeOf(max), minText, maxText, late: replayed };
}

export function pointOfSample({ capturedUs, value }: Sample, late: boolean): ChartPoint {
  const text = plainText(value);
  const at = pixelNumber(value satisfies Value);
  return { us: capturedUs, text, at, min: at, max: at, minText: text, maxText: text, late };
}

/** History, then whatever came later than it; ordered by time, and each moment once. */
export function merged(history: readonly ChartPoint[], arrived: readonly ChartPoint[], fromUs: bigint): ChartPoint[] {
  const lastUs = history.at(-1)?.us ?? 0n;
  const later = arrived.filter((point) => point.us > lastUs).sort((left, right) => (left.us < right.us ? -1 : 1));
  return [...history, ...later].filter((point) => point.us >= fromUs);
}

/** The longest silence between two points that is still drawn as a line, in µs. */
export function allowedSilenceUs(intervalMs: number, spanUs: bigint, maxPoints: number): bigint {
  const byInterval = BigInt(Math.max(3 * intervalMs, 5000)) * 1000n;
  const byBucket = (spanUs * 5n) / BigInt(2 * maxPoints);
  return byInterval > byBucket ? byInterval : byBucket;
}

/** What is drawn between two moments; `endUs` is where data could reach to by now, null when that can't be said. */
export interface Stretch {
  readonly fromUs: bigint;
  readonly endUs: bigint | null;
  /** The longest silence that is no gap. */
  readonly silenceUs: bigint;
}

export function chartData(points: readonly ChartPoint[], known: Knowledge, { fromUs, endUs, silenceUs }: Stretch): ChartData {
  const data = { x: [] as number[], max: [] as Column, min: [] as Column, live: [] as Column, late: [] as Column };
  const gaps: ChartGap[] = [];
  const note = (from: bigint, to: bigint, isOpen = false) => gaps.push({ fromUs: from, toUs: to, isOpen, ...causeOf(from, to, known) });
  let before: ChartPoint | undefined;
  for (const point of points) {
    if (before && (point.us - before.us > silenceUs || isLossBetween(before, point, known))) {
      note(before.us, point.us);
      addRow(data, Number(before.us) / 1e6 + 0.001, null, false);
      before = undefined;
    }
    addRow(data, Number(point.us) / 1e6, point, point.late);
    if (before && before.late !== point.late) join(data);
    before = point;
  }
  const lastUs = points.at(-1)?.us ?? fromUs;
  if (endUs !== null && endUs - lastUs > silenceUs && (before || causeOf(lastUs, endUs, known).kind !== "none")) note(lastUs, endUs, true);
  return { ...data, gaps };
}

const isLossBetween = (before: ChartPoint, point: ChartPoint, { losses }: Knowledge): boolean =>
  losses.some((loss) => loss.from_us >= before.us && loss.to_us <= point.us);

function addRow(data: Omit<ChartData, "gaps">, x: number, point: ChartPoint | null, late: boolean): void {
  const at = point && Number.isFinite(point.at) ? point.at : null;
  data.x.push(x);
  data.live.push(late ? null : at);
  data.late.push(late ? at : null);
  data.min.push(at === null ? null : point!.min);
  data.max.push(at === null ? null : point!.max);
}

/** Lets the late line reach the live point beside it, so that the change of style is not a break. */
function join({ live, late }: Omit<ChartData, "gaps">): void {
  const last = live.length - 1;
  if (late[last] === null) late[last] = live[last] ?? null;
  else late[last - 1] = live[last - 1] ?? null;
}

interface SummaryHead {
  readonly title: string;
  readonly unit: string;
  readonly isDouble: boolean;
  /** "last 5 minutes" */
  readonly range: string;
}

/** The chart in a sentence, for whoever can't see it. */
export function summary({ title, unit, isDouble, range }: SummaryHead, points: readonly ChartPoint[], gaps: number): string {
  const drawn = points.filter((point) => Number.isFinite(point.at));
  if (drawn.length === 0) return `${title}, ${range}: no data.`;
  const low = drawn.reduce((least, point) => (point.min < least.min ? point : least));
  const high = drawn.reduce((most, point) => (point.max > most.max ? point : most));
  const late = points.filter((point) => point.late).length;
  const parts = [
    `${points.length} points from ${readable(low.minText, isDouble)} to ${readable(high.maxText, isDouble)} ${unit}`.trim(),
    `latest ${readable(drawn.at(-1)!.text, isDouble)} ${unit}`.trim(),
    `${gaps} ${gaps === 1 ? "gap" : "gaps"}`,
    ...(late > 0 ? [`${late} delivered late`] : []),
  ];
  return `${title}, ${range}: ${parts.join(", ")}.`;
}
