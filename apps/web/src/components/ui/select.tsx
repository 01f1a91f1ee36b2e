import type { ComponentProps } from "react";

import { classes } from "@/lib/classes";

/** The browser's own choice of one. */
export function Select({ className, ...rest }: ComponentProps<"select">) {
  return (
    <select
      className={classes("h-10 w-full min-w-0 rounded-md border border-line-strong bg-ground px-2.5 text-sm text-ink disabled:opacity-55", className)}
      {...rest}
    />
  );
}
