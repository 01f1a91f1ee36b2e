/** Keys under which pages ask for what the hub's replica holds: all of it is asked for anew when something there changed. */
import { PEOPLE } from "@/lib/use-change";

export const CONFIGURATION = "configuration";
/** Conflicts and refusals. */
export const LOSSES = "losses";

/** The newest of the audit log, asked for anew whenever something was done. */
export const AUDIT_NEWS = "audit-news";

export const REPLICATED = [PEOPLE, CONFIGURATION, LOSSES] as const;
