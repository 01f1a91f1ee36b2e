"use client";

import { Volume2, VolumeX } from "lucide-react";
import { useEffect, useState } from "react";

import { Button } from "@/components/ui/button";
import { Tooltip } from "@/components/ui/tooltip";
import { useLiveStore, useRows } from "@/lib/live/provider";
import type { LiveStore } from "@/lib/live/store";
import { unitLabel } from "@/lib/format";

const PAUSE_MS = 5000;
const MOST_SPOKEN = 5;

interface AnnounceToggleProps {
  readonly pressed: boolean;
  readonly onToggle: () => void;
}

/** Reads changed values out, a few every five seconds. Off until asked for. */
export function AnnounceToggle({ pressed, onToggle }: AnnounceToggleProps) {
  const Sign = pressed ? Volume2 : VolumeX;
  return (
    <>
      <Tooltip text="Announce changes to a screen reader, a few every five seconds">
        <Button size="icon" look="quiet" aria-label="Announce changes" aria-pressed={pressed} onClick={onToggle} className="aria-pressed:text-accent">
          <Sign aria-hidden />
        </Button>
      </Tooltip>
      {pressed && <SpokenChanges />}
    </>
  );
}

function SpokenChanges() {
  const store = useLiveStore();
  const rows = useRows();
  const [text, setText] = useState("");
  useEffect(() => {
    let before = values(store);
    const timer = setInterval(() => {
      const now = values(store);
      const changed = [...now].filter(([name, value]) => before.get(name) !== value);
      before = now;
      setText(changed.slice(0, MOST_SPOKEN).map(([name, value]) => `${name} ${value}`).join(", "));
    }, PAUSE_MS);
    return () => clearInterval(timer);
  }, [store, rows]);
  return (
    <div aria-live="polite" className="sr-only">
      {text}
    </div>
  );
}

function values(store: LiveStore): ReadonlyMap<string, string> {
  const spoken = new Map<string, string>();
  for (const { id, metrics } of store.getRows()) {
    for (const metric of metrics) {
      const cell = store.cell(id, metric.name);
      if (cell && !cell.isEmpty) spoken.set(`${id} ${metric.name}`, `${cell.text} ${unitLabel(metric.unit)}`);
    }
  }
  return spoken;
}
