import { readable } from "@/features/chart/readable";
import type { ChartPoint } from "@/features/chart/series";
import { preciseTime, type Zone } from "@/lib/time";

interface ReadoutProps {
  readonly point: ChartPoint | undefined;
  readonly unit: string;
  readonly isDouble: boolean;
  readonly zone: Zone;
  readonly hasLate: boolean;
}

/** The point under the pointer, or the newest; beside it what the line styles mean. */
export function Readout({ point, unit, isDouble, zone, hasLate }: ReadoutProps) {
  return (
    <div className="flex min-h-8 flex-wrap items-baseline gap-x-4 gap-y-1 border-t px-4 py-2">
      {point ? (
        <>
          <span className="numeric text-lg font-semibold">
            {readable(point.text, isDouble)} <span className="text-sm font-normal text-ink-3">{unit}</span>
          </span>
          {point.minText !== point.maxText && (
            <span className="numeric text-xs text-ink-2">
              {readable(point.minText, isDouble)} – {readable(point.maxText, isDouble)}
            </span>
          )}
          <span suppressHydrationWarning className="numeric text-xs text-ink-3">
            {preciseTime(point.us, zone)}
          </span>
        </>
      ) : (
        <span className="text-sm text-ink-3">No data in this range</span>
      )}
      <ul aria-label="Legend" className="ml-auto flex gap-4 text-xs text-ink-2">
        <LegendItem className="border-t-2 border-accent">live</LegendItem>
        {hasLate && <LegendItem className="border-t-2 border-dashed border-late">delivered late</LegendItem>}
      </ul>
    </div>
  );
}

function LegendItem({ className, children }: { readonly className: string; readonly children: string }) {
  return (
    <li className="flex items-center gap-2">
      <span aria-hidden className={`w-5 ${className}`} />
      {children}
    </li>
  );
}
