"use client";

import { keepPreviousData, useQuery, useQueryClient, type QueryClient, type UseQueryResult } from "@tanstack/react-query";
import { useEffect } from "react";

import { withCommand } from "@/features/commands/command-life";
import { commandApi, type Command, type CommandKind } from "@/lib/api/commands";
import { useLiveStore } from "@/lib/live/provider";

const keyOf = (client: string) => ["commands", client];

/** The newest commands of a client. The socket says which has changed, and that one is read again: nothing is polled. */
export function useCommands(client: string, limit: number): UseQueryResult<Command[]> {
  const store = useLiveStore();
  const queries = useQueryClient();
  useEffect(() => follow(client, queries, (listener) => store.onCommand(client, listener)), [client, queries, store]);
  return useQuery({
    queryKey: [...keyOf(client), limit],
    queryFn: ({ signal }) => commandApi.list(client, limit, signal),
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** Every kind of command that the hub knows. */
export function useKinds(): UseQueryResult<CommandKind[]> {
  return useQuery({ queryKey: ["command-kinds"], queryFn: ({ signal }) => commandApi.kinds(signal), staleTime: Number.POSITIVE_INFINITY });
}

/** Puts a command that was just answered into what is shown. */
export function keepCommand(queries: QueryClient, command: Command): void {
  queries.setQueriesData<Command[]>({ queryKey: keyOf(command.client) }, (commands) => commands && withCommand(commands, command));
}

/** Reads each command that changes, one request at a time for each: the last one sees the last change. */
function follow(client: string, queries: QueryClient, subscribe: (listener: (id: string | null) => void) => () => void): () => void {
  /** Ids that are being read, and whether they changed again meanwhile. */
  const reading = new Map<string, boolean>();

  const readAll = () => void queries.invalidateQueries({ queryKey: keyOf(client) });
  const read = async (id: string): Promise<void> => {
    if (reading.has(id)) return void reading.set(id, true);
    reading.set(id, false);
    try {
      keepCommand(queries, await commandApi.show(client, id));
    } catch {
      readAll();
    }
    const hasChanged = reading.get(id) ?? false;
    reading.delete(id);
    if (hasChanged) await read(id);
  };
  return subscribe((id) => (id === null ? readAll() : void read(id)));
}
