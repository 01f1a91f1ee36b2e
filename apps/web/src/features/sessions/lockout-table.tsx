"use client";

import { useQuery } from "@tanstack/react-query";

import { Section } from "@/components/section";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { DataTable, type Column } from "@/components/ui/data-table";
import { lockoutsApi, type Lockout } from "@/lib/api/sessions";
import { useMay } from "@/lib/session";
import { clockTime } from "@/lib/time";
import { PEOPLE, useChange } from "@/lib/use-change";

const REFRESH_MS = 15_000;

/** Names under which wrong passwords were given: ten lock the name for a quarter of an hour. */
export function LockoutTable() {
  const mayClear = useMay("user:update", "");
  const { data, error, isPending } = useQuery({ queryKey: [PEOPLE, "lockouts"], queryFn: lockoutsApi.list, refetchInterval: REFRESH_MS });
  const clear = useChange((lockout: Lockout, csrfToken) => lockoutsApi.clear(lockout.username, csrfToken));
  const columns: Column<Lockout>[] = [
    { key: "username", title: "User name", cell: ({ username }) => <span className="font-medium break-all">{username}</span> },
    { key: "failures", title: "Failures", cell: ({ failures, limit }) => <span className="tabular-nums">{`${failures} of ${limit}`}</span> },
    {
      key: "state",
      title: "State",
      cell: ({ locked_until_us: until }) => (until === null ? <Badge>Not locked</Badge> : <Badge tone="bad">Locked until {clockTime(until)}</Badge>),
    },
  ];
  if (mayClear) {
    columns.push({
      key: "clear",
      title: "Actions",
      isTitleHidden: true,
      className: "w-px text-right",
      cell: (lockout) => (
        <Button size="small" disabled={clear.isPending} aria-label={`Clear the failures of ${lockout.username}`} onClick={() => clear.mutate(lockout)}>
          Clear
        </Button>
      ),
    });
  }
  return (
    <Section id="lockouts-title" title="Failed log-ins" text="Ten wrong passwords lock a name for 15 minutes. Clearing lets the user try again at once.">
      <DataTable
        label="Names with failed log-ins"
        columns={columns}
        rows={data ?? []}
        rowKey={(lockout) => lockout.username}
        empty="No failed log-in counts now."
        isLoading={isPending}
        error={error}
        isStacked
        className="max-h-72"
      />
    </Section>
  );
}
