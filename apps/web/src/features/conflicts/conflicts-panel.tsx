"use client";

import { useState } from "react";

import { PageFrame } from "@/components/page-frame";
import { Segmented } from "@/components/ui/segmented";
import { ConflictTable } from "@/features/conflicts/conflict-table";
import { RefusalTable } from "@/features/conflicts/refusal-table";

const VIEWS = [
  { value: "conflicts", label: "Conflicts" },
  { value: "refusals", label: "Refusals" },
] as const;
type View = (typeof VIEWS)[number]["value"];

const TEXTS: Readonly<Record<View, string>> = {
  conflicts: "Two changed the same thing without knowing of each other. The later value stands everywhere; the other one is kept here.",
  refusals: "Changes that were made at a client without contact, and that the hub did not accept. They were rolled back there.",
};

/** What was lost when changes met, and what was refused. */
export function ConflictsPanel() {
  const [view, setView] = useState<View>("conflicts");
  return (
    <PageFrame title="Conflicts and refusals" text={TEXTS[view]} actions={<Segmented label="Show" value={view} choices={VIEWS} onChoose={setView} />}>
      {view === "conflicts" ? <ConflictTable /> : <RefusalTable />}
    </PageFrame>
  );
}
