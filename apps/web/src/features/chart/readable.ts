import { formatValue, groupDigits } from "@/lib/format";

/** A point's exact text for a glance: digits grouped, and of a double no more than it is worth. */
export function readable(text: string, isDouble: boolean): string {
  if (!/^-?\d+(\.\d+)?(e[+-]?\d+)?$/.test(text)) return text;
  return isDouble ? formatValue(Number(text)) : groupDigits(text);
}
