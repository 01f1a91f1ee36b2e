/** Whether a set of granted permissions covers one. A grant is `resource:action`, and `*` stands for any word. */
export function may(granted: readonly string[], permission: string): boolean {
  const [resource, action] = permission.split(":");
  return granted.some((grant) => {
    const [grantedResource, grantedAction] = grant.split(":");
    return matches(grantedResource, resource) && matches(grantedAction, action);
  });
}

const matches = (grant: string | undefined, word: string | undefined): boolean => grant === "*" || grant === word;
