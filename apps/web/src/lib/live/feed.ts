/** From what the hub sends to what the store holds: decodes each channel's bytes and keeps the order of each client's room. */
import {
  catalogueOf,
  decodeBatch,
  decodeCatalogue,
  decodeCommandChanged,
  decodeCommitted,
  decodeContent,
  decodeHeartbeat,
  decodeSnapshot,
  samples,
  uuidText,
  type Batch,
  type CatalogueContent,
  type ClientSnapshot,
} from "@/lib/contract";
import { withCommitted, withCompleteness, withHeartbeat } from "@/lib/live/client-status";
import type { HubClock } from "@/lib/live/clock";
import type { LiveStore } from "@/lib/live/store";

/** One frame of a client's room, as the hub forwards it. */
export interface RoomFrame {
  readonly client: string;
  readonly channel: string;
  readonly roomSeq: number;
  readonly bytes: Uint8Array;
  /** When the hub received it, µs on its clock; null when it does not say. */
  readonly receivedUs: bigint | null;
}

export interface ConnectedChange {
  readonly client: string;
  readonly connected: boolean;
  readonly sinceUs: bigint | null;
  readonly reason: string;
}

export class Feed {
  private readonly roomSeqs = new Map<string, number>();
  private readonly catalogues = new Map<string, Map<string, CatalogueContent>>();

  /** `onGap` asks for a resync: a frame was lost, or refers to something unknown. */
  constructor(
    private readonly store: LiveStore,
    private readonly clock: HubClock,
    private readonly onGap: () => void,
    private readonly onClientsChanged: () => void,
  ) {}

  /** Number of the last frame seen of each client's room. */
  since(): Record<string, number> {
    return Object.fromEntries(this.roomSeqs);
  }

  /**
   * Takes a picture of the clients in it, made at the moment `now` of the page's clock, and what was missed of the others.
   * `lostSinceUs`: when the page lost the hub; a client that was seen before and comes as a picture has lost frames since.
   */
  takeSnapshot(bytes: Uint8Array, lostSinceUs: bigint | null = null, now = this.store.now()): void {
    const snapshot = decodeSnapshot(bytes);
    this.clock.guess(snapshot.hubTimeUs, now);
    for (const client of snapshot.clients) {
      const wasSeen = this.roomSeqs.has(client.client);
      this.takeClient(client, now);
      if (wasSeen && lostSinceUs !== null) {
        this.store.breakTrends(client.client);
        this.store.updateClient(client.client, { unseen: { fromUs: lostSinceUs, toUs: snapshot.hubTimeUs } });
      }
    }
    for (const { client, channel, roomSeq, body, receivedUs } of snapshot.missed) {
      this.takeFrame({ client, channel, roomSeq: Number(roomSeq), bytes: body, receivedUs });
    }
  }

  takeFrame(frame: RoomFrame): void {
    const last = this.roomSeqs.get(frame.client);
    if (last !== undefined && frame.roomSeq <= last) return;
    this.roomSeqs.set(frame.client, frame.roomSeq);
    if (last === undefined || frame.roomSeq > last + 1) this.onGap();
    this.decode(frame);
  }

  takeConnected({ client, connected, sinceUs, reason }: ConnectedChange): void {
    this.store.updateClient(client, { connected, connectedSinceUs: sinceUs, connectedReason: reason });
  }

  private decode({ client, channel, bytes, receivedUs }: RoomFrame): void {
    const now = this.store.now();
    const seenMs = receivedUs === null ? now : this.clock.pageMs(receivedUs, now);
    switch (channel) {
      case "live":
      case "history":
        this.takeBatch(client, decodeBatch(bytes), channel === "history", now);
        return;
      case "catalogue": {
        const catalogue = decodeCatalogue(bytes);
        this.takeCatalogue(client, catalogue.id, decodeContent(catalogue.content));
        return;
      }
      case "heartbeat":
        this.store.updateClient(client, {
          ...withHeartbeat(decodeHeartbeat(bytes)),
          lastSeenMs: seenMs,
        });
        return;
      case "committed": {
        this.store.updateClient(client, withCommitted(decodeCommitted(bytes)));
        return;
      }
      case "command-changed":
        this.store.tellCommand(client, uuidText(decodeCommandChanged(bytes).commandId));
        return;
      case "client-changed":
        this.onClientsChanged();
        return;
      case "presence":
        this.store.heardFrom(client, { lastSeenMs: seenMs });
    }
  }

  private takeClient(snapshot: ClientSnapshot, now: number): void {
    const { client, heartbeat, completeness, latest, lastSeenUs } = snapshot;
    this.roomSeqs.set(client, Number(snapshot.roomSeq));
    this.store.updateClient(client, {
      connected: snapshot.connected,
      connectedSinceUs: snapshot.connectedSinceUs ?? null,
      ...(completeness ? withCompleteness(completeness) : {}),
      ...(heartbeat ? withHeartbeat(heartbeat) : {}),
      ...(lastSeenUs === undefined ? {} : { lastSeenMs: this.clock.pageMs(lastSeenUs, now) }),
    });
    const content = catalogueOf(snapshot);
    if (snapshot.catalogue && content) this.takeCatalogue(client, snapshot.catalogue.id, content);
    if (latest) this.takeBatch(client, latest, false, now, true);
    this.store.tellCommand(client, null);
  }

  private takeCatalogue(client: string, id: Uint8Array, content: CatalogueContent): void {
    const known = this.catalogues.get(client) ?? new Map<string, CatalogueContent>();
    this.catalogues.set(client, known.set(id.toString(), content));
    this.store.setMetrics(client, content.metrics);
  }

  private takeBatch(client: string, batch: Batch, late: boolean, now: number, fromSnapshot = false): void {
    const content = this.catalogues.get(client)?.get(batch.catalogueId.toString());
    if (!content) {
      if (!fromSnapshot) this.onGap();
      return;
    }
    const offsetUs = this.store.status(client)?.clockOffsetUs ?? 0n;
    let newestMs = this.store.status(client)?.lastDataMs ?? Number.NEGATIVE_INFINITY;
    for (const sample of samples(batch, content)) {
      const measuredMs = this.clock.pageMs(sample.capturedUs - offsetUs, now);
      const arrivedMs = fromSnapshot ? measuredMs : now;
      this.store.addSample(client, sample, { measuredMs, arrivedMs, late });
      newestMs = Math.max(newestMs, arrivedMs);
    }
    if (fromSnapshot) this.store.updateClient(client, { lastDataMs: newestMs });
    else this.store.heardFrom(client, { lastDataMs: newestMs, lastSeenMs: now });
  }
}
