/** The hub's side of the live view, in memory: rooms with numbered frames, snapshots, and samples packed as a client packs them. */
import { create, toBinary } from "@bufbuild/protobuf";
import {
  BatchSchema,
  CatalogueContentSchema,
  CatalogueSchema,
  ClientChangedSchema,
  ClientSnapshotSchema,
  CommittedSchema,
  HeartbeatSchema,
  LinkPhase,
  LiveSnapshotSchema,
  MissedFrameSchema,
  ValueType,
  type Batch,
  type ClientSnapshot,
  type MissedFrame,
} from "@precisionpulse/contract";

export interface MetricSpec {
  readonly name: string;
  readonly type: "int64" | "double" | "decimal" | "bool";
  readonly unit?: string;
  readonly scale?: number;
  readonly interval_ms?: number;
  readonly description?: string;
}

export type Frame = readonly [client: string, channel: string, roomSeq: number, bytes: Buffer, receivedUs: number];

/** A value as JSON can carry it: int64 and decimals as text. */
export type JsonValue = string | number | boolean | null;

const TYPES = { int64: ValueType.INT64, double: ValueType.DOUBLE, decimal: ValueType.DECIMAL, bool: ValueType.BOOL };
const RING = 2000;

export const agoUs = (ms: number): bigint => nowUs() - BigInt(Math.round(ms * 1000));

export const nowUs = (): bigint => BigInt(Math.round((performance.timeOrigin + performance.now()) * 1000));

/** A loss as the API tells it; 64-bit integers as text. */
export interface Loss {
  readonly first_record_seq: string | null;
  readonly last_record_seq: string | null;
  readonly cause: string;
  readonly count: string;
  readonly from_us: string;
  readonly to_us: string;
  readonly reported_us: string;
}

export interface Absence {
  readonly from_us: string;
  to_us: string | null;
  readonly reason: string;
}

export interface Backlog {
  /** Records that wait, above those that were published. */
  readonly queued: number;
  readonly drain_per_s?: number;
  readonly recorded_per_s?: number;
  readonly oldest_age_ms?: number;
  readonly phase?: "flushing" | "live" | "falling_behind";
}

interface Point {
  readonly us: bigint;
  readonly value: JsonValue;
  readonly replayed: boolean;
}

export class StandinClient {
  readonly ring: Frame[] = [];
  readonly points = new Map<string, Point[]>();
  readonly id: string;
  readonly metrics: readonly MetricSpec[];
  connected = true;
  revoked = false;
  holdsAccounts = false;
  /** Of a demonstration client: what its link does. */
  link: { state: string; since_us: string } | null = null;
  connectedSinceUs = nowUs();
  reason = "present";
  /** Revision of the configuration that it says is in effect; null before its first word. */
  configRevision: number | null = null;
  queued = 0n;
  recordSeq = 0n;
  duplicates = 0n;
  lost = 0n;
  /** Records that the hub lacks between those that it has. */
  hole: { readonly first: bigint; readonly last: bigint } | null = null;
  readonly losses: Loss[] = [];
  readonly absences: Absence[] = [];
  private backlog: Backlog = { queued: 0 };
  private beatSeq = 0n;
  private roomSeq = 0;
  private readonly catalogueId = new Uint8Array(16).fill(7);
  private readonly latest = new Map<string, { value: JsonValue; us: bigint; seq: bigint }>();

  private readonly emit: (...frame: Frame) => void;

  constructor(id: string, metrics: readonly MetricSpec[], emit: (...frame: Frame) => void) {
    this.id = id;
    this.metrics = metrics;
    this.emit = emit;
  }

  /** Sends values of several metrics as one batch. `ageMs`: how long ago they were captured. */
  publish(values: Readonly<Record<string, JsonValue>>, { late = false, ageMs = 0, silent = false } = {}): void {
    const us = agoUs(ageMs);
    for (const [name, value] of Object.entries(values)) {
      this.recordSeq += 1n;
      this.latest.set(name, { value, us, seq: this.recordSeq });
      const points = this.points.get(name) ?? [];
      this.points.set(name, points);
      points.push({ us, value, replayed: late });
      if (points.length > 20_000) points.shift();
    }
    if (silent) return;
    const bytes = toBinary(BatchSchema, this.batch(Object.keys(values)));
    this.send(late ? "history" : "live", bytes);
    this.tellCommitted();
  }

