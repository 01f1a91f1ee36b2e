"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Plug, Scissors, Snowflake } from "lucide-react";
import { toast } from "sonner";

import { Button } from "@/components/ui/button";
import { linkApi, type Link } from "@/lib/api/link";
import { classes } from "@/lib/classes";
import { formatAge } from "@/lib/format";
import { useLink, useLive, usePageMs } from "@/lib/live/provider";
import { useMay, useSession } from "@/lib/session";

const ASK_EVERY_MS = 2000;
const WORDS = {
  up: { text: "The link is up", tone: "text-up", hint: "Cut it, and watch the client's buffer fill; restore it, and watch it drain. Nothing is lost." },
  cut: { text: "The link is cut", tone: "text-down", hint: "Every connection broke, and none is made. The client goes on measuring into its buffer." },
  stalled: { text: "The link is stalled", tone: "text-warn", hint: "Nothing gets through, and no connection closed: both sides find out by themselves." },
} as const;

/** Takes a demonstration client off its link and puts it back on (X7). Shown only to who may command it. */
export function LinkCutter({ client }: { readonly client: string }) {
  const isAllowed = useMay("client:command", client);
  return isAllowed ? <Controls client={client} /> : null;
}

function Controls({ client }: { readonly client: string }) {
  const { csrf_token } = useSession();
  const { clock } = useLive();
  const nowMs = usePageMs();
  const isOnline = useLink().phase === "online";
  const queries = useQueryClient();
  const key = ["link", client];
  const { data, error } = useQuery({ queryKey: key, queryFn: ({ signal }) => linkApi.show(client, signal), refetchInterval: ASK_EVERY_MS });
  const change = useMutation({
    mutationFn: (state: Link["state"]) => linkApi.change(client, state, csrf_token),
    onSuccess: (link) => queries.setQueryData(key, link),
    onError: (failure) => void toast.error(failure.message),
  });
  const state = data?.state ?? "up";
  const { text, tone, hint } = WORDS[state];
  const since = data && state !== "up" ? ` for ${formatAge(nowMs - clock.pageMs(data.since_us, nowMs))}` : "";
  const disabled = !data || !isOnline || change.isPending;
  const reason = isOnline ? undefined : "This page has lost the hub";
  return (
    <section aria-labelledby="cutter-title" className="panel flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3">
      <div className="mr-auto min-w-0 basis-64">
        <h2 id="cutter-title" className="text-sm font-semibold">
          Demonstration
        </h2>
        <p className="text-xs text-ink-3">
          <span data-testid="link-state" data-state={state} className={classes("font-medium tabular-nums", tone)}>
            {error ? error.message : text + since}
          </span>{" "}
          · {hint}
        </p>
      </div>
      {state === "up" ? (
        <div className="flex gap-2">
          <Button size="small" look="danger" disabled={disabled} title={reason} onClick={() => change.mutate("cut")}>
            <Scissors aria-hidden /> Cut the link
          </Button>
          <Button size="small" disabled={disabled} title={reason} onClick={() => change.mutate("stalled")}>
            <Snowflake aria-hidden /> Stall it
          </Button>
        </div>
      ) : (
        <Button size="small" look="primary" disabled={disabled} title={reason} onClick={() => change.mutate("up")}>
          <Plug aria-hidden /> Restore the link
        </Button>
      )}
    </section>
  );
}
