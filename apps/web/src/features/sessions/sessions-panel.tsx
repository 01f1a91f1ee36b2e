"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { PageFrame } from "@/components/page-frame";
import { SearchField } from "@/components/ui/search-field";
import { LockoutTable } from "@/features/sessions/lockout-table";
import { SessionTable } from "@/features/sessions/session-table";
import { sessionsApi, type ListedSession } from "@/lib/api/sessions";
import { useMay } from "@/lib/session";
import { PEOPLE, useChange } from "@/lib/use-change";

const REFRESH_MS = 15_000;

/** Who is logged in at a browser, and whose failed log-ins count. */
export function SessionsPanel() {
  const mayEnd = useMay("session:end", "");
  const maySeeLockouts = useMay("user:read", "");
  const [search, setSearch] = useState("");
  const { data, error, isPending } = useQuery({ queryKey: [PEOPLE, "sessions"], queryFn: sessionsApi.all, refetchInterval: REFRESH_MS });
  const end = useChange((session: ListedSession, csrfToken) => sessionsApi.end(session.id, csrfToken));
  const sought = search.trim().toLowerCase();
  const matching = data?.filter(({ username, display_name, address }) => `${username} ${display_name} ${address}`.toLowerCase().includes(sought));
  return (
    <PageFrame title="Sessions" text="Who is logged in at a browser. Whoever is ended here is logged out at once, and may log in again.">
      <SearchField label="Search sessions" value={search} onChange={setSearch} />
      <SessionTable
        label="Sessions"
        sessions={matching ?? []}
        isLoading={isPending}
        error={error}
        isBusy={end.isPending}
        className="max-h-[60dvh]"
        {...(mayEnd && { onEnd: (session: ListedSession) => end.mutate(session) })}
      />
      {maySeeLockouts && <LockoutTable />}
    </PageFrame>
  );
}
