/** /session/password: how hard a password is to guess, before it is set. */
import { z } from "zod";

import { ask } from "@/lib/api/http";

const estimateSchema = z.object({ score: z.number().int().min(0).max(4), fault: z.string() });
export type Estimate = z.infer<typeof estimateSchema>;

export const passwordApi = {
  /** `names` are guessed first; `fault` says why the hub would refuse it, and is empty when it would not. */
  estimate: (password: string, names: readonly string[], csrfToken: string, signal: AbortSignal): Promise<Estimate> =>
    ask(estimateSchema, "/session/password/estimate", { method: "POST", body: { password, names: names.filter(Boolean) }, csrfToken, signal }),
};
