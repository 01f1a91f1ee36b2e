"use client";

import Link from "next/link";
import { memo } from "react";

import { TickerRow } from "@/features/ticker/ticker-row";
import { backlogText } from "@/lib/live/backlog";
import { useStatus } from "@/lib/live/provider";
import { clockTime } from "@/lib/time";

import "./ticker.css";

interface ClientBoardProps {
  readonly client: string;
  readonly metrics: readonly string[];
  /** The metric whose chart is shown beside the board, if any. */
  readonly current?: string | undefined;
}

/** One client's rows under its name. */
export const ClientBoard = memo(function ClientBoard({ client, metrics, current }: ClientBoardProps) {
  return (
    <section aria-labelledby={`board-${client}`} className="ticker-board panel overflow-hidden">
      <BoardHead client={client} />
      {metrics.length === 0 ? (
        <p className="border-t px-4 py-3 text-sm text-ink-3">Nothing measured yet. Rows appear when the client sends its catalogue.</p>
      ) : (
        <table className="ticker-table">
          <caption className="sr-only">Current values of {client}</caption>
          <colgroup>
            {["metric", "last", "trend", "range", "age", "state"].map((column) => (
              <col key={column} className={column} />
            ))}
          </colgroup>
          <thead>
            <tr className="h-7 border-t text-2xs text-ink-3">
              <th scope="col" className="pl-4 text-left font-medium">
                Metric
              </th>
              <th scope="col" className="px-2 font-medium">
                <span className="ticker-reading">
                  <span className="text-right">Last</span>
                  <span aria-hidden />
                  <span className="col-span-2 text-left">Change</span>
                </span>
              </th>
              <th scope="col" className="trend pl-4 text-left font-medium">
                Trend
              </th>
              <th scope="col" className="range text-center font-medium">
                Low – high
              </th>
              <th scope="col" className="pr-3 text-right font-medium">
                Age
              </th>
              <th scope="col" className="state pr-4 text-right font-medium">
                Quality
              </th>
            </tr>
          </thead>
          <tbody>
            {metrics.map((metric) => (
              <TickerRow key={metric} client={client} metric={metric} isCurrent={metric === current} />
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
});

function BoardHead({ client }: { readonly client: string }) {
  const status = useStatus(client);
  return (
    <header className="flex h-10 items-center gap-3 px-4">
      <h2 id={`board-${client}`} className="truncate text-sm font-semibold">
        <Link href={`/clients/${encodeURIComponent(client)}`} className="hover:text-accent">
          {status?.displayName ?? client}
        </Link>
      </h2>
      {status?.unseen && (
        <span data-testid={`gap-${client}`} className="truncate text-xs text-warn">
          gap: {clockTime(status.unseen.fromUs)} – {clockTime(status.unseen.toUs)} not replayed here, see its history
        </span>
      )}
      {status && (
        <span className="ml-auto flex items-center gap-3">
          <span className="numeric text-xs text-late">{backlogText(status)}</span>
          <BoardState connected={status.connected} revoked={status.revoked} />
        </span>
      )}
    </header>
  );
}

function BoardState({ connected, revoked }: { readonly connected: boolean; readonly revoked: boolean }) {
  return <span className={connected && !revoked ? "text-xs text-up" : "text-xs text-ink-3"}>{revoked ? "Revoked" : connected ? "Connected" : "Disconnected"}</span>;
}
