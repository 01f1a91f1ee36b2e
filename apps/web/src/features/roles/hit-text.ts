import type { Role } from "@/lib/api/roles";

/** Whom the deletion of a role hits, for people. */
export function hitText({ users, permissions }: Pick<Role, "users" | "permissions">): string {
  if (users === 0) return "Nobody has it. A new role of this name starts from nothing.";
  const who = users === 1 ? "1 user loses it" : `${users.toLocaleString("en-GB")} users lose it`;
  const what = permissions.length === 1 ? "its permission" : `its ${permissions.length} permissions`;
  return `${who}, and with it ${permissions.length === 0 ? "nothing else: it is empty" : `${what}, unless another role gives them`}. It counts at once.`;
}
