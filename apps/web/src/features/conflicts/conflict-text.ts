/** What people read of conflicts and refusals. Pure. */
import type { Claim, Conflict, Refusal } from "@/lib/api/conflicts";

const KINDS: Readonly<Record<string, string>> = {
  user: "User",
  role: "Role",
  permission: "Permission",
  role_grant: "Role of a user",
  permission_grant: "Permission of a role",
  config_value: "Configuration",
};
const PASSWORD = "password";

export const kindText = (kind: string): string => KINDS[kind] ?? kind;

/** A value; of a password nothing but that it is one. */
export function claimText({ field }: Pick<Conflict, "field">, { value }: Pick<Claim, "value">): string {
  if (field === PASSWORD) return "a password";
  if (value === null) return "none";
  if (value === "") return "empty";
  if (Array.isArray(value)) return value.length > 0 ? value.map(String).join(", ") : "none";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** "alice, at desktop-1" */
export function whoText({ actor, node }: Pick<Claim, "actor" | "node">): string {
  return `${actor || "somebody"}, ${node === "hub" ? "here" : `at ${node}`}`;
}

/** What a refused change would have done: "delete", or the fields that are other than what stands. */
export function wantedText({ wanted, current }: Pick<Refusal, "wanted" | "current">): string[] {
  if (wanted === null) return ["delete"];
  const names = Object.keys(wanted).filter((name) => current === null || JSON.stringify(current[name]) !== JSON.stringify(wanted[name]));
  return names.map((name) => {
    const value = claimText({ field: name }, { value: wanted[name] ?? null });
    return name === PASSWORD ? PASSWORD : `${name}: ${value}`;
  });
}
