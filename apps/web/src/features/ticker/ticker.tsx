"use client";

import { useMemo, useRef, useState, type KeyboardEvent } from "react";

import { AnnounceToggle } from "@/features/ticker/announce-toggle";
import { ClientBoard } from "@/features/ticker/client-board";
import { KeysDialog } from "@/features/ticker/keys-dialog";
import { moveRow, openRow } from "@/features/ticker/row-focus";
import { PauseButton } from "@/features/ticker/pause-button";
import { SearchBox } from "@/features/ticker/search-box";
import { useKeys } from "@/features/ticker/use-keys";
import { useLiveStore, useRows, useStatuses } from "@/lib/live/provider";
import type { ClientRows } from "@/lib/live/store";

/** Every metric of every client, as it changes. */
export function Ticker() {
  const store = useLiveStore();
  const rows = useRows();
  const [search, setSearch] = useState("");
  const [keysShown, setKeysShown] = useState(false);
  const [announcing, setAnnouncing] = useState(false);
  const searchBox = useRef<HTMLInputElement>(null);
  const region = useRef<HTMLElement>(null);
  const names = useNames();
  const boards = useMemo(() => matching(rows, names, search), [rows, names, search]);

  useKeys({
    "/": () => searchBox.current?.focus(),
    p: () => store.setPaused(store.getPause() === null),
    "?": () => setKeysShown(true),
    ArrowDown: () => moveRow(region.current, 1),
    ArrowUp: () => moveRow(region.current, -1),
  });

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter" && openRow(event.target)) event.preventDefault();
  };

  return (
    <div className="flex min-w-0 flex-1 flex-col">
      <div className="sticky top-12 z-20 flex h-11 shrink-0 items-center gap-2 border-b bg-ground px-3 sm:px-4">
        <h1 className="sr-only">Live values</h1>
        <SearchBox ref={searchBox} value={search} onChange={setSearch} />
        <div className="ml-auto flex items-center gap-1.5">
          <AnnounceToggle pressed={announcing} onToggle={() => setAnnouncing(!announcing)} />
          <PauseButton />
          <KeysDialog open={keysShown} onOpenChange={setKeysShown} />
        </div>
      </div>
      <section
        ref={region}
        aria-label="Live values"
        aria-live={announcing ? "polite" : "off"}
        onKeyDown={onKeyDown}
        data-testid="ticker"
        className="grid gap-3 p-3 sm:p-4"
      >
        {boards.map((board) => (
          <ClientBoard key={board.id} client={board.id} metrics={board.metrics} />
        ))}
        {boards.length === 0 && <p className="p-8 text-center text-sm text-ink-3">Nothing matches “{search}”. Esc clears the search.</p>}
      </section>
    </div>
  );
}

/** Display names by client id, as one string, so that a heartbeat alone does not redraw the boards. */
function useNames(): ReadonlyMap<string, string> {
  const statuses = useStatuses();
  const text = JSON.stringify(statuses.map((status) => [status.id, status.displayName]));
  return useMemo(() => new Map(JSON.parse(text) as [string, string][]), [text]);
}

function matching(rows: readonly ClientRows[], names: ReadonlyMap<string, string>, search: string) {
  const word = search.trim().toLowerCase();
  const has = (text: string) => text.toLowerCase().includes(word);
  return rows
    .map(({ id, metrics }) => {
      const metricNames = metrics.map((metric) => metric.name);
      const isWhole = has(id) || has(names.get(id) ?? "");
      return { id, isWhole, metrics: isWhole ? metricNames : metricNames.filter(has) };
    })
    .filter((board) => board.isWhole || board.metrics.length > 0);
}
