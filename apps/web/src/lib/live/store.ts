/** Everything live on the page, outside React: cells by key, clients by id, the page's link, the pause. */
import type { Metric, Sample } from "@/lib/contract";
import { Cell, cellKey, type Arrival } from "@/lib/live/cell";
import { unknownClient, type ClientStatus } from "@/lib/live/client-status";
import { Held, type HeldCounts } from "@/lib/live/held";
import { INITIAL_LINK, isLossShown, lossShownIn, nextLink, type LinkEvent, type LinkState } from "@/lib/live/link";
import { Painter, type FrameSource } from "@/lib/live/painter";
import { Topic } from "@/lib/live/topic";

/** A client and its metrics: what decides which rows there are. */
export interface ClientRows {
  readonly id: string;
  readonly metrics: readonly Metric[];
}

export interface Pause {
  readonly sinceMs: number;
  readonly counts: HeldCounts;
}

/** What React draws first, on the server and in the browser. */
export interface FirstView {
  readonly rows: readonly ClientRows[];
  readonly statuses: readonly ClientStatus[];
  readonly link: LinkState;
}

type CellListener = (cell: Cell, nowMs: number) => void;
export type SampleListener = (sample: Sample, late: boolean) => void;
/** Told the id of a command that is another than before; null means that any may be. */
export type CommandListener = (id: string | null) => void;

const HELD_CAPACITY = 50_000;

export class LiveStore {
  /** The page's clock when the store was made: ages of the first paint refer to it. */
  readonly createdMs: number;
  /** Fires when a client or a metric appears. */
  readonly rowsChanged = new Topic();
  /** Fires at most once a paint, after any client's status changed. */
  readonly statusChanged = new Topic();
  readonly linkChanged = new Topic();
  readonly pauseChanged = new Topic();

  private readonly cells = new Map<string, Cell>();
  private readonly statuses = new Map<string, ClientStatus>();
  private readonly cellListeners = new Map<string, Set<CellListener>>();
  private readonly sampleListeners = new Map<string, Set<SampleListener>>();
  private readonly commandListeners = new Map<string, Set<CommandListener>>();
  private readonly held = new Held(HELD_CAPACITY);
  private readonly painter: Painter;
  private rows: readonly ClientRows[] = [];
  private statusList: readonly ClientStatus[] = [];
  private statusIsNew = false;
  private link: LinkState = INITIAL_LINK;
  private pause: Pause | null = null;
  private updates = 0;
  private first: FirstView = { rows: [], statuses: [], link: INITIAL_LINK };

  constructor(private readonly frames: FrameSource) {
    this.createdMs = frames.now();
    this.painter = new Painter(frames, (key, nowMs) => this.paintCell(key, nowMs));
    this.painter.onPainted(() => this.publish());
  }

  now(): number {
    return this.frames.now();
  }

  /** The clock that cells are judged by: it stands still while the display is paused. */
  displayMs(): number {
    return this.pause?.sinceMs ?? this.now();
  }

  /** Ends the making: what is known now is the first view. Parts of a page come alive late, when the socket has long brought more. */
  begin(): void {
    this.publish();
    this.first = { rows: this.rows, statuses: this.statusList, link: this.link };
  }

  getFirst = (): FirstView => this.first;
  getRows = (): readonly ClientRows[] => this.rows;
  getStatuses = (): readonly ClientStatus[] => this.statusList;
  getLink = (): LinkState => this.link;
  getPause = (): Pause | null => this.pause;
  status = (client: string): ClientStatus | undefined => this.statuses.get(client);
  cell = (client: string, metric: string): Cell | undefined => this.cells.get(cellKey(client, metric));

  /** Samples taken since the page began. */
  get updateCount(): number {
    return this.updates;
  }

  isReachable(client: string): boolean {
    return !isLossShown(this.link, this.now()) && (this.statuses.get(client)?.connected ?? false);
  }

  /** Makes a row for each metric; known ones keep their cells, and retired ones lose their row. */
  setMetrics(client: string, metrics: readonly Metric[]): void {
    const inUse = metrics.filter((metric) => !metric.retired);
    for (const metric of inUse) {
      const key = cellKey(client, metric.name);
      const cell = this.cells.get(key);
      if (cell) cell.metric = metric;
      else this.cells.set(key, new Cell(key, client, metric));
    }
    const others = this.rows.filter((row) => row.id !== client);
    this.rows = [...others, { id: client, metrics: inUse }].sort((left, right) => left.id.localeCompare(right.id));
    this.rowsChanged.fire();
  }

  updateClient(client: string, change: Partial<ClientStatus>): void {
    const before = this.statuses.get(client);
    this.statuses.set(client, { ...(before ?? unknownClient(client)), ...change });
    this.statusIsNew = true;
    if (!before) this.setMetrics(client, []);
    if (before?.connected !== this.statuses.get(client)?.connected) this.repaintClient(client);
    this.painter.request();
  }

