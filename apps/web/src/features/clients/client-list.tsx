"use client";

import Link from "next/link";

import { ClientFacts } from "@/components/client-facts";
import { ConnectionState } from "@/components/connection-state";
import type { ClientStatus } from "@/lib/live/client-status";
import { useStatuses } from "@/lib/live/provider";

/** Every client of the site: whether it is there, since when, and how complete its record is. */
export function ClientList() {
  const statuses = useStatuses();
  const connected = statuses.filter((status) => status.connected).length;
  return (
    <section aria-labelledby="clients-title" className="flex min-h-0 flex-col">
      <div className="flex h-11 shrink-0 items-center justify-between border-b px-4">
        <h2 id="clients-title" className="eyebrow">
          Clients
        </h2>
        <span data-testid="clients-connected" className="numeric text-xs text-ink-3">
          {connected} of {statuses.length} connected
        </span>
      </div>
      <ul>
        {statuses.map((status) => (
          <ClientItem key={status.id} status={status} />
        ))}
      </ul>
    </section>
  );
}

function ClientItem({ status }: { readonly status: ClientStatus }) {
  return (
    <li data-testid={`client-${status.id}`} className="relative border-b px-4 py-3 hover:bg-raised/60">
      <div className="mb-1.5 flex items-baseline justify-between gap-3">
        <Link href={`/clients/${encodeURIComponent(status.id)}`} className="truncate text-sm font-semibold after:absolute after:inset-0">
          {status.displayName}
        </Link>
        <ConnectionState status={status} />
      </div>
      <ClientFacts status={status} />
    </li>
  );
}
