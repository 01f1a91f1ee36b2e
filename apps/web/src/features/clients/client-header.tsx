"use client";

import { ChevronLeft } from "lucide-react";
import Link from "next/link";

import { ConnectionState } from "@/components/connection-state";
import { RevokeClient } from "@/features/clients/revoke-client";
import { classes } from "@/lib/classes";
import { formatAge, formatCount } from "@/lib/format";
import { isSyncing, type ClientStatus } from "@/lib/live/client-status";
import { useLive, usePageMs } from "@/lib/live/provider";

/** One client's name and state, and the proof that nothing of it is missing. */
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
        <Figure name="Stored twice" value={status.duplicates > 0n ? `0 of ${formatCount(status.duplicates)} repeats` : "0"} tone="text-up" />
        <Figure name="Waiting at the client" value={waiting(status)} tone={status.queued > 0n && isSyncing(status) ? "text-late" : ""} />
      </dl>
    </header>
  );
}

function waiting(status: ClientStatus): string {
  if (status.queued === 0n) return "0";
  if (!isSyncing(status)) return formatCount(status.queued);
  const seconds = status.drainPerS ? Number(status.queued) / status.drainPerS : null;
  const left = `Syncing ${formatCount(status.queued)} left`;
  return seconds === null ? left : `${left}, ~${formatAge(seconds * 1000)}`;
}

function Figure({ name, value, tone = "" }: { readonly name: string; readonly value: string; readonly tone?: string }) {
  return (
    <div className="-mb-px border-b px-4 py-2.5 lg:border-l lg:first:border-l-0">
      <dt className="text-xs text-ink-3">{name}</dt>
      <dd className={classes("numeric mt-0.5 truncate text-sm", tone)}>{value}</dd>
    </div>
  );
}
