"use client";

import { useInfiniteQuery } from "@tanstack/react-query";

import { DataTable, type Column } from "@/components/ui/data-table";
import { claimText, kindText, whoText } from "@/features/conflicts/conflict-text";
import { conflictsApi, type Claim, type Conflict } from "@/lib/api/conflicts";
import { classes } from "@/lib/classes";
import { LOSSES } from "@/lib/replicated";
import { dateTime } from "@/lib/time";

const COLUMNS: readonly Column<Conflict>[] = [
  {
    key: "subject",
    title: "What",
    cell: ({ kind, subject, field, at_us }) => (
      <div className="sm:py-2">
        <span className="text-sm wrap-anywhere">
          {subject} <span className="text-ink-3">· {field}</span>
        </span>
        <span className="block text-xs text-ink-3">
          {kindText(kind)}, <time className="tabular-nums">{dateTime(at_us)}</time>
        </span>
      </div>
    ),
  },
  { key: "losing", title: "Lost", className: "sm:w-64", cell: (conflict) => <ClaimCell conflict={conflict} claim={conflict.losing} isLost /> },
  { key: "winning", title: "Stands", className: "sm:w-64", cell: (conflict) => <ClaimCell conflict={conflict} claim={conflict.winning} isLost={false} /> },
];

export function ConflictTable() {
  const { data, error, isPending, isFetchingNextPage, hasNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: [LOSSES, "conflicts"],
    queryFn: ({ pageParam, signal }) => conflictsApi.conflicts(pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
  return (
    <DataTable
      label="Conflicts"
      columns={COLUMNS}
      rows={data?.pages.flatMap((page) => page.conflicts) ?? []}
      rowKey={({ id }) => id}
      empty="No value has lost against another."
      isLoading={isPending || isFetchingNextPage}
      error={error}
      isStacked
      onEnd={() => {
        if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
      }}
    />
  );
}

interface ClaimCellProps {
  readonly conflict: Conflict;
  readonly claim: Claim;
  readonly isLost: boolean;
}

function ClaimCell({ conflict, claim, isLost }: ClaimCellProps) {
  return (
    <div className="sm:py-2">
      <span className={classes("numeric text-sm wrap-anywhere", isLost && "text-ink-2 line-through")}>{claimText(conflict, claim)}</span>
      <span className="block text-xs text-ink-3">{whoText(claim)}</span>
      <time className="block text-xs text-ink-3 tabular-nums">{dateTime(claim.at_us)}</time>
    </div>
  );
}
