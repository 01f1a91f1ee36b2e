/** /sessions and /lockouts: who is logged in, and whose failed log-ins count. */
import { z } from "zod";

import { ask, send } from "@/lib/api/http";
import { integerSchema, optionalInteger } from "@/lib/api/wire";

const sessionSchema = z.object({
  id: z.string(),
  user_id: z.string(),
  username: z.string(),
  display_name: z.string(),
  address: z.string(),
  began_us: integerSchema,
  last_used_us: integerSchema,
  current: z.boolean(),
});
export type ListedSession = z.infer<typeof sessionSchema>;
const sessionsSchema = z.object({ sessions: z.array(sessionSchema) });

const lockoutSchema = z.object({
  username: z.string(),
  failures: z.number(),
  limit: z.number(),
  last_failed_us: integerSchema,
  locked_until_us: optionalInteger,
});
export type Lockout = z.infer<typeof lockoutSchema>;
const lockoutsSchema = z.object({ lockouts: z.array(lockoutSchema) });

export const sessionsApi = {
  all: async (): Promise<ListedSession[]> => (await ask(sessionsSchema, "/sessions")).sessions,

  of: async (userId: string): Promise<ListedSession[]> => (await ask(sessionsSchema, `/sessions?user_id=${encodeURIComponent(userId)}`)).sessions,

  own: async (): Promise<ListedSession[]> => (await ask(sessionsSchema, "/session/own")).sessions,

  end: async (id: string, csrfToken: string): Promise<void> => void (await send(`/sessions/${id}`, { method: "DELETE", csrfToken })),

  endOwn: async (id: string, csrfToken: string): Promise<void> => void (await send(`/session/own/${id}`, { method: "DELETE", csrfToken })),
};

export const lockoutsApi = {
  list: async (): Promise<Lockout[]> => (await ask(lockoutsSchema, "/lockouts")).lockouts,

  clear: async (username: string, csrfToken: string): Promise<void> =>
    void (await send(`/lockouts?${new URLSearchParams({ username })}`, { method: "DELETE", csrfToken })),
};
