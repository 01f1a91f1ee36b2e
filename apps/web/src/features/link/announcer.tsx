"use client";

import { useEffect, useRef, useState } from "react";

import type { ClientStatus } from "@/lib/live/client-status";
import { isLossShown } from "@/lib/live/link";
import { useLink, useLiveStore, useStatuses } from "@/lib/live/provider";

const PAUSE_MS = 5000;

/** The one status region: connection changes in words, at most one announcement in five seconds. */
export function Announcer() {
  const store = useLiveStore();
  const statuses = useStatuses();
  const link = useLink();
  const connected = useRef<ReadonlyMap<string, boolean> | null>(null);
  const wasLost = useRef(false);
  const waiting = useRef<string[]>([]);
  const lastMs = useRef(Number.NEGATIVE_INFINITY);
  const [text, setText] = useState("");

  useEffect(() => {
    waiting.current.push(...changes(connected.current, statuses));
    connected.current = new Map(statuses.map((status) => [status.id, status.connected]));
    const lost = isLossShown(link, store.now());
    if (lost !== wasLost.current) waiting.current.push(lost ? "Connection lost, reconnecting" : "Connection restored");
    wasLost.current = lost;
    const now = store.now();
    if (waiting.current.length === 0 || now - lastMs.current < PAUSE_MS) return;
    lastMs.current = now;
    setText(waiting.current.splice(0).slice(-4).join(". "));
  }, [statuses, link, store]);

  return (
    <div role="status" className="sr-only">
      {text}
    </div>
  );
}

function changes(before: ReadonlyMap<string, boolean> | null, statuses: readonly ClientStatus[]): string[] {
  if (!before) return [];
  return statuses
    .filter((status) => before.has(status.id) && before.get(status.id) !== status.connected)
    .map((status) => `${status.displayName} ${status.connected ? "connected" : "disconnected"}`);
}
