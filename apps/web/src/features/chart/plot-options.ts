/** How the plot looks: axes, the two line styles, the band between least and greatest, and the gaps. */
import uPlot from "uplot";

import type { ChartGap } from "@/features/chart/series";
import type { Zone } from "@/lib/time";

export interface PlotStyle {
  readonly ink: string;
  readonly line: string;
  readonly live: string;
  readonly late: string;
  readonly warn: string;
  readonly down: string;
  readonly font: string;
}

interface PlotSettings {
  readonly style: PlotStyle;
  readonly zone: Zone;
  readonly isStepped: boolean;
  readonly gaps: () => readonly ChartGap[];
  readonly onPoint: (index: number | null) => void;
}

const SERIES = { max: 1, min: 2, late: 3, live: 4 } as const;
const LABEL_NEEDS_PX = 64;

export function plotOptions({ style, zone, isStepped, gaps, onPoint }: PlotSettings): Omit<uPlot.Options, "width" | "height"> {
  const paths = isStepped ? uPlot.paths.stepped?.({ align: 1 }) : uPlot.paths.linear?.();
  const axis = { stroke: style.ink, font: `11px ${style.font}`, grid: { stroke: style.line, width: 1 }, ticks: { show: false } };
  const line = { ...(paths && { paths }), points: { show: false }, spanGaps: false };
  return {
    ...(zone === "utc" && { tzDate: (seconds: number) => uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC") }),
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 7 } },
    padding: [14, 10, 0, 0],
    scales: { x: { time: true, auto: false }, y: { range: isStepped ? [-0.1, 1.1] : padded } },
    axes: [
      { ...axis, size: 34, space: 70, values: TIME_LABELS },
      { ...axis, size: 76, gap: 8, ...(isStepped && { splits: () => [0, 1], values: () => ["false", "true"] }) },
    ],
    series: [
      {},
      { stroke: "transparent", width: 0, points: { show: false }, ...(paths && { paths }) },
      { stroke: "transparent", width: 0, points: { show: false }, ...(paths && { paths }) },
      { stroke: style.late, width: 1.5, dash: [5, 3], ...line },
      { stroke: style.live, width: 1.5, ...line },
    ],
    bands: [{ series: [SERIES.max, SERIES.min], fill: translucent(style.live, 16) }],
    hooks: {
      drawClear: [(plot) => drawGaps(plot, gaps(), style)],
      setCursor: [(plot) => onPoint(plot.cursor.idx ?? null)],
    },
  };
}

const TIME_LABELS: uPlot.Axis.Values = [
  [3600 * 24, "{D} {MMM}", null, null, null, null, null, null, 1],
  [3600, "{HH}:{mm}", null, null, null, null, null, null, 1],
  [60, "{HH}:{mm}", null, null, null, null, null, null, 1],
  [1, "{HH}:{mm}:{ss}", null, null, null, null, null, null, 1],
];

const translucent = (colour: string, percent: number): string => `color-mix(in oklab, ${colour} ${percent}%, transparent)`;

/** A little room above and below; a flat line lies in the middle. */
function padded(_plot: uPlot, low: number | null, high: number | null): uPlot.Range.MinMax {
  if (low === null || high === null) return [0, 1];
  const room = (high - low) * 0.12 || Math.max(1, Math.abs(high) * 0.02);
  return [low - room, high + room];
}

function drawGaps(plot: uPlot, gaps: readonly ChartGap[], style: PlotStyle): void {
  const { ctx: context, bbox } = plot;
  const ratio = uPlot.pxRatio;
  context.save();
  context.beginPath();
  context.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  context.clip();
  context.font = `${10.5 * ratio}px ${style.font}`;
  context.textAlign = "center";
  for (const gap of gaps) {
    const left = Math.max(bbox.left, plot.valToPos(Number(gap.fromUs) / 1e6, "x", true));
    const right = Math.min(bbox.left + bbox.width, plot.valToPos(Number(gap.toUs) / 1e6, "x", true));
    if (right <= left) continue;
    context.fillStyle = translucent({ lost: style.down, off: style.warn, none: style.ink }[gap.kind], 10);
    context.fillRect(left, bbox.top, Math.max(right - left, 2 * ratio), bbox.height);
    if (right - left < LABEL_NEEDS_PX * ratio) continue;
    context.fillStyle = style.ink;
    context.fillText(gap.words, (left + right) / 2, bbox.top + 14 * ratio);
  }
  context.restore();
}
