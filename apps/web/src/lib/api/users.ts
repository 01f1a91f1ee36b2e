/** /users: who may log in, and what their roles allow. */
import { z } from "zod";

import { ask, send } from "@/lib/api/http";
import { optionalInteger } from "@/lib/api/wire";

const heldRoleSchema = z.object({ id: z.string(), role_id: z.string(), role: z.string(), client: z.string() });
export type HeldRole = z.infer<typeof heldRoleSchema>;

export const userSchema = z.object({
  id: z.string(),
  username: z.string(),
  display_name: z.string(),
  enabled: z.boolean(),
  must_change_password: z.boolean(),
  has_password: z.boolean(),
  wanted_username: z.string(),
  version: z.number(),
  roles: z.array(heldRoleSchema),
  failures: z.number(),
  locked_until_us: optionalInteger,
});
export type User = z.infer<typeof userSchema>;

const pageSchema = z.object({ users: z.array(userSchema), total: z.number(), next: z.string().nullable() });
export type UserPage = z.infer<typeof pageSchema>;

const withPasswordSchema = z.object({ user: userSchema, password: z.string().nullable() });
export type UserWithPassword = z.infer<typeof withPasswordSchema>;

const pathSchema = z.object({ role_id: z.string(), role: z.string(), client: z.string(), permission_id: z.string(), permission: z.string() });
export type AccessPath = z.infer<typeof pathSchema>;
const accessSchema = z.object({
  enabled: z.boolean(),
  access: z.array(z.object({ permission: z.string(), description: z.string(), paths: z.array(pathSchema) })),
});
export type UserAccess = z.infer<typeof accessSchema>;

export interface RoleChoice {
  readonly role_id: string;
  readonly client: string;
}

export interface NewUser {
  readonly username: string;
  readonly display_name: string;
  /** null: the hub makes one. */
  readonly password: string | null;
  readonly roles: readonly RoleChoice[];
}

export interface UserFields {
  readonly username?: string;
  readonly display_name?: string;
  readonly enabled?: boolean;
}

const pathOf = (id: string): string => `/users/${encodeURIComponent(id)}`;

export const usersApi = {
  list: (search: string, after: string, signal?: AbortSignal, limit = 100): Promise<UserPage> =>
    ask(pageSchema, `/users?${new URLSearchParams({ search, after, limit: String(limit) })}`, signal ? { signal } : {}),

  show: (id: string): Promise<User> => ask(userSchema, pathOf(id)),

  access: (id: string): Promise<UserAccess> => ask(accessSchema, `${pathOf(id)}/access`),

  create: (user: NewUser, csrfToken: string): Promise<UserWithPassword> => ask(withPasswordSchema, "/users", { method: "POST", body: user, csrfToken }),

  change: (id: string, version: number, fields: UserFields, csrfToken: string): Promise<User> =>
    ask(userSchema, pathOf(id), { method: "PATCH", body: { version, ...fields }, csrfToken }),

  setPassword: (id: string, password: string | null, csrfToken: string): Promise<UserWithPassword> =>
    ask(withPasswordSchema, `${pathOf(id)}/password`, { method: "PUT", body: { password }, csrfToken }),

  remove: async (id: string, version: number, csrfToken: string): Promise<void> =>
    void (await send(`${pathOf(id)}?version=${version}`, { method: "DELETE", csrfToken })),

  endSessions: async (id: string, csrfToken: string): Promise<void> => void (await send(`${pathOf(id)}/sessions`, { method: "DELETE", csrfToken })),
};
