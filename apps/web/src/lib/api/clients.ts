/** /clients: what streams to this site, and its history. */
import { z } from "zod";

import { ask, send } from "@/lib/api/http";
import { countSchema, integerSchema, optionalInteger } from "@/lib/api/wire";

export const clientSchema = z.object({
  id: z.string(),
  display_name: z.string().nullish(),
  enrolled_us: optionalInteger,
  revoked: z.boolean().default(false),
  connected: z.boolean(),
  connected_since_us: optionalInteger,
  connected_reason: z.string().nullish(),
  last_seen_us: optionalInteger,
  queued: countSchema,
  oldest_captured_us: optionalInteger,
  complete_to: countSchema,
  last_record_seq: countSchema,
  missing: countSchema,
  duplicates: countSchema,
  lost: countSchema,
  /** A demonstration client: its link can be cut. */
  link_can_be_cut: z.boolean().default(false),
  /** It gets users with their password hashes: people can log in there. */
  holds_accounts: z.boolean().default(false),
});
export type ClientSummary = z.infer<typeof clientSchema>;

export const clientsSchema = z.object({ clients: z.array(clientSchema) });

const pointValueSchema = z.union([z.string(), z.number(), z.boolean()]).nullable();

const historySchema = z.object({
  metric: z.unknown(),
  points: z.array(
    z.object({
      t_us: integerSchema,
      v: pointValueSchema,
      min: pointValueSchema.optional(),
      max: pointValueSchema.optional(),
      replayed: z.boolean().default(false),
      quality: z.union([z.string(), z.number()]).nullish(),
    }),
  ),
  gaps: z.array(z.object({ from_us: integerSchema, to_us: integerSchema, cause: z.string() })).default([]),
  absences: z.array(z.object({ from_us: integerSchema, to_us: optionalInteger, reason: z.string() })).default([]),
  truncated: z.boolean().default(false),
});
export type History = z.infer<typeof historySchema>;
export type HistoryPoint = History["points"][number];
export type HistoryGap = History["gaps"][number];
export type Absence = History["absences"][number];

const completenessSchema = z.object({
  complete_to: countSchema,
  missing: countSchema,
  duplicates: countSchema,
  lost: countSchema,
  holes: z.array(z.object({ first_record_seq: integerSchema, last_record_seq: integerSchema })),
  losses: z.array(
    z.object({
      first_record_seq: optionalInteger,
      last_record_seq: optionalInteger,
      cause: z.string(),
      count: countSchema,
      from_us: integerSchema,
      to_us: integerSchema,
      reported_us: integerSchema,
      earlier_install: z.boolean().default(false),
    }),
  ),
  total_losses: countSchema,
  total_lost: countSchema,
});
export type Completeness = z.infer<typeof completenessSchema>;

export interface HistoryQuery {
  readonly client: string;
  readonly metric: string;
  readonly fromUs: bigint;
  readonly toUs: bigint;
  readonly maxPoints: number;
}

export const clientApi = {
  list: async (): Promise<ClientSummary[]> => (await ask(clientsSchema, "/clients")).clients,

  revoke: async (id: string, csrfToken: string): Promise<void> =>
    void (await send(`/clients/${encodeURIComponent(id)}/revoke`, { method: "POST", csrfToken })),

  holdsAccounts: async (id: string): Promise<boolean> =>
    (await ask(z.object({ holds_accounts: z.boolean() }), `/clients/${encodeURIComponent(id)}`)).holds_accounts,

  letHoldAccounts: async (id: string, holdsAccounts: boolean, csrfToken: string): Promise<void> =>
    void (await send(`/clients/${encodeURIComponent(id)}/accounts`, { method: "PUT", body: { holds_accounts: holdsAccounts }, csrfToken })),

  completeness: (id: string, signal: AbortSignal): Promise<Completeness> =>
    ask(completenessSchema, `/clients/${encodeURIComponent(id)}/completeness`, { signal }),

  history: ({ client, metric, fromUs, toUs, maxPoints }: HistoryQuery, signal: AbortSignal): Promise<History> => {
    const query = new URLSearchParams({
      metric,
      from_us: fromUs.toString(),
      to_us: toUs.toString(),
      max_points: maxPoints.toString(),
    });
    return ask(historySchema, `/clients/${encodeURIComponent(client)}/history?${query}`, { signal });
  },
};
