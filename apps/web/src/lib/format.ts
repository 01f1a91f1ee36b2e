/** Values, times and counts as text. 64-bit integers and decimals are never turned into floating point. */
import { Decimal, type Value } from "@/lib/contract";

const SIGNIFICANT_DIGITS = 7;
const MOST_FRACTION_DIGITS = 4;
export const MINUS = "\u2212";

/** Plain text of a value, exact, for attributes, tables and files. */
export function plainText(value: Value): string {
  return String(value);
}

/** A value for people: grouped digits, and for doubles at least `fractionDigits` digits after the point. */
export function formatValue(value: Value, fractionDigits = 0): string {
  if (value === null) return "null";
  if (typeof value === "boolean") return value ? "true" : "false";
  if (typeof value === "bigint") return groupDigits(value.toString());
  if (value instanceof Decimal) return groupDigits(value.toString());
  return formatDouble(value, fractionDigits);
}

/** Digits after the point that show a double to seven significant digits, without trailing zeros; at most 4. */
export function fractionDigitsOf(value: number): number {
  if (!Number.isFinite(value) || Number.isInteger(value) || isTiny(value)) return 0;
  const room = SIGNIFICANT_DIGITS - Math.max(1, Math.floor(Math.log10(Math.abs(value))) + 1);
  const text = value.toFixed(Math.min(MOST_FRACTION_DIGITS, Math.max(0, room)));
  return text.includes(".") ? text.replace(/0+$/, "").split(".")[1]!.length : 0;
}

function isTiny(value: number): boolean {
  return value !== 0 && Math.abs(value) < 0.001;
}

function formatDouble(value: number, fractionDigits: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : `${MINUS}∞`;
  if (isTiny(value) || Math.abs(value) >= 1e15) return value.toExponential(3).replace("e+", "e").replaceAll("-", MINUS);
  return groupDigits(value.toFixed(Math.max(fractionDigits, fractionDigitsOf(value))));
}

/** "-1234567.5" → "−1,234,567.5": groups of three before the point, and a typographic minus. */
export function groupDigits(text: string): string {
  const [whole = "", fraction] = text.replace(/^-/, "").split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return `${text.startsWith("-") ? MINUS : ""}${grouped}${fraction === undefined ? "" : `.${fraction}`}`;
}

const SHORT_LENGTH = 9;
const MAGNITUDES = ["", " k", " M", " G", " T", " P", " E"] as const;

/** A value in at most nine characters where a glance is enough, cut and not rounded: "25.27 G", "48.872". */
export function shortText(value: Value, fractionDigits = 0): string {
  const full = formatValue(value, fractionDigits);
  if (full.length <= SHORT_LENGTH || value === null || typeof value === "boolean") return full;
  const plain = typeof value === "number" && Math.abs(value) < 1e15 ? Math.trunc(value).toFixed(0) : plainText(value);
  const [whole = ""] = plain.replace(/^-/, "").split(".");
  const thousands = Math.floor((whole.length - 1) / 3);
  const magnitude = MAGNITUDES[thousands];
  if (thousands === 0 || !/^\d+$/.test(whole)) return full;
  const sign = plain.startsWith("-") ? MINUS : "";
  if (magnitude === undefined) return `${sign}${whole[0]}.${whole.slice(1, 4)}e${whole.length - 1}`;
  const head = whole.length - 3 * thousands;
  const tail = whole.slice(head, 4);
  return `${sign}${whole.slice(0, head)}${tail && "."}${tail}${magnitude}`;
}

/** The change from one value to the next with its sign ("+0.2", "−3"); empty where there is no number to subtract. */
export function formatDelta(from: Value, to: Value, fractionDigits = 0): string {
  let text = "";
  if (typeof from === "bigint" && typeof to === "bigint") text = groupDigits((to - from).toString());
  else if (typeof from === "number" && typeof to === "number") {
    const change = to - from;
    text = Number.isFinite(change) ? formatChange(change, fractionDigits) : "";
  } else if (from instanceof Decimal && to instanceof Decimal && from.scale === to.scale) {
    text = groupDigits(new Decimal(to.unscaled - from.unscaled, to.scale).toString());
  }
  return text && !text.startsWith(MINUS) && compareValues(from, to) < 0 ? `+${text}` : text;
}

/** The change of a double, no finer than its value is shown (21.4 − 21.2 = 0.1999999…), unless nothing would be left of it. */
function formatChange(change: number, fractionDigits: number): string {
  const rounded = change.toFixed(fractionDigits);
  return Number(rounded) === 0 || Math.abs(change) >= 1e15 ? formatDouble(change, fractionDigits) : groupDigits(rounded);
}

/** Negative when the value rose from `from` to `to`, positive when it fell, 0 when it is the same or can't be compared. */
export function compareValues(from: Value, to: Value): number {
  if (from instanceof Decimal && to instanceof Decimal) return compareDecimals(from, to);
  if (from === null || to === null || typeof from !== typeof to || from instanceof Decimal || to instanceof Decimal) return 0;
  return from < to ? -1 : from > to ? 1 : 0;
}

function compareDecimals(from: Decimal, to: Decimal): number {
  const scale = Math.max(from.scale, to.scale);
  const left = from.unscaled * 10n ** BigInt(scale - from.scale);
  const right = to.unscaled * 10n ** BigInt(scale - to.scale);
  return left < right ? -1 : left > right ? 1 : 0;
}

export function sameValue(left: Value, right: Value): boolean {
  if (left instanceof Decimal && right instanceof Decimal) return compareDecimals(left, right) === 0;
  return Object.is(left, right);
}

/** Where a value lies on a drawing: the only use of floating point for exact values. NaN where there is no place. */
export function pixelNumber(value: Value): number {
  if (value === null) return Number.NaN;
  if (typeof value === "boolean") return value ? 1 : 0;
  return value instanceof Decimal ? Number(value.unscaled) / 10 ** value.scale : Number(value);
}

const UNITS: Readonly<Record<string, string>> = { "1": "", Cel: "°C", By: "B", "By/s": "B/s", "[degF]": "°F", Ohm: "Ω" };

/** A UCUM unit as people write it; "[EUR]" and "{turns}" without their brackets. */
export function unitLabel(unit: string): string {
  return UNITS[unit] ?? unit.replace(/^[[{](.+)[\]}]$/, "$1");
}

export const formatCount = (count: bigint | number): string => groupDigits(count.toString());

/** A span as "3s", "4m 10s", "2h 5m", "3d 4h". Below a second: "now". */
export function formatAge(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 1) return "now";
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m ${seconds % 60}s`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)}h ${Math.floor((seconds % 3600) / 60)}m`;
  return `${Math.floor(seconds / 86_400)}d ${Math.floor((seconds % 86_400) / 3600)}h`;
}

/** A time still to go as "12 s", "4 min", "2 h 5 min"; at least a second. */
export function formatSpan(seconds: number): string {
  const whole = Math.max(1, Math.round(seconds));
  if (whole < 90) return `${whole} s`;
  const minutes = Math.round(whole / 60);
  if (minutes < 60) return `${minutes} min`;
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** A span in words for a screen reader: "2 seconds ago". */
export function spokenAge(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 1) return "now";
  const [count, word] =
    seconds < 60
      ? [seconds, "second"]
      : seconds < 3600
        ? [Math.floor(seconds / 60), "minute"]
        : [Math.floor(seconds / 3600), "hour"];
  return `${count} ${word}${count === 1 ? "" : "s"} ago`;
}
