/** What an entry of the audit log says, field by field. Pure. */
import type { AuditEntry, AuditFields } from "@/lib/api/audit";

export interface FieldChange {
  readonly name: string;
  /** Null when there was, or is, no such field. */
  readonly before: string | null;
  readonly after: string | null;
}

/** Every field that is in either, in the order of the names. */
export function changesOf({ before, after }: Pick<AuditEntry, "before" | "after">): FieldChange[] {
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])].sort();
  return names.map((name) => ({ name, before: textOf(before, name), after: textOf(after, name) }));
}

function textOf(fields: AuditFields, name: string): string | null {
  if (fields === null || !(name in fields)) return null;
  const value = fields[name];
  if (Array.isArray(value)) return value.length > 0 ? value.map(plain).join(", ") : "none";
  return plain(value);
}

/** How many entries of the newest page came after the newest that is shown; null when the page is not long enough to tell. */
export function newerThan(shownId: string | null, newest: readonly AuditEntry[], isWhole: boolean): number | null {
  const newer = newest.filter(({ id }) => shownId === null || BigInt(id) > BigInt(shownId)).length;
  return newer === newest.length && newer > 0 && !isWhole ? null : newer;
}

/** "1 new entry: show it", "3 new entries: show them". */
export function newsText(newer: number | null, longest: number): string {
  if (newer === 1) return "1 new entry: show it";
  return `${newer ?? `${longest} or more`} new entries: show them`;
}

const plain = (value: unknown): string =>
  value === "" ? "empty" : value === null ? "none" : typeof value === "object" ? JSON.stringify(value) : String(value);
