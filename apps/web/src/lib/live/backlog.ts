/** What a client still has to deliver, as far as can be known: its last heartbeat, less what was committed since. */
import { LinkPhase } from "@/lib/contract";
import { formatCount, formatSpan } from "@/lib/format";
import type { ClientStatus } from "@/lib/live/client-status";

/** Records left: falls with each commit, and not with each heartbeat alone. */
export function leftToSend({ queued, queuedUpTo, completeTo }: ClientStatus): bigint {
  const uncommitted = queuedUpTo > completeTo ? queuedUpTo - completeTo : 0n;
  return uncommitted < queued ? uncommitted : queued;
}

/** Whether records that were made earlier are being delivered now. */
export function isSyncing(status: ClientStatus): boolean {
  return status.connected && status.phase === LinkPhase.FLUSHING && leftToSend(status) > 0n;
}

/** Seconds until nothing is left, while new records are made too, as the client itself counts; null when it can't be said. */
export function secondsLeft(status: ClientStatus): number | null {
  if (status.drainPerS === null || status.recordedPerS === null) return null;
  const net = status.drainPerS - status.recordedPerS;
  return net > 0 ? Number(leftToSend(status)) / net : null;
}

/** "Syncing 1,240 left · 12 s"; empty when there is no backlog to speak of. */
export function backlogText(status: ClientStatus): string {
  const left = leftToSend(status);
  if (left === 0n || !status.connected) return "";
  if (status.phase === LinkPhase.FALLING_BEHIND) return `Falling behind, ${formatCount(left)} waiting`;
  if (status.phase !== LinkPhase.FLUSHING) return "";
  const seconds = secondsLeft(status);
  return `Syncing ${formatCount(left)} left${seconds === null ? "" : ` · ${formatSpan(seconds)}`}`;
}

/** The proof in a line. A record that came twice is stored once, so that none is ever double. */
export function proofText({ completeTo, missing, lost }: ClientStatus): string {
  const text = `complete to record ${formatCount(completeTo)} · ${formatCount(missing)} missing · 0 duplicate`;
  return lost > 0n ? `${text} · ${formatCount(lost)} lost` : text;
}
