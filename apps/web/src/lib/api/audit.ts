/** /audit: who did what, from where, when, with what was before and after. */
import { z } from "zod";

import { ask } from "@/lib/api/http";
import { integerSchema } from "@/lib/api/wire";

const fieldsSchema = z.record(z.string(), z.json()).nullable();
export type AuditFields = z.infer<typeof fieldsSchema>;

const entrySchema = z.object({
  id: z.string(),
  at_us: integerSchema,
  actor: z.string(),
  address: z.string(),
  action: z.string(),
  subject: z.string(),
  before: fieldsSchema,
  after: fieldsSchema,
});
export type AuditEntry = z.infer<typeof entrySchema>;

const pageSchema = z.object({ entries: z.array(entrySchema), next: z.string().nullable() });
export type AuditPage = z.infer<typeof pageSchema>;

/** What is sought; empty means all. Times as `datetime-local` fields have them, in the visitor's zone. */
export interface AuditFilter {
  readonly search: string;
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  readonly from: string;
  readonly to: string;
}

export const NO_FILTER: AuditFilter = { search: "", actor: "", action: "", subject: "", from: "", to: "" };

/** The filter as the hub's query; `to` includes the whole minute that it names. */
export function auditQuery({ from, to, ...texts }: AuditFilter): URLSearchParams {
  const query = new URLSearchParams(Object.entries(texts).flatMap(([name, text]) => (text.trim() ? [[name, text.trim()]] : [])));
  const [fromMs, toMs] = [from, to].map((text) => new Date(text).getTime());
  if (fromMs !== undefined && !Number.isNaN(fromMs)) query.set("from_us", String(fromMs * 1000));
  if (toMs !== undefined && !Number.isNaN(toMs)) query.set("to_us", String((toMs + 60_000) * 1000));
  return query;
}

export const auditApi = {
  list: (query: URLSearchParams, before: string | null, signal: AbortSignal): Promise<AuditPage> => {
    const page = new URLSearchParams(query);
    if (before) page.set("before", before);
    return ask(pageSchema, `/audit?${page}`, { signal });
  },

  /** Where the same rows are served as CSV. */
  csvAddress: (query: URLSearchParams): string => `/api/v1/audit.csv?${query}`,
};
