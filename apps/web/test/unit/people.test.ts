import { expect, test } from "vitest";

import { pagesFor } from "@/app/(console)/admin/pages";
import { reachOf } from "@/features/access/reach";
import { hitText } from "@/features/roles/hit-text";
import { idleness } from "@/features/session/idle";

test.each([
  [[], false, "No role gives it."],
  [[""], true, "May, for all clients."],
  [["press", ""], true, "May, for all clients."],
  [["press", "mill", "press"], true, "May, for mill, press alone."],
])("[X6] paths for %j reach as far as they say", (clients, isHeld, text) => {
  expect(reachOf(clients.map((client) => ({ client })))).toEqual({ isHeld, text });
});

test.each([
  [0, 3, "Nobody has it."],
  [1, 1, "1 user loses it, and with it its permission, unless another role gives them."],
  [1200, 2, "1,200 users lose it, and with it its 2 permissions, unless another role gives them."],
  [2, 0, "2 users lose it, and with it nothing else: it is empty."],
])("[W24] deleting a role that %i have says whom it hits", (users, count, text) => {
  const permissions = Array.from({ length: count }, (_, index) => ({ id: `${index}`, permission_id: `${index}`, permission: "a:b" }));
  expect(hitText({ users, permissions })).toContain(text);
});

test("[W25] people are warned a minute before the end, and not earlier", () => {
  const phases = [0, 1739, 1740, 1799, 1800].map((second) => idleness(0, second * 1000, 1800));
  expect(phases).toEqual([{ phase: "used" }, { phase: "used" }, { phase: "warned", leftS: 60 }, { phase: "warned", leftS: 1 }, { phase: "over" }]);
});

test("[W22] the menu holds what one may open, and a right for one client opens no page of the site's people", () => {
  const labels = (permission: string, client: string) => pagesFor([{ permission, client }]).map(({ label }) => label);
  expect(labels("user:read", "")).toEqual(["Users"]);
  expect(labels("user:read", "press")).toEqual([]);
  expect(labels("*:*", "")).toContain("Sessions");
  expect(labels("client:read", "")).toEqual([]);
});
