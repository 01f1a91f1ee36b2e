import { cva, type VariantProps } from "class-variance-authority";
import type { ComponentProps } from "react";

import { classes } from "@/lib/classes";

const styles = cva(
  "inline-flex shrink-0 cursor-pointer items-center justify-center gap-2 rounded-md font-medium whitespace-nowrap transition-colors select-none disabled:cursor-not-allowed disabled:opacity-55 [&_svg]:size-4 [&_svg]:shrink-0",
  {
    variants: {
      look: {
        primary: "bg-accent text-accent-ink hover:bg-accent/88",
        outline: "border border-line-strong bg-panel text-ink hover:bg-raised",
        quiet: "text-ink-2 hover:bg-raised hover:text-ink",
        danger: "border border-line-strong text-down hover:bg-down/12",
      },
      size: { small: "h-7 px-2.5 text-xs", medium: "h-9 px-3.5 text-sm", icon: "size-8" },
    },
    defaultVariants: { look: "outline", size: "medium" },
  },
);

export function Button({ look, size, className, type = "button", ...rest }: ComponentProps<"button"> & VariantProps<typeof styles>) {
  return <button type={type} className={classes(styles({ look, size }), className)} {...rest} />;
}
