"use client";

import Link from "next/link";
import { memo, useEffect, useRef, useState } from "react";

import { RowPainter } from "@/features/ticker/row-painter";
import { rowView } from "@/features/ticker/row-view";
import { cellKey } from "@/lib/live/cell";
import { useLiveStore } from "@/lib/live/provider";
import { unitLabel } from "@/lib/format";

interface TickerRowProps {
  readonly client: string;
  readonly metric: string;
  /** Whether its chart is the one that is shown. */
  readonly isCurrent: boolean;
}

/** One metric. Drawn by React once; its values are then painted into it without React. */
export const TickerRow = memo(function TickerRow({ client, metric, isCurrent }: TickerRowProps) {
  const store = useLiveStore();
  const row = useRef<HTMLTableRowElement>(null);
  const cell = store.cell(client, metric);
  const [first] = useState(() =>
    cell ? rowView(cell, { nowMs: store.createdMs, reachable: store.isReachable(client) }) : null,
  );

  useEffect(() => {
    if (!row.current) return;
    const painter = new RowPainter(row.current, store);
    const ends = [painter.watchSize(), store.onPaint(cellKey(client, metric), painter.paint)];
    return () => ends.forEach((end) => end());
  }, [store, client, metric]);

  if (!cell || !first) return null;
  return (
    <tr ref={row} data-row tabIndex={-1} className="ticker-row">
      <th scope="row" title={cell.metric.description || undefined} className="truncate pr-2 pl-4 text-left text-[0.8125rem] font-normal text-ink-2">
        <Link
          href={`/clients/${encodeURIComponent(client)}?metric=${encodeURIComponent(metric)}`}
          scroll={false}
          prefetch={false}
          tabIndex={-1}
          data-open
          aria-current={isCurrent ? "true" : undefined}
          className="hover:text-accent aria-[current]:text-accent"
        >
          {metric}
        </Link>
      </th>
      <td
        data-part="cell"
        data-testid={`cell-${client}-${metric}`}
        data-quality={first.quality}
        data-dir={first.direction}
        data-seq={first.seq}
        data-ts={first.ts}
        aria-label={first.label}
        suppressHydrationWarning
        className="ticker-cell numeric"
      >
        <span className="ticker-reading">
          <span data-part="value" data-long={first.isLong ? "" : undefined} title={first.exact} className="ticker-value">
            {first.value}
          </span>
          <span data-part="unit" className="ticker-unit">
            {unitLabel(cell.metric.unit)}
          </span>
          <span aria-hidden data-part="glyph" className="ticker-glyph">
            {first.glyph}
          </span>
          <span data-part="delta" className="ticker-delta">
            {first.delta}
          </span>
        </span>
      </td>
      <td className="ticker-trend-cell">
        <canvas aria-hidden data-part="trend" className="ticker-trend" />
      </td>
      <td className="ticker-range-cell numeric">
        <span className="ticker-range">
          <span data-part="low" className="truncate text-right">
            {first.low}
          </span>
          <span aria-hidden hidden className="ticker-bar">
            <span data-part="mark" className="ticker-mark" />
          </span>
          <span data-part="high" className="truncate">
            {first.high}
          </span>
        </span>
      </td>
      <td data-part="age" className="numeric truncate pr-3 text-right text-xs text-ink-2">
        {first.age}
      </td>
      <td data-part="state" data-state={first.quality} suppressHydrationWarning className="truncate pr-4 text-right text-xs">
        {first.state}
      </td>
    </tr>
  );
});
