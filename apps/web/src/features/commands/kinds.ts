/** The signs and short names of the kinds that every client has; a third party's go by their own labels. */
import { Activity, Play, RefreshCw, SlidersHorizontal, Square, Stethoscope, Timer, type LucideIcon } from "lucide-react";

import type { CommandKind } from "@/lib/api/commands";

interface Look {
  readonly name: string;
  readonly Sign: LucideIcon;
  /** What it does, for the dialog. */
  readonly text: string;
}

const BUILT_IN = "precisionpulse.v1.";
const LOOKS: Readonly<Record<string, Look>> = {
  ForceSync: { name: "Force Sync", Sign: RefreshCw, text: "The client sends everything that waits, and fetches the hub's changes, now." },
  UpdateConfig: { name: "Update Config", Sign: SlidersHorizontal, text: "The client fetches its configuration and applies it now." },
  SetInterval: { name: "Set interval", Sign: Timer, text: "The client measures at another interval, until it is told otherwise." },
  StartStream: { name: "Start", Sign: Play, text: "The client records again." },
  StopStream: { name: "Stop", Sign: Square, text: "The client records nothing more, until it is started again." },
  Ping: { name: "Ping", Sign: Activity, text: "The client's application gives a sign of life." },
  CollectDiagnostics: { name: "Diagnostics", Sign: Stethoscope, text: "The client sends versions, settings without secrets, and recent events." },
};

/** How a kind that every client has looks; null for a third party's. */
export function lookOf(kind: string): Look | null {
  return kind.startsWith(BUILT_IN) ? (LOOKS[kind.slice(BUILT_IN.length)] ?? null) : null;
}

export const nameOf = ({ kind, label }: Pick<CommandKind, "kind" | "label">): string => lookOf(kind)?.name ?? label;
