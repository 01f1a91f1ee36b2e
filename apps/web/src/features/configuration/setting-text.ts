/** A key's value as text that people read and write. What the page refuses, hub and clients refuse with the same words. Pure. */
import type { ConfigKey, Scalar } from "@/lib/api/configuration";
import { groupDigits, unitLabel } from "@/lib/format";

const MOST = (1n << 63n) - 1n;
const MAX_TEXT = 4096;

/** What a form's field holds for a value: a list has a line for each word. */
export function editText(value: Scalar): string {
  return Array.isArray(value) ? value.join("\n") : value === null ? "" : String(value);
}

/** The one of an enum's names that is `choice`, without what they all begin with: "drop oldest" for BUFFER_POLICY_DROP_OLDEST. */
export function choiceText(choices: readonly string[], choice: string): string {
  const words = choice.split("_");
  const shared = words.findIndex((word, place) => choices.some((other) => other.split("_")[place] !== word));
  return choices.includes(choice) && shared > 0 ? words.slice(shared).join(" ").toLowerCase() : choice;
}

/** "1,000 ms" */
export function shownText({ type, unit, choices }: Pick<ConfigKey, "type" | "unit" | "choices">, value: Scalar): string {
  if (type === "secret") return "•••";
  if (value === null) return "—";
  if (Array.isArray(value)) return value.length > 0 ? value.join(", ") : "empty";
  if (type === "enum") return choiceText(choices, String(value));
  const text = type === "integer" ? groupDigits(String(value)) : String(value);
  return text === "" ? "empty" : [text, unitLabel(unit)].filter(Boolean).join(" ");
}

/** The value that `text` stands for. */
export function readText({ type }: Pick<ConfigKey, "type">, text: string): Scalar {
  switch (type) {
    case "words":
      return text.split(/\s+/).filter(Boolean);
    case "boolean":
      return text === "true";
    case "float":
      return Number(text.trim());
    case "integer":
    case "decimal":
      return text.trim();
    default:
      return text;
  }
}

/** What is wrong with `text` for this key; empty when nothing is. */
export function faultOf(key: Pick<ConfigKey, "type" | "unit" | "minimum" | "maximum" | "choices">, text: string): string {
  const trimmed = text.trim();
  switch (key.type) {
    case "integer":
      return isInteger(trimmed) ? boundsFault(key, BigInt(trimmed)) : "Expected a whole number.";
    case "float":
      return trimmed !== "" && Number.isFinite(Number(trimmed)) ? boundsFault(key, Number(trimmed)) : "Expected a number.";
    case "decimal":
      return /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(trimmed) ? boundsFault(key, Number(trimmed)) : "Expected a decimal number.";
    case "enum":
      return key.choices.includes(text) ? "" : `Expected one of the choices: ${key.choices.join(", ")}.`;
    case "text":
    case "secret":
      return text.length > MAX_TEXT ? `At most ${MAX_TEXT} characters, none of them zero.` : "";
    default:
      return "";
  }
}

function isInteger(text: string): boolean {
  return /^-?\d+$/.test(text) && BigInt(text) <= MOST && BigInt(text) >= -MOST - 1n;
}

function boundsFault({ minimum, maximum, unit }: Pick<ConfigKey, "minimum" | "maximum" | "unit">, number: bigint | number): string {
  const suffix = unit ? ` ${unit}.` : ".";
  if (minimum !== null && number < minimum) return `At least ${minimum}${suffix}`;
  if (maximum !== null && number > maximum) return `At most ${maximum}${suffix}`;
  return "";
}
