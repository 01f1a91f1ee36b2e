/** /clients/…/commands and /command-kinds: what a person may ask of a client, and how it goes. */
import { z } from "zod";

import { ask } from "@/lib/api/http";
import { integerSchema, optionalInteger } from "@/lib/api/wire";

const fieldSchema = z.object({
  name: z.string(),
  label: z.string(),
  type: z.enum(["integer", "number", "boolean", "choice", "text", "json"]),
  unit: z.string(),
  minimum: optionalInteger,
  maximum: optionalInteger,
  choices: z.array(z.string()),
  /** Absent is another thing than zero. */
  optional: z.boolean(),
  repeated: z.boolean(),
});
export type CommandField = z.infer<typeof fieldSchema>;

const kindSchema = z.object({
  kind: z.string(),
  label: z.string(),
  permission: z.string(),
  lifetime_s: z.number(),
  fields: z.array(fieldSchema),
});
export type CommandKind = z.infer<typeof kindSchema>;

const contentSchema = z.record(z.string(), z.json());
export type CommandContent = z.infer<typeof contentSchema>;

const STATES = ["queued", "sent", "received", "running", "done", "failed", "refused", "expired", "cancelled", "timed_out"] as const;
const stateSchema = z.enum(STATES);
export type CommandState = z.infer<typeof stateSchema>;

const commandSchema = z.object({
  id: z.string(),
  client: z.string(),
  kind: z.string(),
  label: z.string(),
  body: contentSchema,
  actor: z.string(),
  issued_us: integerSchema,
  expires_us: integerSchema,
  state: stateSchema,
  code: z.string(),
  text: z.string(),
  /** The share that is done, 0 to 1. */
  progress: z.number().nullable(),
  result: contentSchema.nullable(),
  withdrawn_by: z.string().nullable(),
  steps: z.array(z.object({ state: stateSchema, at_us: integerSchema, text: z.string() })),
});
export type Command = z.infer<typeof commandSchema>;

export interface CommandRequest {
  readonly kind: string;
  readonly body: CommandContent;
  readonly lifetime_s: number;
}

const path = (client: string): string => `/clients/${encodeURIComponent(client)}/commands`;

export const commandApi = {
  kinds: async (signal: AbortSignal): Promise<CommandKind[]> =>
    (await ask(z.object({ kinds: z.array(kindSchema) }), "/command-kinds", { signal })).kinds,

  /** The newest first. */
  list: async (client: string, limit: number, signal: AbortSignal): Promise<Command[]> =>
    (await ask(z.object({ commands: z.array(commandSchema) }), `${path(client)}?limit=${limit}`, { signal })).commands,

  show: (client: string, id: string): Promise<Command> => ask(commandSchema, `${path(client)}/${id}`),

  issue: (client: string, request: CommandRequest, idempotencyKey: string, csrfToken: string): Promise<Command> =>
    ask(commandSchema, path(client), { method: "POST", body: request, idempotencyKey, csrfToken }),

  cancel: (client: string, id: string, csrfToken: string): Promise<Command> =>
    ask(commandSchema, `${path(client)}/${id}/cancel`, { method: "POST", csrfToken }),
};
