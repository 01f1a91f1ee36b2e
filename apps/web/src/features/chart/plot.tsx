"use client";

import { useTheme } from "next-themes";
import { useEffect, useRef } from "react";
import uPlot from "uplot";

import { plotOptions, type PlotStyle } from "@/features/chart/plot-options";
import type { ChartData } from "@/features/chart/series";
import type { Zone } from "@/lib/time";

interface PlotProps {
  readonly data: ChartData;
  readonly fromUs: bigint;
  readonly toUs: bigint;
  readonly zone: Zone;
  readonly isStepped: boolean;
  readonly label: string;
  /** The index of the point under the pointer, or null. */
  readonly onPoint: (index: number | null) => void;
}

const HEIGHT = 340;

/** The drawing. To those who can't see it, one image with a label; the table gives the points. */
export function Plot({ data, fromUs, toUs, zone, isStepped, label, onPoint }: PlotProps) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const latest = useRef(data);
  const { resolvedTheme } = useTheme();

  useEffect(() => {
    if (!box.current) return;
    const width = () => Math.max(240, box.current?.clientWidth ?? 0);
    const options = plotOptions({ style: readStyle(box.current), zone, isStepped, gaps: () => latest.current.gaps, onPoint });
    const made = new uPlot({ ...options, width: width(), height: HEIGHT }, columns(latest.current), box.current);
    plot.current = made;
    const observer = new ResizeObserver(() => made.setSize({ width: width(), height: HEIGHT }));
    observer.observe(box.current);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [resolvedTheme, zone, isStepped, onPoint]);

  useEffect(() => {
    latest.current = data;
    plot.current?.batch(() => {
      plot.current?.setData(columns(data), false);
      plot.current?.setScale("x", { min: Number(fromUs) / 1e6, max: Number(toUs) / 1e6 });
    });
  }, [data, fromUs, toUs, resolvedTheme, zone, isStepped]);

  return <div ref={box} role="img" aria-label={label} data-testid="chart" className="w-full overflow-hidden" style={{ minHeight: HEIGHT }} />;
}

const columns = ({ x, max, min, late, live }: ChartData): uPlot.AlignedData => [x, max, min, late, live];

function readStyle(element: Element): PlotStyle {
  const style = getComputedStyle(element);
  const colour = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return { ink: colour("ink-3"), line: colour("line"), live: colour("accent"), late: colour("late"), warn: colour("warn"), down: colour("down"), font: style.fontFamily };
}
