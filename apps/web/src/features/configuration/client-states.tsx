"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ArrowRight, CircleCheck, CircleHelp, CircleX, Clock, RefreshCw, type LucideIcon } from "lucide-react";
import Link from "next/link";
import { useEffect, useState } from "react";
import { toast } from "sonner";

import { Button } from "@/components/ui/button";
import { stateNow, stateText, troubledFirst, type ClientState } from "@/features/configuration/setting-rows";
import { shownText } from "@/features/configuration/setting-text";
import { commandApi } from "@/lib/api/commands";
import type { ClientConfiguration, Configuration } from "@/lib/api/configuration";
import { classes } from "@/lib/classes";
import { formatCount } from "@/lib/format";
import { useLink, useLiveStore, useStatus } from "@/lib/live/provider";
import { CONFIGURATION } from "@/lib/replicated";
import { useMay, useSession } from "@/lib/session";

const LOOKS: Readonly<Record<ClientState, { readonly Sign: LucideIcon; readonly tone: string }>> = {
  applied: { Sign: CircleCheck, tone: "text-up" },
  pending: { Sign: Clock, tone: "text-warn" },
  rejected: { Sign: CircleX, tone: "text-down" },
  unknown: { Sign: CircleHelp, tone: "text-ink-3" },
};
const LIFETIME_S = 3600;
const FEW = 50;

/** How far each client has come, and what it still has otherwise. */
export function ClientStates({ configuration }: { readonly configuration: Configuration }) {
  const { clients, revision } = configuration;
  const [isWhole, setWhole] = useState(false);
  const sorted = troubledFirst(clients);
  const shown = isWhole ? sorted : sorted.slice(0, FEW);
  return (
    <section aria-labelledby="client-states-title" className="panel overflow-hidden">
      <header className="px-4 py-3">
        <h2 id="client-states-title" className="text-sm font-semibold">
          In effect at the clients
        </h2>
        <p className="text-xs text-ink-3">
          The newest revision is <span className="numeric">v{String(revision)}</span>. Each client says with its heartbeat which one it has.
        </p>
      </header>
      {clients.length === 0 && <p className="border-t px-4 py-3 text-sm text-ink-3">There are no clients.</p>}
      <ul>
        {shown.map((each) => (
          <ClientRow key={each.client} each={each} configuration={configuration} />
        ))}
      </ul>
      {shown.length < sorted.length && (
        <div className="border-t p-2 text-center">
          <Button size="small" look="quiet" onClick={() => setWhole(true)}>
            Show all {formatCount(sorted.length)} clients
          </Button>
        </div>
      )}
    </section>
  );
}

function ClientRow({ each, configuration }: { readonly each: ClientConfiguration; readonly configuration: Configuration }) {
  const { client, display_name, reason, differences } = each;
  const { keys, revision } = configuration;
  const store = useLiveStore();
  const queries = useQueryClient();
  const status = useStatus(client);
  const { state, reported } = stateNow(each, revision, status?.configRevision ?? null);
  const contact = { connected: status?.connected ?? false, sinceUs: status?.connectedSinceUs ?? null };
  const { Sign, tone } = LOOKS[state];
  useEffect(() => store.onCommand(client, () => void queries.invalidateQueries({ queryKey: [CONFIGURATION] })), [client, queries, store]);
  const typeOf = (key: string) => keys.find((known) => known.key === key) ?? { type: "text" as const, unit: "", choices: [] };
  return (
    <li data-testid={`configuration-${client}`} data-state={state} className="border-t px-4 py-2.5">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
        <Link href={`/clients/${encodeURIComponent(client)}`} className="min-w-40 text-sm font-medium hover:underline">
          {display_name}
        </Link>
        <span className={classes("flex min-w-0 items-center gap-1.5 text-xs font-medium tabular-nums", tone)}>
          <Sign aria-hidden className="size-4 shrink-0" /> {stateText(state, reported, revision, reason, contact)}
        </span>
        {state === "pending" && status && !status.connected && <span className="text-xs text-ink-3">gets it when it connects</span>}
        {state !== "applied" && <ApplyButton client={client} name={display_name} revision={revision} />}
      </div>
      {(state === "pending" || state === "rejected") && differences.length > 0 && (
        <table className="mt-2 w-full max-w-2xl text-xs">
          <caption className="sr-only">What {display_name} has otherwise</caption>
          <thead className="sr-only">
            <tr>
              <th scope="col">Key</th>
              <th scope="col">Reported and desired</th>
            </tr>
          </thead>
          <tbody>
            {differences.map(({ key, reported: had, is_known, desired }) => (
              <tr key={key} className="align-baseline">
                <th scope="row" className="numeric py-0.5 pr-4 text-left font-normal text-ink-3 wrap-anywhere">
                  {key}
                </th>
                <td className="numeric py-0.5 wrap-anywhere">
                  <span className="text-ink-3">{is_known ? shownText(typeOf(key), had) : "an earlier value"}</span>
                  <ArrowRight role="img" aria-label="becomes" className="mx-2 inline size-3.5 text-ink-3" />
                  <span>{shownText(typeOf(key), desired)}</span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </li>
  );
}

interface ApplyButtonProps {
  readonly client: string;
  readonly name: string;
  readonly revision: bigint;
}

/** Asks the client to put the newest revision in force now; its answer is shown as the row's state. */
function ApplyButton({ client, name, revision }: ApplyButtonProps) {
  const { csrf_token } = useSession();
  const isAllowed = useMay("config:update", client);
  const isOnline = useLink().phase === "online";
  const [key, setKey] = useState(() => crypto.randomUUID());
  const body = { revision: revision.toString() };
  const apply = useMutation({
    mutationFn: () => commandApi.issue(client, { kind: "precisionpulse.v1.UpdateConfig", body, lifetime_s: LIFETIME_S }, key, csrf_token),
    onSuccess: () => {
      setKey(crypto.randomUUID());
      toast.success(`${name} is asked to apply v${revision}`);
    },
    onError: (error) => void toast.error(error.message),
  });
  if (!isAllowed) return null;
  return (
    <Button
      size="small"
      className="ml-auto"
      aria-label={`Apply now at ${name}`}
      disabled={!isOnline || apply.isPending}
      title={isOnline ? undefined : "This page has lost the hub"}
      onClick={() => apply.mutate()}
    >
      <RefreshCw aria-hidden /> Apply now
    </Button>
  );
}
