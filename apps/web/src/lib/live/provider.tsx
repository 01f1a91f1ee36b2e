"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { createContext, use, useCallback, useEffect, useRef, useState, useSyncExternalStore, type ReactNode } from "react";
import { toast } from "sonner";

import type { ClientSummary } from "@/lib/api/clients";
import { loginPath } from "@/lib/api/session";
import type { ClientStatus } from "@/lib/live/client-status";
import { LiveConnection } from "@/lib/live/connection";
import type { LinkState } from "@/lib/live/link";
import type { ClientRows, LiveStore, Pause } from "@/lib/live/store";
import { useSession, useTakeSession } from "@/lib/session";
import { AUDIT_NEWS, REPLICATED } from "@/lib/replicated";

const LiveContext = createContext<LiveConnection | null>(null);

interface LiveProviderProps {
  readonly clients: readonly ClientSummary[];
  readonly snapshot: Uint8Array | null;
  readonly children: ReactNode;
}

/**
 * Gives the pages below one live view, drawn at once from what the server sent and kept up by the socket. What the visitor
 * may do is kept up too: buttons and menus go with the right, and a page that may not be seen any more becomes a refusal.
 */
export function LiveProvider({ clients, snapshot, children }: LiveProviderProps) {
  const [live] = useState(() => new LiveConnection(clients, snapshot));
  const takeSession = useTakeSession();
  const { rights } = useSession();
  const known = useRef(rights);
  useEffect(() => {
    known.current = rights;
  }, [rights]);
  const router = useRouter();
  const queries = useQueryClient();
  useEffect(
    () =>
      live.start({
        onSession: (news) => {
          const isOtherAccess = JSON.stringify(news.rights) !== JSON.stringify(known.current);
          takeSession(news);
          router.refresh();
          if (isOtherAccess) toast.info("Your access was changed by an administrator");
        },
        onEnded: (why) => window.location.assign(loginPath(why)),
        onReplica: () => {
          for (const key of REPLICATED) void queries.invalidateQueries({ queryKey: [key] }, { cancelRefetch: false });
        },
        onAudit: () => void queries.invalidateQueries({ queryKey: [AUDIT_NEWS] }),
      }),
    [live, takeSession, router, queries],
  );
  return <LiveContext value={live}>{children}</LiveContext>;
}

export function useLive(): LiveConnection {
  const live = use(LiveContext);
  if (!live) throw new Error("useLive needs a LiveProvider above it");
  return live;
}

export const useLiveStore = (): LiveStore => useLive().store;

export function useRows(): readonly ClientRows[] {
  const store = useLiveStore();
  return useSyncExternalStore(store.rowsChanged.subscribe, store.getRows, () => store.getFirst().rows);
}

export function useStatuses(): readonly ClientStatus[] {
  const store = useLiveStore();
  return useSyncExternalStore(store.statusChanged.subscribe, store.getStatuses, () => store.getFirst().statuses);
}

export function useStatus(client: string): ClientStatus | undefined {
  const store = useLiveStore();
  const read = useCallback(() => store.status(client), [store, client]);
  const readFirst = useCallback(() => store.getFirst().statuses.find((status) => status.id === client), [store, client]);
  return useSyncExternalStore(store.statusChanged.subscribe, read, readFirst);
}

export function useLink(): LinkState {
  const store = useLiveStore();
  return useSyncExternalStore(store.linkChanged.subscribe, store.getLink, () => store.getFirst().link);
}

export function usePause(): Pause | null {
  const store = useLiveStore();
  return useSyncExternalStore(store.pauseChanged.subscribe, store.getPause, () => null);
}

/** The page's clock in ms, renewed each second; the store's birth until the page is alive, so that server and browser agree. */
export function usePageMs(): number {
  const store = useLiveStore();
  const [nowMs, setNowMs] = useState(store.createdMs);
  useEffect(() => {
    const ticking = setInterval(() => setNowMs(store.now()), 1000);
    return () => clearInterval(ticking);
  }, [store]);
  return nowMs;
}
