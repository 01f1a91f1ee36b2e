/** Why there is nothing between two points: what the client told of, else what the hub knows of the contact to it. */
import type { Absence, HistoryGap } from "@/lib/api/clients";
import { lossWords } from "@/lib/loss-cause";

export interface Knowledge {
  /** Records that are lost or missing. */
  readonly losses: readonly HistoryGap[];
  /** Spells without contact. */
  readonly absences: readonly Absence[];
  /** Records may still be on their way. */
  readonly isDraining: boolean;
}

export type GapKind = "lost" | "off" | "none";

export interface GapCause {
  readonly words: string;
  readonly kind: GapKind;
}

const NO_DATA: GapCause = { words: "no data", kind: "none" };

/** A loss first, since it is sure; then how contact was. A spell that is over and left nothing to deliver was one of a client that did not record. */
export function causeOf(fromUs: bigint, toUs: bigint, { losses, absences, isDraining }: Knowledge): GapCause {
  const loss = losses.find((gap) => gap.from_us <= toUs && gap.to_us >= fromUs);
  if (loss) return { words: lossWords(loss.cause), kind: "lost" };
  const away = absences.findLast((absence) => absence.from_us <= toUs && (absence.to_us === null || absence.to_us >= fromUs));
  if (!away) return NO_DATA;
  const mayStillCome = away.to_us === null || isDraining;
  return { words: away.reason !== "clean" && mayStillCome ? "link off" : "client off", kind: "off" };
}
