"use client";

import { keepPreviousData, useInfiniteQuery, useQueryClient, type InfiniteData } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { useDeferredValue, useState } from "react";

import { PageFrame } from "@/components/page-frame";
import { DataTable, type Column } from "@/components/ui/data-table";
import { AuditChanges } from "@/features/audit/audit-changes";
import { AuditFilters } from "@/features/audit/audit-filters";
import { AuditNews } from "@/features/audit/audit-news";
import { auditApi, auditQuery, NO_FILTER, type AuditEntry, type AuditPage } from "@/lib/api/audit";
import { dateTime } from "@/lib/time";

const COLUMNS: readonly Column<AuditEntry>[] = [
  {
    key: "at",
    title: "When",
    className: "w-44",
    cell: ({ at_us, actor, action, subject }) => (
      <div className="py-2">
        <time className="text-xs text-ink-2 tabular-nums">{dateTime(at_us)}</time>
        <span className="block text-xs sm:hidden">
          {actor} · {action}
        </span>
        <span className="numeric block text-xs wrap-anywhere text-ink-3 sm:hidden">{subject}</span>
      </div>
    ),
  },
  {
    key: "who",
    title: "Who",
    className: "w-40 max-sm:hidden",
    cell: ({ actor, address }) => (
      <div className="py-2">
        <span className="text-sm wrap-anywhere">{actor || "—"}</span>
        {address && <span className="numeric block text-xs text-ink-3">{address}</span>}
      </div>
    ),
  },
  {
    key: "what",
    title: "What",
    className: "w-56 max-sm:hidden",
    cell: ({ action, subject }) => (
      <div className="py-2">
        <span className="numeric text-xs">{action}</span>
        <span className="numeric block text-xs wrap-anywhere text-ink-3">{subject}</span>
      </div>
    ),
  },
  { key: "changes", title: "Before and after", cell: (entry) => <AuditChanges entry={entry} /> },
];

/** The audit log: filtered by the hub, a page at a time. */
export function AuditPanel() {
  const [filter, setFilter] = useState(NO_FILTER);
  const sought = auditQuery(useDeferredValue(filter));
  const queries = useQueryClient();
  const queryKey = ["audit", sought.toString()];
  const { data, error, isPending, isPlaceholderData, isFetchingNextPage, hasNextPage, fetchNextPage, refetch } = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam, signal }) => auditApi.list(sought, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  const showNewest = () => {
    queries.setQueryData<InfiniteData<AuditPage, string | null>>(queryKey, (old) => old && { pages: old.pages.slice(0, 1), pageParams: old.pageParams.slice(0, 1) });
    void refetch();
  };
  const newest = isPlaceholderData ? undefined : data?.pages[0];
  return (
    <PageFrame
      title="Audit log"
      text="Every change and every command: who, from where, when, what was before and after."
      actions={
        <a
          href={auditApi.csvAddress(sought)}
          download
          className="inline-flex h-9 items-center gap-2 rounded-md border border-line-strong bg-panel px-3.5 text-sm font-medium text-ink hover:bg-raised"
        >
          <Download aria-hidden className="size-4" /> CSV
        </a>
      }
    >
      <AuditFilters filter={filter} onChange={setFilter} />
      {newest && <AuditNews sought={sought} shown={newest} onShow={showNewest} />}
      <DataTable
        label="Audit log"
        columns={COLUMNS}
        rows={data?.pages.flatMap((page) => page.entries) ?? []}
        rowKey={({ id }) => id}
        empty="Nothing like this was done."
        isLoading={isPending || isFetchingNextPage}
        error={error}
        onEnd={() => {
          if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
        }}
      />
    </PageFrame>
  );
}
