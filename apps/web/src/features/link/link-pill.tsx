"use client";

import { Tooltip } from "@/components/ui/tooltip";
import { classes } from "@/lib/classes";
import { isLossShown, type LinkState } from "@/lib/live/link";
import { useLink, useLiveStore } from "@/lib/live/provider";

/** The state of the page's own link, at all times. */
export function LinkPill() {
  const store = useLiveStore();
  const link = useLink();
  const lost = isLossShown(link, store.now());
  const { word, tone, hint } = describe(link, lost);
  return (
    <Tooltip text={hint}>
      <span data-testid="link-pill" tabIndex={0} className="flex h-7 items-center gap-2 rounded-md px-2 text-xs text-ink-2">
        <span aria-hidden className={classes("relative size-2 rounded-full", tone, word === "Live" && "pulse")} />
        {word}
        <span className="numeric hidden w-13 text-right text-ink-3 sm:inline">{roundTrip(link)}</span>
      </span>
    </Tooltip>
  );
}

function describe(link: LinkState, lost: boolean) {
  if (lost) return { word: "Offline", tone: "bg-warn", hint: "This page has lost the hub. Values shown are the last known." };
  if (link.phase === "connecting") return { word: "Connecting…", tone: "bg-ink-3", hint: "Opening the live link." };
  return { word: "Live", tone: "bg-up", hint: "Values appear as they arrive. The figure is the round trip to the hub." };
}

function roundTrip(link: LinkState): string {
  return link.phase === "online" && link.roundTripMs !== null ? `${Math.max(1, Math.round(link.roundTripMs))} ms` : "";
}