  /** Records that will never come, told by the client; they get the next numbers, unless recording had stopped. */
  lose(cause: string, count: number, { fromAgeMs, toAgeMs }: { fromAgeMs: number; toAgeMs: number }): void {
    const isNumbered = cause !== "disk_full";
    const first = this.recordSeq + 1n;
    if (isNumbered) {
      this.recordSeq += BigInt(count);
      this.lost += BigInt(count);
    }
    this.losses.unshift({
      first_record_seq: isNumbered ? String(first) : null,
      last_record_seq: isNumbered ? String(this.recordSeq) : null,
      cause,
      count: String(count),
      from_us: String(agoUs(fromAgeMs)),
      to_us: String(agoUs(toAgeMs)),
      reported_us: String(nowUs()),
    });
    this.tellCommitted();
  }

  /** Records that the hub has not got: it goes on behind them. */
  skip(count: number): void {
    this.hole = { first: this.recordSeq + 1n, last: this.recordSeq + BigInt(count) };
    this.recordSeq += BigInt(count);
    this.tellCommitted();
  }

  get missing(): bigint {
    return this.hole ? this.hole.last - this.hole.first + 1n : 0n;
  }

  get completeTo(): bigint {
    return this.hole ? this.hole.first - 1n : this.recordSeq;
  }

  reportRevision(revision: number): void {
    this.configRevision = revision;
    this.beat();
  }

  beat(backlog: Backlog = this.backlog): void {
    this.backlog = backlog;
    this.queued = BigInt(backlog.queued);
    this.beatSeq = this.recordSeq + this.queued;
    this.send("heartbeat", toBinary(HeartbeatSchema, create(HeartbeatSchema, this.heartbeat())));
  }

  private heartbeat() {
    const { queued, drain_per_s, recorded_per_s, oldest_age_ms, phase = queued > 0 ? "flushing" : "live" } = this.backlog;
    return {
      number: 1n,
      phase: { flushing: LinkPhase.FLUSHING, live: LinkPhase.LIVE, falling_behind: LinkPhase.FALLING_BEHIND }[phase],
      queuedRecords: this.queued,
      lastRecordSeq: this.beatSeq,
      ...(drain_per_s === undefined ? {} : { drainPerS: drain_per_s }),
      configRevision: BigInt(this.configRevision ?? 0),
      ...(recorded_per_s === undefined ? {} : { recordedPerS: recorded_per_s }),
      ...(oldest_age_ms === undefined ? {} : { oldestCapturedUs: agoUs(oldest_age_ms) }),
    };
  }

  private tellCommitted(): void {
    const { id: client, completeTo, missing, duplicates, lost } = this;
    const committed = create(CommittedSchema, { client, completeTo, missing, duplicates, lost, committedUs: nowUs() });
    this.send("committed", toBinary(CommittedSchema, committed));
  }

  snapshot(): ClientSnapshot {
    const content = toBinary(CatalogueContentSchema, create(CatalogueContentSchema, { metrics: this.contractMetrics() }));
    return create(ClientSnapshotSchema, {
      client: this.id,
      connected: this.connected,
      connectedSinceUs: this.connectedSinceUs,
      lastSeenUs: nowUs(),
      roomSeq: BigInt(this.roomSeq),
      catalogue: create(CatalogueSchema, { id: this.catalogueId, content }),
      completeness: {
        completeTo: this.completeTo,
        lastRecordSeq: this.recordSeq,
        missing: this.missing,
        duplicates: this.duplicates,
        lost: this.lost,
      },
      heartbeat: this.heartbeat(),
      ...(this.latest.size > 0 ? { latest: this.batch([...this.latest.keys()]) } : {}),
    });
  }

  private contractMetrics() {
    return this.metrics.map((metric, index) => ({
      id: index + 1,
      name: metric.name,
      type: TYPES[metric.type],
      unit: metric.unit ?? "",
      scale: metric.scale ?? 0,
      intervalMs: metric.interval_ms ?? 1000,
      description: metric.description ?? "",
    }));
  }

