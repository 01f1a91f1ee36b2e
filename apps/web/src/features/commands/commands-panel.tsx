"use client";

import { useState } from "react";

import { Button } from "@/components/ui/button";
import { Skeleton } from "@/components/ui/skeleton";
import { CommandButtons } from "@/features/commands/command-buttons";
import { CommandRow } from "@/features/commands/command-row";
import { useCommands, useKinds } from "@/features/commands/use-commands";
import type { ClientStatus } from "@/lib/live/client-status";
import { useLive, usePageMs } from "@/lib/live/provider";
import { may } from "@/lib/permissions";
import { useSession } from "@/lib/session";

const FEW = 3;
const LONGEST = 500;
const LIMITS = [20, 100, LONGEST];

/** What is asked of a client, and how each command goes. */
export function CommandsPanel({ status }: { readonly status: ClientStatus }) {
  const { id, displayName, connected, revoked } = status;
  const { rights } = useSession();
  const { clock } = useLive();
  const nowMs = usePageMs();
  const [pages, setPages] = useState(0);
  const limit = LIMITS[Math.max(0, pages - 1)] ?? LONGEST;
  const { data, error, isPending } = useCommands(id, limit);
  const { data: kinds = [] } = useKinds();
  const shown = pages === 0 ? (data ?? []).slice(0, FEW) : (data ?? []);
  const isMore = data !== undefined && (shown.length < data.length || (data.length >= limit && pages < LIMITS.length));
  const nowUs = clock.hubUs(nowMs) ?? 0n;
  const permissionOf = (kind: string) => kinds.find((known) => known.kind === kind)?.permission;
  const isAllowed = (kind: string) => {
    const permission = permissionOf(kind);
    return permission !== undefined && may(rights, permission, id);
  };

  return (
    <section aria-labelledby="commands-title" className="panel overflow-hidden">
      <header className="flex flex-wrap items-center gap-x-6 gap-y-2 px-4 py-3">
        <h2 id="commands-title" className="mr-auto text-sm font-semibold">
          Commands
        </h2>
        {!revoked && <CommandButtons client={id} name={displayName} isConnected={connected} />}
      </header>
      {error && (
        <p role="alert" className="border-t px-4 py-3 text-sm text-down">
          The commands could not be read: {error.message}
        </p>
      )}
      {isPending && <Skeleton className="m-4 h-10" />}
      {data?.length === 0 && <p className="border-t px-4 py-3 text-sm text-ink-3">Nothing was asked of this client yet.</p>}
      {shown.length > 0 && (
        <ol aria-label="Commands, newest first">
          {shown.map((command) => (
            <CommandRow key={command.id} command={command} isConnected={connected} nowUs={nowUs} isAllowed={!revoked && isAllowed(command.kind)} />
          ))}
        </ol>
      )}
      {(isMore || pages > 0) && (
        <div className="flex justify-center gap-2 border-t p-2">
          {isMore && (
            <Button size="small" look="quiet" onClick={() => setPages(pages + 1)}>
              Older commands
            </Button>
          )}
          {pages > 0 && (
            <Button size="small" look="quiet" onClick={() => setPages(0)}>
              Only the newest
            </Button>
          )}
        </div>
      )}
    </section>
  );
}
