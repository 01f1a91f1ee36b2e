/** What the page knows of one client as a whole. Immutable: each change makes a new object. */
import { LinkPhase, type Committed, type Completeness, type Heartbeat } from "@/lib/contract";

export interface ClientStatus {
  readonly id: string;
  readonly displayName: string;
  readonly revoked: boolean;
  readonly connected: boolean;
  /** When `connected` last changed, µs on the hub's clock; null means never. */
  readonly connectedSinceUs: bigint | null;
  readonly connectedReason: string;
  /** When anything last came from the client, ms of the page's clock; null means never. */
  readonly lastSeenMs: number | null;
  /** When a sample last came, ms of the page's clock; null means never. */
  readonly lastDataMs: number | null;
  readonly phase: LinkPhase;
  readonly queued: bigint;
  readonly oldestCapturedUs: bigint | null;
  readonly drainPerS: number | null;
  readonly clockOffsetUs: bigint;
  readonly completeTo: bigint;
  readonly lastRecordSeq: bigint;
  readonly missing: bigint;
  readonly duplicates: bigint;
  readonly lost: bigint;
  /** A span that the hub could not replay to this page, µs on the hub's clock; null means none. */
  readonly unseen: { readonly fromUs: bigint; readonly toUs: bigint } | null;
}

export function unknownClient(id: string): ClientStatus {
  return {
    id,
    displayName: id,
    revoked: false,
    connected: false,
    connectedSinceUs: null,
    connectedReason: "",
    lastSeenMs: null,
    lastDataMs: null,
    phase: LinkPhase.UNSPECIFIED,
    queued: 0n,
    oldestCapturedUs: null,
    drainPerS: null,
    clockOffsetUs: 0n,
    completeTo: 0n,
    lastRecordSeq: 0n,
    missing: 0n,
    duplicates: 0n,
    lost: 0n,
    unseen: null,
  };
}

export function withHeartbeat(heartbeat: Heartbeat): Partial<ClientStatus> {
  return {
    phase: heartbeat.phase,
    queued: heartbeat.queuedRecords,
    oldestCapturedUs: heartbeat.oldestCapturedUs ?? null,
    drainPerS: heartbeat.drainPerS ?? null,
    clockOffsetUs: heartbeat.clockOffsetUs ?? 0n,
    lastRecordSeq: heartbeat.lastRecordSeq,
  };
}

export function withCompleteness(completeness: Completeness): Partial<ClientStatus> {
  const { completeTo, lastRecordSeq, missing, duplicates, lost } = completeness;
  return { completeTo, lastRecordSeq, missing, duplicates, lost };
}

export function withCommitted(committed: Committed): Partial<ClientStatus> {
  return { completeTo: committed.completeTo, missing: committed.missing, duplicates: committed.duplicates };
}

/** Whether records that were made earlier are being delivered now. */
export function isSyncing(status: ClientStatus): boolean {
  return status.queued > 0n && status.phase === LinkPhase.FLUSHING && status.connected;
}
