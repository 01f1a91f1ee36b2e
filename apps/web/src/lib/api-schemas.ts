/** What the HTTP API answers, checked at the door. 64-bit integers and decimals come as strings. */
import { z } from "zod";

const integerSchema = z.union([z.string().regex(/^-?\d+$/), z.number().int()]).transform((text) => BigInt(text));
const optionalInteger = integerSchema.nullish().transform((number) => number ?? null);
const countSchema = integerSchema.nullish().transform((number) => number ?? 0n);

export const sessionSchema = z.object({
  user: z.object({
    id: z.coerce.string(),
    username: z.string(),
    display_name: z.string().nullish(),
    must_change_password: z.boolean().default(false),
  }),
  permissions: z.array(z.string()),
  csrf_token: z.string(),
});
export type Session = z.infer<typeof sessionSchema>;

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
});
export type ClientSummary = z.infer<typeof clientSchema>;

export const clientsSchema = z.object({ clients: z.array(clientSchema) });

const pointValueSchema = z.union([z.string(), z.number(), z.boolean()]).nullable();

export const historySchema = z.object({
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
  truncated: z.boolean().default(false),
});
export type History = z.infer<typeof historySchema>;
export type HistoryPoint = History["points"][number];
export type HistoryGap = History["gaps"][number];

export const enrolmentCodeSchema = z.object({
  id: z.coerce.string(),
  client: z.string(),
  created_us: optionalInteger,
  expires_us: integerSchema,
  used_us: optionalInteger,
  revoked_us: optionalInteger,
  created_by: z.string().nullish(),
});
export type EnrolmentCode = z.infer<typeof enrolmentCodeSchema>;
export const enrolmentCodesSchema = z.object({ codes: z.array(enrolmentCodeSchema) });

export const issuedCodeSchema = z.object({ code: z.string(), client: z.string(), expires_us: integerSchema });
export type IssuedCode = z.infer<typeof issuedCodeSchema>;

export const problemSchema = z.object({
  title: z.string().optional(),
  detail: z.string().nullish(),
  code: z.string().optional(),
});
