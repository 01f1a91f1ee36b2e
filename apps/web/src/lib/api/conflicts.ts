/** /conflicts and /refusals: values that lost against others, and changes that were refused. */
import { z } from "zod";

import { ask } from "@/lib/api/http";
import { integerSchema } from "@/lib/api/wire";

const claimSchema = z.object({ value: z.json(), actor: z.string(), node: z.string(), at_us: integerSchema });
export type Claim = z.infer<typeof claimSchema>;

const conflictSchema = z.object({
  id: z.string(),
  at_us: integerSchema,
  kind: z.string(),
  subject: z.string(),
  field: z.string(),
  losing: claimSchema,
  winning: claimSchema,
});
export type Conflict = z.infer<typeof conflictSchema>;

const fieldsSchema = z.record(z.string(), z.json()).nullable();

const refusalSchema = z.object({
  id: z.string(),
  at_us: integerSchema,
  client: z.string(),
  actor: z.string(),
  kind: z.string(),
  subject: z.string(),
  code: z.string(),
  text: z.string(),
  /** Null for a delete. */
  wanted: fieldsSchema,
  current: fieldsSchema,
});
export type Refusal = z.infer<typeof refusalSchema>;

const conflictPageSchema = z.object({ conflicts: z.array(conflictSchema), next: z.string().nullable() });
const refusalPageSchema = z.object({ refusals: z.array(refusalSchema), next: z.string().nullable() });

const query = (before: string | null): string => (before ? `?${new URLSearchParams({ before })}` : "");

export const conflictsApi = {
  conflicts: (before: string | null, signal: AbortSignal) => ask(conflictPageSchema, `/conflicts${query(before)}`, { signal }),

  refusals: (before: string | null, signal: AbortSignal) => ask(refusalPageSchema, `/refusals${query(before)}`, { signal }),
};
