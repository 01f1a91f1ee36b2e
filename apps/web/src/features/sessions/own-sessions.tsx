"use client";

import { useQuery } from "@tanstack/react-query";

import { PageFrame } from "@/components/page-frame";
import { SessionTable } from "@/features/sessions/session-table";
import { sessionsApi, type ListedSession } from "@/lib/api/sessions";
import { PEOPLE, useChange } from "@/lib/use-change";

const REFRESH_MS = 15_000;

/** Where one is logged in oneself: what is strange there can be ended. */
export function OwnSessions() {
  const { data, error, isPending } = useQuery({ queryKey: [PEOPLE, "own-sessions"], queryFn: sessionsApi.own, refetchInterval: REFRESH_MS });
  const end = useChange((session: ListedSession, csrfToken) => sessionsApi.endOwn(session.id, csrfToken));
  return (
    <PageFrame title="Your sessions" text="Every browser in which you are logged in. If one of them is not yours, end it and change your password.">
      <SessionTable
        label="Your sessions"
        sessions={data ?? []}
        isLoading={isPending}
        error={error}
        isBusy={end.isPending}
        isOfOneUser
        onEnd={(session) => end.mutate(session)}
      />
    </PageFrame>
  );
}
