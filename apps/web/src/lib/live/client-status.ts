/** What the page knows of one client as a whole. Immutable: each change makes a new object. */
import { LinkPhase, type Committed, type Completeness, type Heartbeat } from "@/lib/contract";

export interface ClientStatus {
  readonly id: string;
  readonly displayName: string;
  readonly revoked: boolean;
  /** A demonstration client. */
  readonly linkCanBeCut: boolean;
  readonly connected: boolean;
  /** When `connected` last changed, µs on the hub's clock; null means never. */
  readonly connectedSinceUs: bigint | null;
  readonly connectedReason: string;
  /** When anything last came from the client, ms of the page's clock; null means never. */
  readonly lastSeenMs: number | null;
  /** When a sample last came, ms of the page's clock; null means never. */
  readonly lastDataMs: number | null;
  readonly phase: LinkPhase;
  /** What waited at the last heartbeat: so many records, up to number `queuedUpTo`. */
  readonly queued: bigint;
  readonly queuedUpTo: bigint;
  readonly oldestCapturedUs: bigint | null;
  /** Records that left the client a second, and that were made there a second, by its own count; null means not known. */
  readonly drainPerS: number | null;
  readonly recordedPerS: number | null;
  /** Revision of the configuration that the client says is in effect; null means that it was not heard yet. */
  readonly configRevision: bigint | null;
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
    linkCanBeCut: false,
    connected: false,
    connectedSinceUs: null,
    connectedReason: "",
    lastSeenMs: null,
    lastDataMs: null,
    phase: LinkPhase.UNSPECIFIED,
    queued: 0n,
    queuedUpTo: 0n,
    oldestCapturedUs: null,
    drainPerS: null,
    recordedPerS: null,
    configRevision: null,
    clockOffsetUs: 0n,
    completeTo: 0n,
    lastRecordSeq: 0n,
    missing: 0n,
    duplicates: 0n,
    lost: 0n,
    unseen: null,
  };
}

/** What a heartbeat says. */
export function withHeartbeat(heartbeat: Heartbeat): Partial<ClientStatus> {
  return {
    phase: heartbeat.phase,
    queued: heartbeat.queuedRecords,
    queuedUpTo: heartbeat.lastRecordSeq,
    recordedPerS: heartbeat.recordedPerS ?? null,
    configRevision: heartbeat.configRevision,
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
  const { completeTo, missing, duplicates, lost } = committed;
  return { completeTo, missing, duplicates, lost };
}
