"use client";

import { ClientList } from "@/features/clients/client-list";
import { NoClients } from "@/features/clients/no-clients";
import { Ticker } from "@/features/ticker/ticker";
import { useRows } from "@/lib/live/provider";

export function LiveView() {
  const rows = useRows();
  if (rows.length === 0) return <NoClients />;
  return (
    <div className="flex flex-1 flex-col lg:flex-row">
      <div className="max-h-[45dvh] overflow-y-auto border-b lg:sticky lg:max-h-none lg:top-12 lg:h-[calc(100dvh-3rem)] lg:w-72 lg:shrink-0 lg:border-r lg:border-b-0">
        <ClientList />
      </div>
      <Ticker />
    </div>
  );
}
