"use client";

import { createContext, use, type ReactNode } from "react";

import type { Session } from "@/lib/api/session";
import { may } from "@/lib/permissions";

const SessionContext = createContext<Session | null>(null);

export function SessionProvider({ session, children }: { readonly session: Session; readonly children: ReactNode }) {
  return <SessionContext value={session}>{children}</SessionContext>;
}

export function useSession(): Session {
  const session = use(SessionContext);
  if (!session) throw new Error("useSession needs a SessionProvider above it");
  return session;
}

/** Whether the visitor holds `permission`: for `client`, or, without one, for any client at all. */
export function useMay(permission: string, client?: string): boolean {
  return may(useSession().rights, permission, client);
}
