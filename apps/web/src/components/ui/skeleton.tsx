import { classes } from "@/lib/classes";

export function Skeleton({ className }: { readonly className?: string }) {
  return <div aria-hidden className={classes("animate-pulse rounded-md bg-raised", className)} />;
}
