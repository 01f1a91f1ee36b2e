/** Who may do what, by the rights that a session holds. The hub decides anew at every request. */

/** A permission, `resource:action` with `*` for any word; for one client or, when `client` is empty, for all. */
export interface Right {
  readonly permission: string;
  readonly client: string;
}

/** Whether `held` covers `permission`: for `client`, or, without one, for any client at all. */
export function may(held: readonly Right[], permission: string, client?: string): boolean {
  const [resource, action] = permission.split(":");
  return held.some((right) => {
    const [heldResource, heldAction] = right.permission.split(":");
    const isInScope = client === undefined || right.client === "" || right.client === client;
    return isInScope && matches(heldResource, resource) && matches(heldAction, action);
  });
}

const matches = (held: string | undefined, word: string | undefined): boolean => held === "*" || held === word;
