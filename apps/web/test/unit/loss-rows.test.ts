import { expect, test } from "vitest";

import { csvOf, rowsOf } from "@/features/completeness/loss-rows";
import type { Completeness } from "@/lib/api/clients";

const LOSS = { first_record_seq: 3n, last_record_seq: 5n, cause: "buffer_bound", count: 3n, from_us: 3_000n, to_us: 5_000n, reported_us: 9_000n, earlier_install: false };
const ANSWER: Completeness = {
  complete_to: 9n,
  missing: 2n,
  duplicates: 0n,
  lost: 3n,
  holes: [{ first_record_seq: 10n, last_record_seq: 11n }],
  losses: [LOSS, { ...LOSS, first_record_seq: null, last_record_seq: null, cause: "disk_full", earlier_install: true }],
  total_losses: 2n,
  total_lost: 6n,
};

test("[X1] holes come first and are a loss only once nothing is on its way", () => {
  expect(rowsOf(ANSWER, false).map(({ cause }) => cause)).toEqual([
    "lost (sequence missing)",
    "dropped by policy",
    "disk or buffer full, before it was enrolled anew",
  ]);
  expect(rowsOf(ANSWER, true)[0]).toMatchObject({ cause: "still to come", first: 10n, last: 11n, count: 2n });
});

test("[X1] the file has every row with its exact numbers", () => {
  expect(csvOf(rowsOf(ANSWER, false)).split("\r\n")).toEqual([
    "cause,first_record,last_record,records,from_us,to_us,reported_us",
    '"lost (sequence missing)",10,11,2,,,',
    '"dropped by policy",3,5,3,3000,5000,9000',
    '"disk or buffer full, before it was enrolled anew",,,3,3000,5000,9000',
    "",
  ]);
});
