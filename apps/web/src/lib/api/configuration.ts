/** /configuration: typed keys, the values of the site and of its clients, and how far each client has come. */
import { z } from "zod";

import { ask } from "@/lib/api/http";
import { integerSchema, optionalInteger } from "@/lib/api/wire";

const TYPES = ["integer", "float", "decimal", "boolean", "text", "enum", "words", "secret"] as const;
const typeSchema = z.enum(TYPES);
export type SettingType = z.infer<typeof typeSchema>;

/** Integers and decimals are text; null means not set, or a secret. */
const scalarSchema = z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]).nullable();
export type Scalar = z.infer<typeof scalarSchema>;

const keySchema = z.object({
  key: z.string(),
  type: typeSchema,
  description: z.string(),
  unit: z.string(),
  minimum: optionalInteger,
  maximum: optionalInteger,
  choices: z.array(z.string()),
  default: scalarSchema,
});
export type ConfigKey = z.infer<typeof keySchema>;

export const valueSchema = z.object({
  key: z.string(),
  /** Empty for the whole site. */
  client: z.string(),
  type: typeSchema,
  value: scalarSchema,
  is_set: z.boolean(),
  version: z.number(),
  changed_us: integerSchema,
  changed_by: z.string(),
});
export type ConfigValue = z.infer<typeof valueSchema>;

const clientSchema = z.object({
  client: z.string(),
  display_name: z.string(),
  reported: optionalInteger,
  state: z.enum(["applied", "pending", "rejected", "unknown"]),
  reason: z.string(),
  differences: z.array(z.object({ key: z.string(), reported: scalarSchema, is_known: z.boolean(), desired: scalarSchema })),
});
export type ClientConfiguration = z.infer<typeof clientSchema>;

const configurationSchema = z.object({
  revision: integerSchema,
  keys: z.array(keySchema),
  values: z.array(valueSchema),
  clients: z.array(clientSchema),
});
export type Configuration = z.infer<typeof configurationSchema>;

/** Where a value stands: for one client, or with an empty `client` for the site; and the version that was looked at. */
export interface Slot {
  readonly key: string;
  readonly client: string;
  /** Null when it was not set. */
  readonly version: number | null;
}

const path = (key: string): string => `/configuration/${encodeURIComponent(key)}`;

export const configurationApi = {
  show: (signal: AbortSignal): Promise<Configuration> => ask(configurationSchema, "/configuration", { signal }),

  set: ({ key, client, version }: Slot, value: Scalar, csrfToken: string): Promise<ConfigValue> =>
    ask(valueSchema, path(key), { method: "PUT", body: { client, version, value }, csrfToken }),

  unset: ({ key, client, version }: Slot, csrfToken: string): Promise<ConfigValue> =>
    ask(valueSchema, `${path(key)}?${new URLSearchParams({ client, version: String(version ?? 0) })}`, { method: "DELETE", csrfToken }),
};
