/** /enrolment-codes: with which a new client gets its identity. */
import { z } from "zod";

import { ask, send } from "@/lib/api/http";
import { integerSchema, optionalInteger } from "@/lib/api/wire";

const codeSchema = z.object({
  id: z.coerce.string(),
  client: z.string(),
  created_us: optionalInteger,
  expires_us: integerSchema,
  used_us: optionalInteger,
  revoked_us: optionalInteger,
  created_by: z.string().nullish(),
  holds_accounts: z.boolean().default(false),
});
export type EnrolmentCode = z.infer<typeof codeSchema>;
const codesSchema = z.object({ codes: z.array(codeSchema) });

const issuedSchema = z.object({ code: z.string(), client: z.string(), expires_us: integerSchema, holds_accounts: z.boolean().default(false) });
export type IssuedCode = z.infer<typeof issuedSchema>;

export interface WantedCode {
  readonly client: string;
  readonly validForS: number;
  /** Whether the client gets users with their password hashes, so that people can log in there. */
  readonly holdsAccounts: boolean;
}

export const enrolmentApi = {
  list: async (): Promise<EnrolmentCode[]> => (await ask(codesSchema, "/enrolment-codes")).codes,

  issue: ({ client, validForS, holdsAccounts }: WantedCode, csrfToken: string): Promise<IssuedCode> =>
    ask(issuedSchema, "/enrolment-codes", {
      method: "POST",
      body: { client, valid_for_s: validForS, holds_accounts: holdsAccounts },
      csrfToken,
    }),

  revoke: async (id: string, csrfToken: string): Promise<void> =>
    void (await send(`/enrolment-codes/${encodeURIComponent(id)}`, { method: "DELETE", csrfToken })),
};
