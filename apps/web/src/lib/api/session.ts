/** /session: who is logged in. */
import { z } from "zod";

import { ask, send } from "@/lib/api/http";

export const sessionSchema = z.object({
  user: z.object({
    id: z.coerce.string(),
    username: z.string(),
    display_name: z.string().nullish(),
    must_change_password: z.boolean().default(false),
  }),
  rights: z.array(z.object({ permission: z.string(), client: z.string() })),
  csrf_token: z.string(),
  /** After so many seconds without use the session ends. */
  idle_s: z.number().positive(),
});
export type Session = z.infer<typeof sessionSchema>;

/** What the hub tells an open page when its person or rights have changed. */
export const sessionNewsSchema = sessionSchema.pick({ user: true, rights: true });
export type SessionNews = z.infer<typeof sessionNewsSchema>;

/** Why a session ended: the account was disabled or deleted, nobody used it, or somebody ended it. */
export const endingSchema = z.enum(["access", "idle", "ended"]).catch("ended");
export type Ending = z.infer<typeof endingSchema>;

export const loginPath = (why: Ending): string => `/login?ended=${why}`;

export const sessionApi = {
  show: (): Promise<Session> => ask(sessionSchema, "/session"),

  logIn: (username: string, password: string): Promise<Session> =>
    ask(sessionSchema, "/session", { method: "POST", body: { username, password } }),

  logOut: async (csrfToken: string): Promise<void> => void (await send("/session", { method: "DELETE", csrfToken })),

  changePassword: async (current: string, next: string, csrfToken: string): Promise<void> =>
    void (await send("/session/password", { method: "PUT", body: { current, new: next }, csrfToken })),
};
