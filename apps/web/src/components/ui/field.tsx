import type { ComponentProps, ReactNode } from "react";

import { classes } from "@/lib/classes";

export function Input({ className, ...rest }: ComponentProps<"input">) {
  return (
    <input
      className={classes(
        "h-10 w-full rounded-md border border-line-strong bg-ground px-3 text-sm text-ink placeholder:text-ink-3 focus-visible:outline-2 focus-visible:outline-offset-0 aria-invalid:border-down disabled:border-line disabled:text-ink-2",
        className,
      )}
      {...rest}
    />
  );
}

interface FieldProps {
  readonly id: string;
  readonly label: string;
  readonly error?: string | undefined;
  readonly hint?: string | undefined;
  readonly children: ReactNode;
}

/** A labelled control; its own `aria-describedby` should be `<id>-text`. */
export function Field({ id, label, error, hint, children }: FieldProps) {
  return (
    <div className="grid gap-1.5">
      <label htmlFor={id} className="text-xs font-medium text-ink-2">
        {label}
      </label>
      {children}
      <p id={`${id}-text`} className={classes("mb-1 min-h-4 text-xs", error ? "text-down" : "text-ink-3")}>
        {error ?? hint}
      </p>
    </div>
  );
}
