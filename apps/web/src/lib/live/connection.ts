/** One live view: store, clock, feed and socket, wired. Made on the server too, where it is only filled and drawn. */
import { clientApi, type ClientSummary } from "@/lib/api/clients";
import { ApiError } from "@/lib/api/http";
import { sessionApi, type Ending, type SessionNews } from "@/lib/api/session";
import { HubClock } from "@/lib/live/clock";
import { Feed } from "@/lib/live/feed";
import { browserFrames, stillFrames } from "@/lib/live/painter";
import { LiveStore } from "@/lib/live/store";
import { may } from "@/lib/permissions";
import { LiveSocket } from "@/lib/socket";

export interface LiveNews {
  onSession(news: SessionNews): void;
  onEnded(why: Ending): void;
  /** Users, rights or configuration are others than before. */
  onReplica(): void;
  /** There is something new in the audit log. */
  onAudit(): void;
}

export class LiveConnection {
  readonly store = new LiveStore(typeof window === "undefined" ? stillFrames : browserFrames);
  readonly clock = new HubClock();
  private readonly feed = new Feed(
    this.store,
    this.clock,
    () => void this.socket?.watch(),
    () => void this.refreshClients(),
  );
  private socket: LiveSocket | null = null;
  private news: LiveNews | null = null;
  private everReady = false;
  private lostSinceMs: number | null = null;

  constructor(
    clients: readonly ClientSummary[],
    snapshot: Uint8Array | null,
  ) {
    if (snapshot) this.feed.takeSnapshot(snapshot, null, this.store.createdMs);
    this.takeSummaries(clients, this.store.createdMs);
    this.store.begin();
  }

  /** Opens the socket and the once-a-second tick; answers what stops both. */
  start(news: LiveNews): () => void {
    this.news = news;
    const ticking = setInterval(() => this.store.tick(), 1000);
    this.socket = new LiveSocket({
      since: () => this.feed.since(),
      onAnswer: (snapshot) => this.takeAnswer(snapshot),
      onFrame: (frame) => this.feed.takeFrame(frame),
      onConnected: (change) => this.feed.takeConnected(change),
      onLink: (event) => {
        if (event.type === "lost") this.lostSinceMs ??= this.store.now();
        this.store.applyLink(event);
      },
      onClock: (hubUs, sentMs, receivedMs) => this.clock.observe(hubUs, sentMs, receivedMs),
      onSession: (session) => this.takeSession(session),
      onEnded: (why) => {
        this.leave();
        news.onEnded(why);
      },
      onReplica: () => news.onReplica(),
      onAudit: () => news.onAudit(),
      onRefused: () => void this.checkSession(),
      onUnreadable: (error) => console.warn("The hub sent something that this page does not understand", error),
    });
    this.socket.start();
    return () => {
      clearInterval(ticking);
      this.leave();
    };
  }

  /** Closes the socket for good: what follows is no loss. */
  leave(): void {
    this.socket?.stop();
    this.socket = null;
  }

  private takeAnswer(snapshot: Uint8Array): void {
    const lostSinceUs = this.everReady && this.lostSinceMs !== null ? this.clock.hubUs(this.lostSinceMs) : null;
    this.feed.takeSnapshot(snapshot, lostSinceUs);
    if (this.everReady) {
      void this.refreshClients();
      this.news?.onReplica();
      this.news?.onAudit();
    }
    this.everReady = true;
    this.lostSinceMs = null;
  }

  /** Clients that may not be seen any more go at once; those that may be seen now come with the answer. */
  private takeSession(session: SessionNews): void {
    this.store.keepOnly((client) => may(session.rights, "client:read", client));
    void this.socket?.watch();
    this.news?.onSession(session);
  }

  private async refreshClients(): Promise<void> {
    try {
      this.takeSummaries(await clientApi.list());
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.status === 401) this.news?.onEnded("ended");
    }
  }

  private async checkSession(): Promise<void> {
    try {
      await sessionApi.show();
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) this.news?.onEnded("ended");
    }
  }

  private takeSummaries(clients: readonly ClientSummary[], now = this.store.now()): void {
    for (const client of clients) {
      this.store.updateClient(client.id, {
        displayName: client.display_name || client.id,
        revoked: client.revoked,
        linkCanBeCut: client.link_can_be_cut,
        connected: client.connected,
        connectedSinceUs: client.connected_since_us,
        connectedReason: client.connected_reason ?? "",
        ...(!this.store.status(client.id) && {
          queued: client.queued,
          queuedUpTo: client.last_record_seq,
          oldestCapturedUs: client.oldest_captured_us,
          completeTo: client.complete_to,
          lastRecordSeq: client.last_record_seq,
          missing: client.missing,
          duplicates: client.duplicates,
          lost: client.lost,
          lastSeenMs: client.last_seen_us === null ? null : this.clock.pageMs(client.last_seen_us, now),
        }),
      });
    }
  }
}
