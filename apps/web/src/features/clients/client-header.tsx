"use client";

import { ChevronLeft } from "lucide-react";
import Link from "next/link";

import { ConnectionState } from "@/components/connection-state";
import { AccountsRight } from "@/features/clients/accounts-right";
import { RevokeClient } from "@/features/clients/revoke-client";
import { classes } from "@/lib/classes";
import { formatAge, formatCount } from "@/lib/format";
import { backlogText, isSyncing, leftToSend } from "@/lib/live/backlog";
import type { ClientStatus } from "@/lib/live/client-status";
import { useLive, usePageMs } from "@/lib/live/provider";

/** One client's name and state, and how its delivery stands. */
export function ClientHeader({ status }: { readonly status: ClientStatus }) {
  const { clock } = useLive();
  const nowMs = usePageMs();
  const since = status.connectedSinceUs === null ? "—" : formatAge(nowMs - clock.pageMs(status.connectedSinceUs, nowMs));
  return (
    <header className="panel overflow-hidden">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-3">
        <Link href="/" aria-label="Back to all clients" className="-ml-2 grid size-8 place-items-center rounded-md text-ink-3 hover:bg-raised hover:text-ink">
          <ChevronLeft aria-hidden className="size-4" />
        </Link>
        <h1 className="-ml-2 truncate text-lg font-semibold tracking-tight">{status.displayName}</h1>
        {status.displayName !== status.id && <span className="numeric text-xs text-ink-3">{status.id}</span>}
        <ConnectionState status={status} />
        {!status.revoked && <RevokeClient id={status.id} name={status.displayName} />}
      </div>
      <dl className="grid grid-cols-2 border-t sm:grid-cols-3 lg:grid-cols-6">
        <Figure name={status.connected ? "Up for" : "Down for"} value={since} />
        <Figure name="Last data" value={status.lastDataMs === null ? "none yet" : formatAge(nowMs - status.lastDataMs)} />
        <Figure name="Complete to record" value={formatCount(status.completeTo)} />
        <Figure name="Missing" value={formatCount(status.missing)} tone={status.missing > 0n ? "text-down" : "text-up"} />
        <Figure name="Waiting at the client" value={waiting(status)} tone={isSyncing(status) ? "text-late" : ""} testId="client-waiting" />
        <Figure name="Oldest waiting" value={oldest(status, clock.hubUs(nowMs))} testId="client-oldest" />
      </dl>
      {!status.revoked && <AccountsRight id={status.id} name={status.displayName} />}
    </header>
  );
}

/** Nobody can know what a client queues that can't be heard. */
function waiting(status: ClientStatus): string {
  if (!status.connected && status.connectedReason !== "clean") return "unknown until it is back";
  return backlogText(status) || formatCount(leftToSend(status));
}

function oldest(status: ClientStatus, hubUs: bigint | null): string {
  if (!status.connected || status.oldestCapturedUs === null || hubUs === null || leftToSend(status) === 0n) return "—";
  return formatAge(Number(hubUs + status.clockOffsetUs - status.oldestCapturedUs) / 1000);
}

interface FigureProps {
  readonly name: string;
  readonly value: string;
  readonly tone?: string;
  readonly testId?: string;
}

function Figure({ name, value, tone = "", testId }: FigureProps) {
  return (
    <div className="-mb-px border-b px-4 py-2.5 lg:border-l lg:first:border-l-0">
      <dt className="text-xs text-ink-3">{name}</dt>
      <dd suppressHydrationWarning data-testid={testId} title={value} className={classes("numeric mt-0.5 truncate text-sm", tone)}>{value}</dd>
    </div>
  );
}
