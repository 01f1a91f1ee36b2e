import type { LossRow } from "@/features/completeness/loss-rows";
import { formatCount } from "@/lib/format";
import { dateTime } from "@/lib/time";

interface LossTableProps {
  readonly rows: readonly LossRow[];
  /** How many there are, of which `rows` are the newest. */
  readonly total: bigint;
}

/** What is missing, and why. */
export function LossTable({ rows, total }: LossTableProps) {
  return (
    <div tabIndex={0} role="region" aria-label="Missing records" className="max-h-80 overflow-auto border-t">
      <table data-testid="loss-table" className="w-full min-w-xl text-xs">
        <caption className="sr-only">Records that are missing, with the causes</caption>
        <thead className="sticky top-0 bg-raised text-left text-ink-3">
          <tr className="h-7">
            <th scope="col" className="pl-4 font-medium">
              Cause
            </th>
            <th scope="col" className="pr-4 text-right font-medium">
              Records
            </th>
            <th scope="col" className="pr-4 text-right font-medium">
              Count
            </th>
            <th scope="col" className="pr-4 font-medium">
              Measured
            </th>
            <th scope="col" className="pr-4 font-medium">
              Told to the hub
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={`${row.first} ${row.fromUs} ${row.reportedUs}`} className="h-7 border-t">
              <td className="pl-4">{row.cause}</td>
              <td className="numeric pr-4 text-right">{numbers(row)}</td>
              <td className="numeric pr-4 text-right">{formatCount(row.count)}</td>
              <td className="numeric pr-4 text-ink-2">{times(row)}</td>
              <td className="numeric pr-4 text-ink-3">{row.reportedUs === null ? "—" : dateTime(row.reportedUs)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {total > BigInt(rows.length) && <p className="border-t px-4 py-2 text-xs text-ink-3">The newest {rows.length} of {formatCount(total)}</p>}
    </div>
  );
}

/** Records that were never stored have no number. */
function numbers({ first, last }: LossRow): string {
  if (first === null || last === null) return "not numbered";
  return first === last ? formatCount(first) : `${formatCount(first)} – ${formatCount(last)}`;
}

function times({ fromUs, toUs }: LossRow): string {
  if (fromUs === null || toUs === null) return "—";
  const [from, to] = [dateTime(fromUs), dateTime(toUs)];
  return from === to ? from : `${from} – ${to}`;
}
