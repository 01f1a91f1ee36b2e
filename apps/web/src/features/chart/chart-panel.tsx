"use client";

import { Table2 } from "lucide-react";
import dynamic from "next/dynamic";
import { useCallback, useState } from "react";

import { Button } from "@/components/ui/button";
import { Segmented } from "@/components/ui/segmented";
import { Skeleton } from "@/components/ui/skeleton";
import { GapList } from "@/features/chart/gap-list";
import { PointsTable } from "@/features/chart/points-table";
import { Readout } from "@/features/chart/readout";
import { summary } from "@/features/chart/series";
import { usePoints } from "@/features/chart/use-points";
import { ValueType, type Metric } from "@/lib/contract";
import { unitLabel } from "@/lib/format";
import type { Zone } from "@/lib/time";

const Plot = dynamic(() => import("@/features/chart/plot").then((module) => module.Plot), {
  ssr: false,
  loading: () => <Skeleton className="h-[340px]" />,
});

const MINUTE_MS = 60_000;
const RANGES = [
  { value: "5m", label: "5m", words: "last 5 minutes", ms: 5 * MINUTE_MS },
  { value: "15m", label: "15m", words: "last 15 minutes", ms: 15 * MINUTE_MS },
  { value: "1h", label: "1h", words: "last hour", ms: 60 * MINUTE_MS },
  { value: "6h", label: "6h", words: "last 6 hours", ms: 360 * MINUTE_MS },
  { value: "24h", label: "24h", words: "last 24 hours", ms: 1440 * MINUTE_MS },
] as const;
type RangeName = (typeof RANGES)[number]["value"];
const ZONES = [
  { value: "local", label: "Local" },
  { value: "utc", label: "UTC" },
] as const;

interface ChartPanelProps {
  readonly client: string;
  readonly metric: Metric;
}

/** One metric over time: what is stored, and what arrives. */
export function ChartPanel({ client, metric }: ChartPanelProps) {
  const [rangeName, setRangeName] = useState<RangeName>("5m");
  const [zone, setZone] = useState<Zone>("local");
  const [isTableShown, setTableShown] = useState(false);
  const [pointed, setPointed] = useState<number | null>(null);
  const range = RANGES.find((choice) => choice.value === rangeName) ?? RANGES[0];
  const content = usePoints(client, metric, range.ms);
  const { points, data } = content;
  const onPoint = useCallback((index: number | null) => setPointed(index), []);
  const unit = unitLabel(metric.unit);
  const isDouble = metric.type === ValueType.DOUBLE;
  const title = `${metric.name} of ${client}`;
  const text = summary({ title, unit, isDouble, range: range.words }, points, data.gaps.filter(({ isOpen }) => !isOpen).length);
  const pointedX = pointed === null ? undefined : data.x[pointed];
  const point = points.find(({ us }) => Number(us) / 1e6 === pointedX) ?? points.at(-1);

  return (
    <section aria-labelledby="chart-title" className="panel overflow-hidden">
      <header className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3">
        <div className="mr-auto min-w-0">
          <h2 id="chart-title" className="truncate text-sm font-semibold">
            {metric.name}
          </h2>
          <p className="truncate text-xs text-ink-3">{metric.description || "Stored readings, and new ones as they arrive"}</p>
        </div>
        <Segmented label="Range" value={rangeName} choices={RANGES} onChoose={setRangeName} />
        <Segmented label="Time zone" value={zone} choices={ZONES} onChoose={setZone} />
        <Button size="small" aria-pressed={isTableShown} onClick={() => setTableShown(!isTableShown)}>
          <Table2 aria-hidden /> View as table
        </Button>
      </header>
      <Readout point={point} unit={unit} isDouble={isDouble} zone={zone} hasLate={points.some(({ late }) => late)} />
      {content.error && (
        <p role="alert" className="px-4 py-2 text-sm text-down">
          The history could not be read: {content.error.message} New readings still appear.
        </p>
      )}
      <div className="px-1 pb-2">
        <Plot
          data={data}
          fromUs={content.fromUs}
          toUs={content.toUs}
          zone={zone}
          isStepped={metric.type === ValueType.BOOL}
          label={text}
          onPoint={onPoint}
        />
      </div>
      <GapList gaps={data.gaps} zone={zone} />
      {isTableShown && <PointsTable caption={text} points={points} zone={zone} />}
    </section>
  );
}