  private batch(names: readonly string[]): Batch {
    const newest = names.map((name) => this.latest.get(name)!);
    const firstRecordSeq = newest.reduce((least, { seq }) => (seq < least ? seq : least), newest[0]!.seq);
    const baseCapturedUs = newest[0]!.us;
    const columns = names.map((name, index) => {
      const spec = this.metrics.findIndex((metric) => metric.name === name);
      const { value, us, seq } = newest[index]!;
      return {
        metricId: spec + 1,
        recordSeqDelta: [seq - firstRecordSeq],
        capturedDeltaUs: [us - baseCapturedUs],
        values: packed(this.metrics[spec]!, value),
        nullPositions: value === null ? [0] : [],
      };
    });
    return create(BatchSchema, { installId: new Uint8Array(16), catalogueId: this.catalogueId, firstRecordSeq, baseCapturedUs, columns });
  }

  /** As an administrator does; viewers are told that the client's record changed. */
  revoke(): void {
    this.revoked = true;
    this.send("client-changed", toBinary(ClientChangedSchema, create(ClientChangedSchema, { client: this.id })));
  }

  send(channel: string, bytes: Uint8Array): void {
    this.roomSeq += 1;
    const frame: Frame = [this.id, channel, this.roomSeq, Buffer.from(bytes), Number(nowUs())];
    this.ring.push(frame);
    if (this.ring.length > RING) this.ring.shift();
    this.emit(...frame);
  }
}

function packed(metric: MetricSpec, value: JsonValue) {
  switch (metric.type) {
    case "int64":
      return { case: "int64Values" as const, value: { values: [BigInt(String(value ?? 0))] } };
    case "double":
      return { case: "doubleValues" as const, value: { values: [Number(value ?? 0)] } };
    case "bool":
      return { case: "boolValues" as const, value: { values: [value === true] } };
    case "decimal":
      return { case: "decimalValues" as const, value: { unscaled: [unscaled(String(value ?? "0"), metric.scale ?? 0)] } };
  }
}

function unscaled(text: string, scale: number): bigint {
  const [whole = "0", fraction = ""] = text.split(".");
  return BigInt(`${whole}${fraction.padEnd(scale, "0").slice(0, scale)}`);
}

export class StandinHub {
  readonly clients = new Map<string, StandinClient>();
  private readonly emit: (event: string, ...content: readonly unknown[]) => void;

  constructor(emit: (event: string, ...content: readonly unknown[]) => void) {
    this.emit = emit;
  }

  add(id: string, metrics: readonly MetricSpec[]): StandinClient {
    const client = new StandinClient(id, metrics, (...frame) => this.emit("frame", ...frame));
    this.clients.set(id, client);
    return client;
  }

  setConnected(id: string, connected: boolean, reason: string): void {
    const client = this.clients.get(id);
    if (!client) return;
    Object.assign(client, { connected, reason, connectedSinceUs: nowUs() });
    const last = client.absences.at(-1);
    if (!connected) client.absences.push({ from_us: String(nowUs()), to_us: null, reason });
    else if (last) last.to_us = String(nowUs());
    this.emit("connected", id, connected, Number(client.connectedSinceUs), reason);
  }

  /** All clients as they are. */
  snapshot(): Buffer {
    return pack({ clients: [...this.clients.values()].map((client) => client.snapshot()) });
  }

  /** What was missed since these frames; of a client whose frames are not all kept, the client as it is. */
  answer(since: Readonly<Record<string, number>>): Buffer {
    const clients: ClientSnapshot[] = [];
    const missed: MissedFrame[] = [];
    for (const client of this.clients.values()) {
      const from = since[client.id];
      const oldest = client.ring[0]?.[2];
      if (from === undefined || (oldest !== undefined && oldest > from + 1)) clients.push(client.snapshot());
      else missed.push(...client.ring.filter((frame) => frame[2] > from).map(missedFrame));
    }
    return pack({ clients, missed });
  }
}

const pack = (content: { clients: ClientSnapshot[]; missed?: MissedFrame[] }): Buffer =>
  Buffer.from(toBinary(LiveSnapshotSchema, create(LiveSnapshotSchema, { ...content, hubTimeUs: nowUs() })));

function missedFrame([client, channel, roomSeq, body, receivedUs]: Frame): MissedFrame {
  return create(MissedFrameSchema, { client, channel, roomSeq: BigInt(roomSeq), body, receivedUs: BigInt(receivedUs) });
}
