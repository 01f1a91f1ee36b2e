/** What a row of the ticker says, worked out from its cell: drawn by React first and by the row painter ever after. */
import type { QualityWord } from "@/lib/contract";
import { formatAge, pixelNumber, plainText, shortText, spokenAge, unitLabel } from "@/lib/format";
import type { Cell, Direction, Surroundings } from "@/lib/live/cell";
import { clockTime } from "@/lib/time";

const LONG = 21;

export interface RowView {
  readonly value: string;
  /** Too long for the usual size of type. */
  readonly isLong: boolean;
  readonly exact: string;
  readonly glyph: string;
  readonly delta: string;
  readonly unit: string;
  readonly direction: Direction;
  readonly quality: QualityWord;
  readonly state: string;
  readonly age: string;
  readonly low: string;
  readonly high: string;
  /** Where the value lies between low and high, 0 to 1; null when there is no range. */
  readonly place: number | null;
  readonly seq: string;
  readonly ts: string;
  readonly label: string;
}

const GLYPHS: Readonly<Record<Direction, string>> = { up: "▲", down: "▼", flat: "·" };
const WORDS: Readonly<Record<Direction, string>> = { up: "up", down: "down", flat: "unchanged" };

export function rowView(cell: Cell, surroundings: Surroundings): RowView {
  const quality = cell.isEmpty ? "offline" : cell.quality(surroundings);
  const ageMs = surroundings.nowMs - cell.measuredMs;
  const unit = unitLabel(cell.metric.unit);
  const value = cell.isEmpty ? "—" : cell.text;
  const place = placeInRange(cell);
  return {
    value,
    isLong: value.length > LONG,
    unit,
    quality,
    exact: cell.isEmpty ? "" : plainText(cell.value),
    glyph: GLYPHS[cell.direction],
    delta: cell.delta,
    direction: cell.direction,
    state: stateText(quality, cell),
    age: cell.isEmpty ? "—" : formatAge(ageMs),
    low: place === null ? "" : shortText(cell.low, cell.fractionDigits),
    high: place === null ? "" : shortText(cell.high, cell.fractionDigits),
    place,
    seq: cell.seq.toString(),
    ts: cell.capturedUs.toString(),
    label: label(cell, value, unit, quality, ageMs),
  };
}

function stateText(quality: QualityWord, cell: Cell): string {
  if (cell.isEmpty) return "no data";
  return quality === "stale" || quality === "offline" ? `as of ${clockTime(cell.capturedUs)}` : quality === "backfill" ? "late" : quality;
}

function placeInRange(cell: Cell): number | null {
  const [low, high, at] = [pixelNumber(cell.low), pixelNumber(cell.high), pixelNumber(cell.value)];
  const width = high - low;
  return width > 0 && Number.isFinite(at) ? (at - low) / width : null;
}

/** "Temperature 21.4 °C, up 0.2, 2 seconds ago" */
function label(cell: Cell, value: string, unit: string, quality: QualityWord, ageMs: number): string {
  if (cell.isEmpty) return `${cell.metric.name}, no data yet`;
  const reading = [cell.metric.name, value, unit].filter(Boolean).join(" ");
  const change = `${WORDS[cell.direction]} ${cell.delta.replace(/^[+−]/, "")}`.trim();
  const doubt = quality === "live" ? [] : [quality];
  return [reading, change, spokenAge(ageMs), ...doubt].join(", ");
}
