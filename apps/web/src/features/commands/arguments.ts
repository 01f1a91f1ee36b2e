/** From what a form's fields hold to a command's body. The hub and the client refuse the same values with the same words. Pure. */
import type { CommandContent, CommandField } from "@/lib/api/commands";

/** What stands in each field; check boxes hold "true" or "". */
export type FieldTexts = Readonly<Record<string, string>>;

export interface ReadArguments {
  readonly body: CommandContent;
  /** What is wrong, by the field's name. */
  readonly faults: Readonly<Record<string, string>>;
}

/** Empty fields are left out: the schema's zero, or absent where that is another thing. */
export function readArguments(fields: readonly CommandField[], texts: FieldTexts): ReadArguments {
  const body: CommandContent = {};
  const faults: Record<string, string> = {};
  for (const field of fields) {
    const text = (texts[field.name] ?? "").trim();
    if (text === "" && !(field.minimum !== null && field.minimum > 0n && !field.optional)) continue;
    const fault = faultOf(field, text || "0");
    if (fault) faults[field.name] = fault;
    else body[field.name] = valueOf(field, text);
  }
  return { body, faults };
}

/** Whether a plain field can ask for it; everything else is asked for as JSON. */
export const isPlain = (field: CommandField): boolean => field.type !== "json" && !field.repeated;

function faultOf(field: CommandField, text: string): string {
  if (!isPlain(field)) return isJson(text) ? "" : `${field.label} must be JSON`;
  if (field.type === "number") return Number.isFinite(Number(text)) ? boundsFault(field, Number(text), text) : `${field.label} must be a number`;
  if (field.type !== "integer") return "";
  if (!/^-?\d+$/.test(text)) return `${field.label} must be a whole number`;
  return boundsFault(field, BigInt(text), text);
}

function boundsFault({ label, minimum, maximum }: CommandField, number: bigint | number, text: string): string {
  if (minimum !== null && number < minimum) return `${label} must be at least ${minimum}, not ${text}`;
  if (maximum !== null && number > maximum) return `${label} must be at most ${maximum}, not ${text}`;
  return "";
}

function valueOf(field: CommandField, text: string): CommandContent[string] {
  if (!isPlain(field)) return JSON.parse(text) as CommandContent[string];
  if (field.type === "boolean") return text === "true";
  if (field.type === "number") return Number(text);
  // Text, also for integers: JSON's numbers would change those of 64 bits.
  return text;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
