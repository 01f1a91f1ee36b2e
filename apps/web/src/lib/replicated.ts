/** Keys under which pages ask for what the hub's replica holds: all of it is asked for anew when something there changed. */
import { PEOPLE } from "@/lib/use-change";

export const CONFIGURATION = "configuration";
/** Conflicts and refusals. */
export const LOSSES = "losses";

export const REPLICATED = [PEOPLE, CONFIGURATION, LOSSES] as const;
