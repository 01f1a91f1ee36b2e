"use client";

import { Pause as PauseSign, Play } from "lucide-react";

import { Button } from "@/components/ui/button";
import { formatCount } from "@/lib/format";
import { useLiveStore, usePause } from "@/lib/live/provider";

/** Stops the display, not the data: what arrives is held and shown at once on resume. */
export function PauseButton() {
  const store = useLiveStore();
  const pause = usePause();
  if (!pause) {
    return (
      <Button size="small" aria-label="Pause" aria-keyshortcuts="p" data-testid="pause" onClick={() => store.setPaused(true)}>
        <PauseSign aria-hidden /> <span className="hidden sm:inline">Pause</span>
      </Button>
    );
  }
  const { held, dropped, fullPercent } = pause.counts;
  return (
    <>
      <span data-testid="paused-badge" className="numeric rounded-md bg-warn/15 px-2.5 py-1 text-xs text-warn">
        Paused · {formatCount(held)} held
        {fullPercent >= 1 && ` · ${fullPercent} % full`}
        {dropped > 0 && ` · ${formatCount(dropped)} dropped`}
      </span>
      <Button size="small" look="primary" aria-keyshortcuts="p" data-testid="resume" onClick={() => store.setPaused(false)}>
        <Play aria-hidden /> Resume
      </Button>
    </>
  );
}
