"use client";

import Link from "next/link";

import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { DataTable, type Column } from "@/components/ui/data-table";
import type { ListedSession } from "@/lib/api/sessions";
import { dateTime } from "@/lib/time";

interface SessionTableProps {
  readonly label: string;
  readonly sessions: readonly ListedSession[];
  readonly isLoading: boolean;
  readonly error: Error | null;
  /** Absent: they can't be ended here. */
  readonly onEnd?: (session: ListedSession) => void;
  readonly isBusy: boolean;
  /** Whose is not shown: it is clear from the page. */
  readonly isOfOneUser?: boolean;
  readonly className?: string;
}

/** Sessions of browsers, each with where it is from and since when. */
export function SessionTable({ label, sessions, isLoading, error, onEnd, isBusy, isOfOneUser = false, className }: SessionTableProps) {
  const user: Column<ListedSession> = {
    key: "user",
    title: "User",
    cell: (session) => (
      <Link href={`/admin/users/${session.user_id}`} className="font-medium underline-offset-4 hover:underline">
        {session.username}
      </Link>
    ),
  };
  const columns: Column<ListedSession>[] = [
    ...(isOfOneUser ? [] : [user]),
    {
      key: "address",
      title: "From",
      cell: (session) => (
        <span className="inline-flex flex-wrap items-center gap-2">
          <span className="numeric text-xs">{session.address || "unknown"}</span>
          {session.current && <Badge tone="accent">This one</Badge>}
        </span>
      ),
    },
    { key: "began", title: "Logged in", cell: (session) => <Time us={session.began_us} />, className: "sm:max-md:hidden" },
    { key: "used", title: "Last used", cell: (session) => <Time us={session.last_used_us} /> },
  ];
  if (onEnd) {
    columns.push({
      key: "end",
      title: "Actions",
      isTitleHidden: true,
      className: "w-px text-right",
      cell: (session) => (
        <Button size="small" look="danger" disabled={isBusy} aria-label={`End the session of ${session.username} from ${session.address}`} onClick={() => onEnd(session)}>
          End
        </Button>
      ),
    });
  }
  return (
    <DataTable
      label={label}
      columns={columns}
      rows={sessions}
      rowKey={(session) => session.id}
      empty="Nobody is logged in."
      isLoading={isLoading}
      error={error}
      isStacked
      {...(className && { className })}
    />
  );
}

function Time({ us }: { readonly us: bigint }) {
  return <span className="whitespace-nowrap text-ink-2 tabular-nums">{dateTime(us)}</span>;
}
