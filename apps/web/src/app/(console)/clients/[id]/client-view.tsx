"use client";

import { ChartPanel } from "@/features/chart/chart-panel";
import { CompletenessPanel } from "@/features/completeness/completeness-panel";
import { ClientHeader } from "@/features/clients/client-header";
import { CommandsPanel } from "@/features/commands/commands-panel";
import { LinkCutter } from "@/features/link-cutter/link-cutter";
import { ClientBoard } from "@/features/ticker/client-board";
import { useRows, useStatus } from "@/lib/live/provider";

interface ClientViewProps {
  readonly id: string;
  /** Name of the metric to chart; null means the first. */
  readonly metric: string | null;
}

export function ClientView({ id, metric }: ClientViewProps) {
  const status = useStatus(id);
  const metrics = useRows().find((row) => row.id === id)?.metrics ?? [];
  const current = metrics.find(({ name }) => name === metric) ?? metrics[0];
  return (
    <div className="mx-auto grid w-full max-w-[100rem] gap-3 p-3 sm:p-4">
      {status && <ClientHeader status={status} />}
      {status?.linkCanBeCut && <LinkCutter client={id} />}
      {status && <CommandsPanel status={status} />}
      {current && <ChartPanel key={current.name} client={id} metric={current} />}
      <ClientBoard client={id} metrics={metrics.map(({ name }) => name)} current={current?.name} />
      {status && <CompletenessPanel status={status} />}
    </div>
  );
}
