"use client";

import { useInfiniteQuery } from "@tanstack/react-query";

import { DataTable, type Column } from "@/components/ui/data-table";
import { kindText, wantedText } from "@/features/conflicts/conflict-text";
import { conflictsApi, type Refusal } from "@/lib/api/conflicts";
import { LOSSES } from "@/lib/replicated";
import { dateTime } from "@/lib/time";

const COLUMNS: readonly Column<Refusal>[] = [
  {
    key: "subject",
    title: "What",
    cell: ({ kind, subject, at_us }) => (
      <div className="sm:py-2">
        <span className="text-sm wrap-anywhere">{subject || "—"}</span>
        <span className="block text-xs text-ink-3">
          {kindText(kind)}, <time className="tabular-nums">{dateTime(at_us)}</time>
        </span>
      </div>
    ),
  },
  {
    key: "wanted",
    title: "Wanted",
    className: "sm:w-64",
    cell: (refusal) => (
      <div className="sm:py-2">
        <ul className="numeric grid gap-0.5 text-xs wrap-anywhere">
          {wantedText(refusal).map((text) => (
            <li key={text}>{text}</li>
          ))}
        </ul>
        <span className="text-xs text-ink-3">
          {refusal.actor || "somebody"}, at {refusal.client}
        </span>
      </div>
    ),
  },
  {
    key: "reason",
    title: "Reason",
    className: "sm:w-72",
    cell: ({ code, text }) => (
      <div className="sm:py-2">
        <span className="text-sm wrap-anywhere">{text}</span>
        <span className="numeric block text-xs text-ink-3">{code}</span>
      </div>
    ),
  },
];

export function RefusalTable() {
  const { data, error, isPending, isFetchingNextPage, hasNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: [LOSSES, "refusals"],
    queryFn: ({ pageParam, signal }) => conflictsApi.refusals(pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
  return (
    <DataTable
      label="Refusals"
      columns={COLUMNS}
      rows={data?.pages.flatMap((page) => page.refusals) ?? []}
      rowKey={({ id }) => id}
      empty="Nothing was refused."
      isLoading={isPending || isFetchingNextPage}
      error={error}
      isStacked
      onEnd={() => {
        if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
      }}
    />
  );
}
