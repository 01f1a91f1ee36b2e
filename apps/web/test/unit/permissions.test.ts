import { expect, test } from "vitest";

import { may } from "@/lib/permissions";

test.each([
  [["*:*"], "client:revoke", true],
  [["enrolment:*"], "enrolment:read", true],
  [["client:read"], "client:revoke", false],
  [[], "client:read", false],
])("%s covers %s: %s", (granted, permission, answer) => {
  expect(may(granted, permission)).toBe(answer);
});
