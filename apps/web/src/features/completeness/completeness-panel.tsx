"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { CircleCheck, Download } from "lucide-react";

import { Button } from "@/components/ui/button";
import { csvOf, rowsOf } from "@/features/completeness/loss-rows";
import { LossTable } from "@/features/completeness/loss-table";
import { clientApi } from "@/lib/api/clients";
import { downloadText } from "@/lib/download";
import { formatCount } from "@/lib/format";
import { isSyncing, proofText } from "@/lib/live/backlog";
import type { ClientStatus } from "@/lib/live/client-status";

/** The proof that nothing of a client is missing, or the list of what is, with the causes. */
export function CompletenessPanel({ status }: { readonly status: ClientStatus }) {
  const { id, lost, missing, duplicates } = status;
  const { data, error } = useQuery({
    queryKey: ["completeness", id, String(lost), String(missing)],
    queryFn: ({ signal }) => clientApi.completeness(id, signal),
    placeholderData: keepPreviousData,
  });
  const rows = data ? rowsOf(data, isSyncing(status)) : [];
  return (
    <section aria-labelledby="completeness-title" className="panel overflow-hidden">
      <header className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-3">
        <div className="mr-auto min-w-0">
          <h2 id="completeness-title" className="text-sm font-semibold">
            Completeness
          </h2>
          <p className="text-xs text-ink-2">
            <span data-testid="proof" className="numeric">
              {proofText(status)}
            </span>
            {duplicates > 0n && <span className="text-ink-3"> · {formatCount(duplicates)} came twice and are stored once</span>}
          </p>
        </div>
        {rows.length > 0 && (
          <Button size="small" onClick={() => downloadText(`${id}-losses.csv`, csvOf(rows), "text/csv")}>
            <Download aria-hidden /> CSV
          </Button>
        )}
      </header>
      {error && (
        <p role="alert" className="border-t px-4 py-3 text-sm text-down">
          The list could not be read: {error.message}
        </p>
      )}
      {data && rows.length === 0 && (
        <p className="flex items-center gap-2 border-t px-4 py-3 text-sm text-ink-2">
          <CircleCheck aria-hidden className="size-4 text-up" /> Nothing is missing
        </p>
      )}
      {data && rows.length > 0 && <LossTable rows={rows} total={data.total_losses + BigInt(data.holes.length)} />}
    </section>
  );
}
