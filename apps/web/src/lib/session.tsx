"use client";

import { createContext, use, useCallback, useMemo, useState, type ReactNode } from "react";

import type { Session, SessionNews } from "@/lib/api/session";
import { may } from "@/lib/permissions";

interface SessionControl {
  readonly session: Session;
  readonly take: (news: SessionNews) => void;
}

const SessionContext = createContext<SessionControl | null>(null);

/** Gives the pages below the session: as the server rendered it, and as the hub says since then. */
export function SessionProvider({ session: rendered, children }: { readonly session: Session; readonly children: ReactNode }) {
  const [latest, setLatest] = useState({ rendered, session: rendered });
  if (latest.rendered !== rendered) setLatest({ rendered, session: rendered });
  const take = useCallback((news: SessionNews) => setLatest((before) => ({ ...before, session: { ...before.session, ...news } })), []);
  const control = useMemo(() => ({ session: latest.session, take }), [latest.session, take]);
  return <SessionContext value={control}>{children}</SessionContext>;
}

function useControl(): SessionControl {
  const control = use(SessionContext);
  if (!control) throw new Error("useSession needs a SessionProvider above it");
  return control;
}

export const useSession = (): Session => useControl().session;

/** Takes what the hub says about the session. */
export const useTakeSession = (): ((news: SessionNews) => void) => useControl().take;

/** Whether the visitor holds `permission`: for `client`, or, without one, for any client at all. */
export function useMay(permission: string, client?: string): boolean {
  return may(useSession().rights, permission, client);
}
