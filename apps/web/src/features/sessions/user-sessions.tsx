"use client";

import { useQuery } from "@tanstack/react-query";

import { Section } from "@/components/section";
import { SessionTable } from "@/features/sessions/session-table";
import { sessionsApi, type ListedSession } from "@/lib/api/sessions";
import type { User } from "@/lib/api/users";
import { useMay } from "@/lib/session";
import { PEOPLE, useChange } from "@/lib/use-change";

const REFRESH_MS = 15_000;

/** Where one user is logged in. */
export function UserSessions({ user }: { readonly user: User }) {
  const mayEnd = useMay("session:end", "");
  const { data, error, isPending } = useQuery({
    queryKey: [PEOPLE, "sessions", user.id],
    queryFn: () => sessionsApi.of(user.id),
    refetchInterval: REFRESH_MS,
  });
  const end = useChange((session: ListedSession, csrfToken) => sessionsApi.end(session.id, csrfToken));
  return (
    <Section id="sessions-title" title="Sessions" text="In browsers. Sessions on desktops end with the right to log in, or with “End all sessions”.">
      <SessionTable
        label={`Sessions of ${user.username}`}
        sessions={data ?? []}
        isLoading={isPending}
        error={error}
        isBusy={end.isPending}
        isOfOneUser
        className="max-h-72"
        {...(mayEnd && { onEnd: (session: ListedSession) => end.mutate(session) })}
      />
    </Section>
  );
}
