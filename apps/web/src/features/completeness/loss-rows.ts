/** The list of what is missing: holes in the numbers first, then what the client told of, newest first. Pure. */
import type { Completeness } from "@/lib/api/clients";
import { lossWords } from "@/lib/loss-cause";

export interface LossRow {
  readonly cause: string;
  readonly first: bigint | null;
  readonly last: bigint | null;
  readonly count: bigint;
  /** µs since 1970; null where no time is known. */
  readonly fromUs: bigint | null;
  readonly toUs: bigint | null;
  readonly reportedUs: bigint | null;
}

/** `isSyncing`: records are on their way, so that a hole need not be a loss. */
export function rowsOf({ holes, losses }: Completeness, isSyncing: boolean): LossRow[] {
  const untimed = { fromUs: null, toUs: null, reportedUs: null };
  return [
    ...holes.map(({ first_record_seq: first, last_record_seq: last }) => ({
      cause: isSyncing ? "still to come" : lossWords("missing"),
      first,
      last,
      count: last - first + 1n,
      ...untimed,
    })),
    ...losses.map((loss) => ({
      cause: lossWords(loss.cause) + (loss.earlier_install ? ", before it was enrolled anew" : ""),
      first: loss.first_record_seq,
      last: loss.last_record_seq,
      count: loss.count,
      fromUs: loss.from_us,
      toUs: loss.to_us,
      reportedUs: loss.reported_us,
    })),
  ];
}

const HEAD = "cause,first_record,last_record,records,from_us,to_us,reported_us";

export function csvOf(rows: readonly LossRow[]): string {
  const lines = rows.map(({ cause, first, last, count, fromUs, toUs, reportedUs }) =>
    [`"${cause}"`, first, last, count, fromUs, toUs, reportedUs].map((field) => field ?? "").join(","),
  );
  return [HEAD, ...lines, ""].join("\r\n");
}
