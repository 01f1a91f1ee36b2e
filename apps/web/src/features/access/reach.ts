/** How far a permission reaches, from the paths that give it. */
import type { AccessPath } from "@/lib/api/users";

export interface Reach {
  readonly isHeld: boolean;
  /** For people. */
  readonly text: string;
}

/** Roles for single clients add up; one for all clients covers them. */
export function reachOf(paths: readonly Pick<AccessPath, "client">[]): Reach {
  if (paths.length === 0) return { isHeld: false, text: "No role gives it." };
  if (paths.some(({ client }) => client === "")) return { isHeld: true, text: "May, for all clients." };
  const clients = [...new Set(paths.map(({ client }) => client))].sort();
  return { isHeld: true, text: `May, for ${clients.join(", ")} alone.` };
}
