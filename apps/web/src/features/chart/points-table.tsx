import type { ChartPoint } from "@/features/chart/series";
import { groupDigits } from "@/lib/format";
import { preciseTime, type Zone } from "@/lib/time";

interface PointsTableProps {
  readonly caption: string;
  readonly points: readonly ChartPoint[];
  readonly zone: Zone;
}

/** The chart's points as text, newest first, exact. */
export function PointsTable({ caption, points, zone }: PointsTableProps) {
  return (
    <div tabIndex={0} role="region" aria-label={caption} className="max-h-96 overflow-auto border-t">
      <table data-testid="chart-table" className="numeric w-full text-xs">
        <caption className="sr-only">{caption}</caption>
        <thead className="sticky top-0 bg-raised text-ink-3">
          <tr className="h-7">
            <th scope="col" className="pl-4 text-left font-medium">
              Time ({zone === "utc" ? "UTC" : "local"})
            </th>
            <th scope="col" className="text-right font-medium">
              Value
            </th>
            <th scope="col" className="text-right font-medium">
              Least
            </th>
            <th scope="col" className="text-right font-medium">
              Greatest
            </th>
            <th scope="col" className="pr-4 text-right font-medium">
              Delivered
            </th>
          </tr>
        </thead>
        <tbody>
          {points.toReversed().map((point) => (
            <tr key={String(point.us)} className="h-6 border-t">
              <td className="pl-4 text-ink-2">{preciseTime(point.us, zone)}</td>
              <td className="text-right">{shown(point.text)}</td>
              <td className="text-right text-ink-3">{shown(point.minText)}</td>
              <td className="text-right text-ink-3">{shown(point.maxText)}</td>
              <td className={point.late ? "pr-4 text-right text-late" : "pr-4 text-right text-ink-3"}>{point.late ? "late" : "live"}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const shown = (text: string): string => (/^-?\d+(\.\d+)?$/.test(text) ? groupDigits(text) : text);
