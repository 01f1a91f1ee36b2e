"use client";

import { classes } from "@/lib/classes";
import { formatAge } from "@/lib/format";
import { backlogText, proofText } from "@/lib/live/backlog";
import type { ClientStatus } from "@/lib/live/client-status";
import { useLive, usePageMs } from "@/lib/live/provider";

const REASONS: Readonly<Record<string, string>> = {
  clean: "stopped",
  lost: "connection lost",
  silent: "went silent",
  present: "",
};

/** Since when, how old the last data is, what is still to come, and how complete the record is. */
export function ClientFacts({ status }: { readonly status: ClientStatus }) {
  const { clock } = useLive();
  const nowMs = usePageMs();
  const backlog = backlogText(status);
  const reason = status.connected ? "" : (REASONS[status.connectedReason] ?? status.connectedReason);
  const since = status.connectedSinceUs === null ? null : formatAge(nowMs - clock.pageMs(status.connectedSinceUs, nowMs));
  return (
    <dl className="grid grid-cols-[auto_1fr] gap-x-3 gap-y-0.5 text-xs">
      <Fact name={status.connected ? "Up for" : "Down for"} value={since === null ? "never seen" : reason ? `${since} · ${reason}` : since} />
      <Fact name="Last data" value={status.lastDataMs === null ? "none yet" : formatAgo(nowMs - status.lastDataMs)} testId={`client-${status.id}-age`} />
      {backlog && <Fact name="Late data" testId={`client-${status.id}-queue`} value={backlog} />}
      <Fact name="Record" testId={`client-${status.id}-complete`} value={proofText(status)} isWide />
    </dl>
  );
}

const formatAgo = (ms: number): string => (ms < 1000 ? "now" : `${formatAge(ms)} ago`);

interface FactProps {
  readonly name: string;
  readonly value: string;
  readonly testId?: string;
  /** Takes the whole line; its name is for screen readers alone. */
  readonly isWide?: boolean;
}

function Fact({ name, value, testId, isWide = false }: FactProps) {
  return (
    <>
      <dt className={isWide ? "sr-only" : "text-ink-3"}>{name}</dt>
      <dd suppressHydrationWarning data-testid={testId} className={classes("text-ink-2 tabular-nums", isWide ? "col-span-2" : "truncate text-right")}>
        {value}
      </dd>
    </>
  );
}
