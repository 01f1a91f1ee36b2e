import { describe, expect, test } from "vitest";

import { changesOf, newerThan, newsText } from "@/features/audit/audit-text";
import { claimText, wantedText, whoText } from "@/features/conflicts/conflict-text";
import { auditQuery, NO_FILTER } from "@/lib/api/audit";

describe("[C7] an entry of the audit log", () => {
  test("names every field that is different, before and after", () => {
    expect(changesOf({ before: { value: 500, client: "" }, after: { value: 600, words: ["a", "b"] } })).toEqual([
      { name: "client", before: "empty", after: null },
      { name: "value", before: "500", after: "600" },
      { name: "words", before: null, after: "a, b" },
    ]);
    expect(changesOf({ before: null, after: null })).toEqual([]);
  });

  test("is sought with what was typed, and nothing else", () => {
    expect(auditQuery({ ...NO_FILTER, actor: " bob ", search: "" }).toString()).toBe("actor=bob");
    const query = auditQuery({ ...NO_FILTER, from: "2026-11-24T12:00", to: "2026-11-24T12:00" });
    expect(BigInt(query.get("to_us")!) - BigInt(query.get("from_us")!)).toBe(60_000_000n);
    expect(auditQuery({ ...NO_FILTER, from: "soon" }).toString()).toBe("");
  });
});

describe("[C7] what came since the shown entries", () => {
  const page = (...ids: number[]) => ids.map((id) => ({ id: String(id), at_us: 0n, actor: "", address: "", action: "", subject: "", before: null, after: null }));

  test.each([
    ["9", page(9, 8), true, 0],
    ["9", page(12, 10, 9), false, 2],
    ["9", page(12, 11), true, 2],
    [null, page(2, 1), true, 2],
    [null, [], true, 0],
    ["9", page(12, 11), false, null],
  ])("is counted by the newest page: after %s", (shown, newest, isWhole, newer) => {
    expect(newerThan(shown, newest, isWhole)).toBe(newer);
  });

  test("reads as people say it", () => {
    expect([1, 3, null].map((newer) => newsText(newer, 100))).toEqual(["1 new entry: show it", "3 new entries: show them", "100 or more new entries: show them"]);
  });
});

describe("[PP-SY-6] a conflict", () => {
  test("of passwords says only that", () => {
    expect(claimText({ field: "password" }, { value: "$argon2id$…" })).toBe("a password");
    expect(wantedText({ wanted: { password: "•••" }, current: { password: "" } })).toEqual(["password"]);
  });

  test("says who and where", () => {
    expect(whoText({ actor: "alice", node: "desktop-1" })).toBe("alice, at desktop-1");
    expect(whoText({ actor: "", node: "hub" })).toBe("somebody, here");
  });

  test("that was a refusal says what it would have done", () => {
    expect(wantedText({ wanted: null, current: null })).toEqual(["delete"]);
    expect(wantedText({ wanted: { enabled: false, name: "a" }, current: { enabled: true, name: "a" } })).toEqual(["enabled: false"]);
  });
});
