/** Writes a row's view straight into its elements, and only what differs: React draws a row once. */
import type { Cell } from "@/lib/live/cell";
import type { LiveStore } from "@/lib/live/store";
import { rowView, type RowView } from "@/features/ticker/row-view";
import { drawTrend, keepSharp } from "@/features/ticker/trend";

const PARTS = ["cell", "glyph", "value", "delta", "age", "state", "low", "high", "mark", "trend"] as const;
type Part = (typeof PARTS)[number];

const TREND_PAUSE_MS = 250;

export class RowPainter {
  private readonly parts: Readonly<Record<Part, HTMLElement>>;
  private shown: RowView | null = null;
  private trendSeq = "";
  private trendMs = Number.NEGATIVE_INFINITY;

  constructor(
    row: HTMLElement,
    private readonly store: LiveStore,
  ) {
    const find = (part: Part) => {
      const element = row.querySelector<HTMLElement>(`[data-part="${part}"]`);
      if (!element) throw new Error(`The row has no part "${part}"`);
      return element;
    };
    this.parts = Object.fromEntries(PARTS.map((part) => [part, find(part)])) as Record<Part, HTMLElement>;
  }

  /** Answers what ends the row's watch over its own size. */
  watchSize(): () => void {
    return keepSharp(this.parts.trend);
  }

  paint = (cell: Cell, nowMs: number): void => {
    const view = rowView(cell, { nowMs, reachable: this.store.isReachable(cell.client) });
    const { parts, shown } = this;
    if (view.value !== shown?.value) {
      parts.value.textContent = view.value;
      parts.value.toggleAttribute("data-long", view.isLong);
    }
    if (view.exact !== shown?.exact) parts.value.title = view.exact;
    if (view.glyph !== shown?.glyph) parts.glyph.textContent = view.glyph;
    if (view.delta !== shown?.delta) parts.delta.textContent = view.delta;
    if (view.age !== shown?.age) parts.age.textContent = view.age;
    if (view.low !== shown?.low) parts.low.textContent = view.low;
    if (view.high !== shown?.high) parts.high.textContent = view.high;
    if (view.state !== shown?.state) parts.state.textContent = view.state;
    if (view.place !== shown?.place) this.paintMark(view.place);
    this.paintAttributes(view);
    this.paintFlash(cell);
    this.shown = view;
    this.paintTrend(cell, view.seq);
  };

  private paintAttributes(view: RowView): void {
    const { cell, state } = this.parts;
    const shown = this.shown;
    if (view.direction !== shown?.direction) cell.dataset.dir = view.direction;
    if (view.seq !== shown?.seq) cell.dataset.seq = view.seq;
    if (view.ts !== shown?.ts) cell.dataset.ts = view.ts;
    if (view.label !== shown?.label) cell.setAttribute("aria-label", view.label);
    if (view.quality === shown?.quality) return;
    cell.dataset.quality = view.quality;
    state.dataset.state = view.quality;
  }

  private paintFlash({ flash, beat }: Cell): void {
    const { dataset } = this.parts.cell;
    if (flash === null) {
      if (dataset.flash !== undefined) delete dataset.flash;
      return;
    }
    if (dataset.flash !== flash) dataset.flash = flash;
    if (dataset.beat !== String(beat)) dataset.beat = String(beat);
  }

  private paintMark(place: number | null): void {
    const { mark } = this.parts;
    mark.parentElement?.toggleAttribute("hidden", place === null);
    if (place !== null) mark.style.setProperty("--place", `${(place * 100).toFixed(1)}%`);
  }

  private paintTrend(cell: Cell, seq: string): void {
    const now = this.store.now();
    const { trend } = this.parts;
    if (this.trendSeq === seq || now - this.trendMs < TREND_PAUSE_MS || !(trend instanceof HTMLCanvasElement)) return;
    this.trendSeq = seq;
    this.trendMs = now;
    drawTrend(trend, cell.trend);
  }
}
