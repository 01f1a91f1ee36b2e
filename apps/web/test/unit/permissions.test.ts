import { expect, test } from "vitest";

import { may, type Right } from "@/lib/permissions";

const right = (text: string): Right => {
  const [permission = "", client = ""] = text.split(" for ");
  return { permission, client };
};

test.each([
  [["*:*"], "client:revoke", undefined, true],
  [["enrolment:*"], "enrolment:read", undefined, true],
  [["client:read"], "client:revoke", undefined, false],
  [[], "client:read", undefined, false],
  [["client:command for press"], "client:command", "press", true],
  [["client:command for press"], "client:command", "mill", false],
  [["client:command for press"], "client:command", undefined, true],
  [["client:command"], "client:command", "mill", true],
])("[W22] %s covers %s for %s: %s", (held, permission, client, answer) => {
  expect(may(held.map(right), permission, client)).toBe(answer);
});
