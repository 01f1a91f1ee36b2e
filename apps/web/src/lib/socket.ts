/** The page's Socket.IO connection: watches every client, notices a silent loss, and comes back by itself. */
import { io, type Socket } from "socket.io-client";
import * as msgpack from "socket.io-msgpack-parser";
import { z } from "zod";

import { endingSchema, sessionNewsSchema, type Ending, type SessionNews } from "@/lib/api/session";
import type { ConnectedChange, RoomFrame } from "@/lib/live/feed";
import { retryDelayMs, type LinkEvent } from "@/lib/live/link";

const PING_EVERY_MS = 5000;
const PING_ALLOWED_MS = 7000;
const ANSWER_ALLOWED_MS = 10_000;

const bytesSchema = z.union([
  z.instanceof(ArrayBuffer).transform((buffer) => new Uint8Array(buffer)),
  z.instanceof(Uint8Array),
]);
const microsecondsSchema = z
  .union([z.number().int(), z.string().regex(/^-?\d+$/)])
  .nullish()
  .transform((us) => (us === null || us === undefined ? null : BigInt(us)));
const roomSeqSchema = z.coerce.number().int().nonnegative();
const watchAnswerSchema = z.object({ snapshot: bytesSchema });
const frameSchema = z.tuple([z.string(), z.string(), roomSeqSchema, bytesSchema, microsecondsSchema]);
const connectedSchema = z.tuple([z.string(), z.boolean(), microsecondsSchema, z.string().nullish()]);
const pongSchema = z.object({ server_us: z.union([z.number(), z.string()]).transform((us) => BigInt(us)) });

export interface LiveHandlers {
  /** Room numbers to go on from; empty at first. */
  since(): Record<string, number>;
  /** A serialised `LiveSnapshot`. */
  onAnswer(snapshot: Uint8Array): void;
  onFrame(frame: RoomFrame): void;
  onConnected(change: ConnectedChange): void;
  onLink(event: LinkEvent): void;
  onClock(hubUs: bigint, sentMs: number, receivedMs: number): void;
  /** What the visitor may do has changed. */
  onSession(news: SessionNews): void;
  /** The session has ended, and the connection with it. */
  onEnded(why: Ending): void;
  /** Users, rights or configuration are others than before. */
  onReplica(): void;
  /** There is something new in the audit log. */
  onAudit(): void;
  /** The hub refused or ended the connection: the session may be over. */
  onRefused(): void;
  /** The hub sent something that this page does not understand. */
  onUnreadable(error: unknown): void;
}

/** Whether the hub wants a session first: it lets nobody else as far as Socket.IO. */
const isUnauthorised = (error: Error & { description?: unknown }): boolean => error.description === 401;

export class LiveSocket {
  private readonly socket: Socket;
  private attempt = 0;
  private retryTimer: ReturnType<typeof setTimeout> | undefined;
  private pingTimer: ReturnType<typeof setInterval> | undefined;
  private watching = false;
  /** Frames that came while an answer was awaited: they are newer than what the answer replays. */
  private early: RoomFrame[] = [];
  private stopped = true;

  constructor(private readonly handlers: LiveHandlers) {
    this.socket = io({ parser: msgpack, autoConnect: false, reconnection: false, transports: ["websocket", "polling"], tryAllTransports: true });
    this.socket.on("connect", () => void this.watch());
    this.socket.on("disconnect", (reason) => this.lost(reason === "io server disconnect"));
    this.socket.on("connect_error", (error) => this.lost(!this.socket.active || isUnauthorised(error)));
    this.socket.on("frame", (...content) => this.read(() => this.takeFrame(parseFrame(content))));
    this.socket.on("session", (content) => this.read(() => handlers.onSession(sessionNewsSchema.parse(content))));
    this.socket.on("ended", (why) => this.read(() => handlers.onEnded(endingSchema.parse(why))));
    this.socket.on("replica", () => handlers.onReplica());
    this.socket.on("audit", () => handlers.onAudit());
    this.socket.on("connected", (...content) => this.read(() => handlers.onConnected(parseConnected(content))));
  }

  start(): void {
    this.stopped = false;
    window.addEventListener("online", this.retryNow);
    window.addEventListener("offline", this.cut);
    this.socket.connect();
  }

  stop(): void {
    this.stopped = true;
    window.removeEventListener("online", this.retryNow);
    window.removeEventListener("offline", this.cut);
    clearTimeout(this.retryTimer);
    clearInterval(this.pingTimer);
    this.socket.disconnect();
  }

  /** Asks for everything since the last frame seen: at the start, after a loss, and when a frame is missing. */
  async watch(): Promise<void> {
    if (this.watching) return;
    this.watching = true;
    try {
      const request = { clients: "*", since: this.handlers.since() };
      const answer: unknown = await this.socket.timeout(ANSWER_ALLOWED_MS).emitWithAck("watch", request);
      this.handlers.onAnswer(watchAnswerSchema.parse(answer).snapshot);
      this.ready();
    } catch (error) {
      if (this.socket.connected) this.handlers.onUnreadable(error);
      this.cut();
    } finally {
      this.watching = false;
      for (const frame of this.early.splice(0)) this.read(() => this.handlers.onFrame(frame));
    }
  }

  private takeFrame(frame: RoomFrame): void {
    if (this.watching) this.early.push(frame);
    else this.handlers.onFrame(frame);
  }

  private ready(): void {
    this.attempt = 0;
    this.handlers.onLink({ type: "ready" });
    clearInterval(this.pingTimer);
    this.pingTimer = setInterval(() => void this.ping(), PING_EVERY_MS);
    void this.ping();
  }

  private async ping(): Promise<void> {
    const sentMs = performance.now();
    try {
      const answer: unknown = await this.socket.timeout(PING_ALLOWED_MS).emitWithAck("ping-app", { t: sentMs });
      const receivedMs = performance.now();
      this.handlers.onClock(pongSchema.parse(answer).server_us, sentMs, receivedMs);
      this.handlers.onLink({ type: "answered", roundTripMs: receivedMs - sentMs });
    } catch {
      this.cut();
    }
  }

  private readonly cut = (): void => {
    if (this.socket.connected) this.socket.io.engine.close();
  };

  private lost(refused: boolean): void {
    clearInterval(this.pingTimer);
    if (this.stopped) return;
    this.handlers.onLink({ type: "lost" });
    if (refused) this.handlers.onRefused();
    this.attempt += 1;
    const delayMs = retryDelayMs(this.attempt, Math.random());
    this.handlers.onLink({ type: "waiting", attempt: this.attempt, delayMs });
    clearTimeout(this.retryTimer);
    this.retryTimer = setTimeout(this.retryNow, delayMs);
  }

  private readonly retryNow = (): void => {
    clearTimeout(this.retryTimer);
    if (this.stopped || this.socket.connected) return;
    this.handlers.onLink({ type: "trying", attempt: this.attempt });
    this.socket.connect();
  };

  private read(handle: () => void): void {
    try {
      handle();
    } catch (error) {
      this.handlers.onUnreadable(error);
    }
  }
}

function parseFrame(content: unknown[]): RoomFrame {
  const [client, channel, roomSeq, bytes, receivedUs] = frameSchema.parse(content.slice(0, 5));
  return { client, channel, roomSeq, bytes, receivedUs };
}

function parseConnected(content: unknown[]): ConnectedChange {
  const [client, connected, sinceUs, reason] = connectedSchema.parse(content.slice(0, 4));
  return { client, connected, sinceUs, reason: reason ?? "" };
}
