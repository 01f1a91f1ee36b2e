import type { ReactNode } from "react";

import { classes } from "@/lib/classes";

const TONES = {
  plain: "border-line-strong text-ink-2",
  good: "border-up/40 text-up",
  bad: "border-down/40 text-down",
  warn: "border-warn/40 text-warn",
  accent: "border-accent/40 text-accent",
} as const;

/** A word about a thing's state. */
export function Badge({ tone = "plain", children }: { readonly tone?: keyof typeof TONES; readonly children: ReactNode }) {
  return <span className={classes("inline-flex h-5 items-center gap-1 rounded-sm border px-1.5 text-xs whitespace-nowrap", TONES[tone])}>{children}</span>;
}
