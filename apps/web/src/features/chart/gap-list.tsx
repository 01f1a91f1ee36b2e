import type { ChartGap } from "@/features/chart/series";
import { classes } from "@/lib/classes";
import { clockTime, type Zone } from "@/lib/time";

const MOST = 8;
const TONES = { lost: "bg-down", off: "bg-warn", none: "bg-ink-3" } as const;

/** The gaps of the chart as text, newest first: from when to when, and why. */
export function GapList({ gaps, zone }: { readonly gaps: readonly ChartGap[]; readonly zone: Zone }) {
  if (gaps.length === 0) return null;
  const shown = gaps.toReversed().slice(0, MOST);
  return (
    <ul aria-label="Gaps" data-testid="chart-gaps" className="flex flex-wrap gap-x-5 gap-y-1 border-t px-4 py-2 text-xs text-ink-2">
      {shown.map((gap) => (
        <li key={String(gap.fromUs)} data-kind={gap.kind} className="flex items-center gap-2">
          <span aria-hidden className={classes("size-2 rounded-xs", TONES[gap.kind])} />
          <span className="numeric text-ink-3">
            {clockTime(gap.fromUs, zone)} – {gap.isOpen ? "now" : clockTime(gap.toUs, zone)}
          </span>
          {gap.words}
        </li>
      ))}
      {gaps.length > MOST && <li className="text-ink-3">and {gaps.length - MOST} earlier</li>}
    </ul>
  );
}
