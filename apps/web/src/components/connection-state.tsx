import { CircleCheck, CircleDashed, Ban } from "lucide-react";

import { classes } from "@/lib/classes";
import type { ClientStatus } from "@/lib/live/client-status";

/** Whether a client is there, in words and with a sign of its own shape. */
export function ConnectionState({ status, className }: { readonly status: ClientStatus; readonly className?: string }) {
  const { word, tone, Sign } = look(status);
  return (
    <span
      data-testid={`client-${status.id}-state`}
      data-connected={status.connected}
      className={classes("inline-flex items-center gap-1.5 text-xs font-medium", tone, className)}
    >
      <Sign aria-hidden className="size-3.5" />
      {word}
    </span>
  );
}

function look(status: ClientStatus) {
  if (status.revoked) return { word: "Revoked", tone: "text-down", Sign: Ban };
  if (status.connected) return { word: "Connected", tone: "text-up", Sign: CircleCheck };
  return { word: "Disconnected", tone: "text-ink-3", Sign: CircleDashed };
}
