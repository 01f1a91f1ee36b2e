/** /clients/…/link: the link of a demonstration client, which can be cut. */
import { z } from "zod";

import { ask } from "@/lib/api/http";
import { integerSchema } from "@/lib/api/wire";

const linkSchema = z.object({ state: z.enum(["up", "cut", "stalled"]), since_us: integerSchema });
export type Link = z.infer<typeof linkSchema>;

const path = (client: string): string => `/clients/${encodeURIComponent(client)}/link`;

export const linkApi = {
  show: (client: string, signal: AbortSignal): Promise<Link> => ask(linkSchema, path(client), { signal }),

  change: (client: string, state: Link["state"], csrfToken: string): Promise<Link> =>
    ask(linkSchema, path(client), { method: "PUT", body: { state }, csrfToken }),
};
