/** /roles, /permissions and the grants between them and users. */
import { z } from "zod";

import { ask, send } from "@/lib/api/http";

const heldSchema = z.object({ id: z.string(), permission_id: z.string(), permission: z.string() });

export const roleSchema = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  built_in: z.boolean(),
  version: z.number(),
  users: z.number(),
  permissions: z.array(heldSchema),
});
export type Role = z.infer<typeof roleSchema>;
const rolesSchema = z.object({ roles: z.array(roleSchema) });

const memberSchema = z.object({
  id: z.string(),
  user_id: z.string(),
  username: z.string(),
  display_name: z.string(),
  enabled: z.boolean(),
  client: z.string(),
});
export type Member = z.infer<typeof memberSchema>;
const membersSchema = z.object({ members: z.array(memberSchema), total: z.number(), next: z.string().nullable() });
export type MemberPage = z.infer<typeof membersSchema>;

export const permissionSchema = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  built_in: z.boolean(),
  version: z.number(),
  roles: z.array(z.object({ id: z.string(), role_id: z.string(), role: z.string() })),
});
export type Permission = z.infer<typeof permissionSchema>;
const permissionsSchema = z.object({ permissions: z.array(permissionSchema) });

const grantSchema = z.object({ id: z.string() });

export interface RoleFields {
  readonly name: string;
  readonly description: string;
}

const rolePath = (id: string): string => `/roles/${encodeURIComponent(id)}`;
const permissionPath = (id: string): string => `/permissions/${encodeURIComponent(id)}`;

export const rolesApi = {
  list: async (): Promise<Role[]> => (await ask(rolesSchema, "/roles")).roles,

  show: (id: string): Promise<Role> => ask(roleSchema, rolePath(id)),

  create: (role: RoleFields & { readonly permission_ids: readonly string[] }, csrfToken: string): Promise<Role> =>
    ask(roleSchema, "/roles", { method: "POST", body: role, csrfToken }),

  change: (id: string, version: number, fields: RoleFields, csrfToken: string): Promise<Role> =>
    ask(roleSchema, rolePath(id), { method: "PATCH", body: { version, ...fields }, csrfToken }),

  remove: async (id: string, version: number, csrfToken: string): Promise<void> =>
    void (await send(`${rolePath(id)}?version=${version}`, { method: "DELETE", csrfToken })),

  members: (id: string, search: string, after: string, signal?: AbortSignal): Promise<MemberPage> =>
    ask(membersSchema, `${rolePath(id)}/members?${new URLSearchParams({ search, after })}`, signal ? { signal } : {}),
};

export const permissionsApi = {
  list: async (): Promise<Permission[]> => (await ask(permissionsSchema, "/permissions")).permissions,

  create: (permission: RoleFields, csrfToken: string): Promise<Permission> =>
    ask(permissionSchema, "/permissions", { method: "POST", body: permission, csrfToken }),

  describe: (id: string, version: number, description: string, csrfToken: string): Promise<Permission> =>
    ask(permissionSchema, permissionPath(id), { method: "PATCH", body: { version, description }, csrfToken }),

  remove: async (id: string, version: number, csrfToken: string): Promise<void> =>
    void (await send(`${permissionPath(id)}?version=${version}`, { method: "DELETE", csrfToken })),
};

export const grantsApi = {
  giveRole: (userId: string, roleId: string, client: string, csrfToken: string): Promise<{ id: string }> =>
    ask(grantSchema, "/role-grants", { method: "POST", body: { user_id: userId, role_id: roleId, client }, csrfToken }),

  takeRole: async (grantId: string, csrfToken: string): Promise<void> => void (await send(`/role-grants/${grantId}`, { method: "DELETE", csrfToken })),

  givePermission: (roleId: string, permissionId: string, csrfToken: string): Promise<{ id: string }> =>
    ask(grantSchema, "/permission-grants", { method: "POST", body: { role_id: roleId, permission_id: permissionId }, csrfToken }),

  takePermission: async (grantId: string, csrfToken: string): Promise<void> =>
    void (await send(`/permission-grants/${grantId}`, { method: "DELETE", csrfToken })),
};