  /** Something came from the client. Its age is shown in seconds: unless it is the first, React learns of it with the next `tick`. */
  heardFrom(client: string, times: Pick<ClientStatus, "lastSeenMs"> & Partial<Pick<ClientStatus, "lastDataMs">>): void {
    const before = this.statuses.get(client);
    const isNews = !before || before.lastSeenMs === null || (before.lastDataMs === null && times.lastDataMs !== undefined);
    if (isNews) this.updateClient(client, times);
    else this.statuses.set(client, { ...before, ...times });
  }

  /** Forgets every client that is not `seen` any more. */
  keepOnly(seen: (client: string) => boolean): void {
    this.rows = this.rows.filter((row) => seen(row.id));
    for (const client of [...this.statuses.keys()]) if (!seen(client)) this.statuses.delete(client);
    for (const cell of [...this.cells.values()]) if (!seen(cell.client)) this.cells.delete(cell.key);
    this.statusIsNew = true;
    this.publish();
    this.rowsChanged.fire();
  }

  /** Takes one sample; while paused it is held, except that charts get it at once. */
  addSample(client: string, sample: Sample, arrival: Arrival): void {
    this.updates += 1;
    const key = cellKey(client, sample.metric.name);
    for (const listener of this.sampleListeners.get(key) ?? []) listener(sample, arrival.late);
    if (this.pause) this.held.add({ client, sample, arrival });
    else this.show(key, sample, arrival);
    this.painter.request();
  }

  breakTrends(client: string): void {
    for (const cell of this.cells.values()) if (cell.client === client) cell.breakTrend();
  }

  setPaused(paused: boolean): void {
    if (paused === (this.pause !== null)) return;
    this.pause = paused ? { sinceMs: this.now(), counts: this.held.counts() } : null;
    if (!paused) for (const item of this.held.takeAll()) this.show(this.keyOf(item.client, item.sample), item.sample, item.arrival);
    this.pauseChanged.fire();
    this.repaintAll();
  }

  applyLink(event: LinkEvent): void {
    const before = this.link;
    this.link = nextLink(before, event, this.now());
    this.linkChanged.fire();
    if (before.phase !== this.link.phase) this.repaintAll();
    const shownIn = lossShownIn(this.link, this.now());
    if (before.phase !== "lost" && shownIn !== null) this.frames.wait(() => this.repaintAll(), shownIn);
  }

  /** Once a second: ages grow and cells become stale. */
  tick(): void {
    this.statusIsNew = true;
    if (this.link.phase === "lost") this.linkChanged.fire();
    this.repaintAll();
    this.painter.request();
  }

  /** Calls `listener` with the cell when it must be painted. */
  onPaint(key: string, listener: CellListener): () => void {
    const remove = subscribe(this.cellListeners, key, listener);
    this.painter.mark(key);
    return remove;
  }

  onSample(client: string, metric: string, listener: SampleListener): () => void {
    return subscribe(this.sampleListeners, cellKey(client, metric), listener);
  }

  onCommand(client: string, listener: CommandListener): () => void {
    return subscribe(this.commandListeners, client, listener);
  }

  /** A command of the client is another than before; null: any may be. */
  tellCommand(client: string, id: string | null): void {
    for (const listener of this.commandListeners.get(client) ?? []) listener(id);
  }

  private keyOf = (client: string, sample: Sample): string => cellKey(client, sample.metric.name);

  private show(key: string, sample: Sample, arrival: Arrival): void {
    if (this.cells.get(key)?.offer(sample, arrival)) this.painter.mark(key);
  }

  private paintCell(key: string, nowMs: number): number | null {
    const cell = this.cells.get(key);
    if (!cell) return null;
    const again = cell.settleFlash(nowMs);
    for (const listener of this.cellListeners.get(key) ?? []) listener(cell, this.displayMs());
    return again;
  }

  /** Tells React about what changed since the last time; happens after each paint by itself. */
  publish(): void {
    if (this.statusIsNew) {
      this.statusIsNew = false;
      this.statusList = [...this.statuses.values()].sort((left, right) => left.id.localeCompare(right.id));
      this.statusChanged.fire();
    }
    if (this.pause) {
      const counts = this.held.counts();
      if (counts.held === this.pause.counts.held && counts.dropped === this.pause.counts.dropped) return;
      this.pause = { ...this.pause, counts };
      this.pauseChanged.fire();
    }
  }

  private repaintClient(client: string): void {
    for (const cell of this.cells.values()) if (cell.client === client) this.painter.mark(cell.key);
  }

  private repaintAll(): void {
    for (const key of this.cellListeners.keys()) this.painter.mark(key);
  }
}

function subscribe<Listener>(listeners: Map<string, Set<Listener>>, key: string, listener: Listener): () => void {
  const set = listeners.get(key) ?? new Set<Listener>();
  listeners.set(key, set.add(listener));
  return () => {
    set.delete(listener);
    if (set.size === 0) listeners.delete(key);
  };
}
