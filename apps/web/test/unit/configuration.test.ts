import { describe, expect, test } from "vitest";

import vectors from "../../../../tests/conformance/vectors/settings.json";
import { inForceText, settingRows, stateNow, stateText, troubledFirst } from "@/features/configuration/setting-rows";
import { editText, faultOf, readText, shownText } from "@/features/configuration/setting-text";
import type { ClientConfiguration, ConfigKey, ConfigValue, SettingType } from "@/lib/api/configuration";
import { dateTime } from "@/lib/time";

const VECTORS: { keys: Record<string, object>; cases: { key: string; text: string; message?: string; value?: unknown }[] } = vectors;

function keyOf(name: string): ConfigKey {
  const { type, unit, minimum, maximum, choices } = VECTORS.keys[name] as Record<"type" | "unit", string> & {
    minimum: string | null;
    maximum: string | null;
    choices: string[];
  };
  const bound = (text: string | null) => (text === null ? null : BigInt(text));
  return { key: name, type: type as SettingType, unit, minimum: bound(minimum), maximum: bound(maximum), choices, description: "", default: "1000" };
}
const value = (change: Partial<ConfigValue>): ConfigValue => ({
  key: "interval_ms",
  client: "",
  type: "integer",
  value: "500",
  is_set: true,
  version: 1,
  changed_us: 1n,
  changed_by: "bob",
  ...change,
});

describe("[W21] [PP-SY-8] what a form's field accepts", () => {
  test.each(VECTORS.cases)("$key '$text'", ({ key, text, message, value: expected }) => {
    expect(faultOf(keyOf(key), text)).toBe(message ?? "");
    if (message === undefined) expect(readText(keyOf(key), text)).toEqual(expected);
  });
});

describe("[W21] a value's text", () => {
  test("of a secret tells one that is set from none, and no more", () => {
    const keys = [{ ...keyOf(Object.keys(VECTORS.keys)[0]!), key: "token", type: "secret" as const, default: null }];
    const of = (values: ConfigValue[]) => settingRows({ revision: 1n, keys, values, clients: [] }, "").map(inForceText);
    expect(of([])).toEqual(["not set"]);
    expect(of([value({ key: "token", type: "secret", value: null })])).toEqual(["•••"]);
  });

  test.each([
    ["integer", "ms", "1000", "1,000 ms"],
    ["words", "", ["cpu", "load"], "cpu, load"],
    ["words", "", [], "empty"],
    ["secret", "", null, "•••"],
    ["text", "", "", "empty"],
    ["boolean", "", false, "false"],
  ] as const)("of type %s is readable", (type, unit, scalar, text) => {
    expect(shownText({ type, unit, choices: [] }, scalar === null || typeof scalar !== "object" ? scalar : [...scalar])).toBe(text);
  });

  test("of an enum leaves out what all its names begin with", () => {
    const choices = ["BUFFER_POLICY_DROP_OLDEST", "BUFFER_POLICY_STOP_RECORDING"];
    expect(shownText({ type: "enum", unit: "", choices }, choices[0]!)).toBe("drop oldest");
    expect(shownText({ type: "enum", unit: "", choices }, "NEWER_ONE")).toBe("NEWER_ONE");
    expect(shownText({ type: "enum", unit: "", choices: ["FAST"] }, "FAST")).toBe("FAST");
  });

  test("comes back as it was", () => {
    for (const [type, scalar] of [["words", ["a", "b"]], ["boolean", true], ["float", 0.1], ["decimal", "1.50"]] as const) {
      const plain = typeof scalar === "object" ? [...scalar] : scalar;
      expect(readText({ type }, editText(plain))).toEqual(plain);
    }
  });
});

describe("[D5] [W21] the editor's rows", () => {
  const configuration = {
    revision: 3n,
    keys: [keyOf("interval_ms"), keyOf("buffer_policy")],
    values: [value({}), value({ client: "press", value: "250" }), value({ key: "acme.v1.S.token", type: "secret", value: null })],
    clients: [],
  };

  test("show a client's own value before the site's, and the default last", () => {
    expect(settingRows(configuration, "press").map((row) => [row.value, row.source])).toEqual([
      ["250", "client"],
      ["1000", "default"],
      [null, "site"],
    ]);
    expect(settingRows(configuration, "mill")[0]).toMatchObject({ value: "500", source: "site", own: null });
    expect(settingRows(configuration, "")[0]).toMatchObject({ value: "500", overrides: 1 });
  });

  test("keep keys that are not known here", () => {
    expect(settingRows(configuration, "").at(-1)?.key).toMatchObject({ key: "acme.v1.S.token", type: "secret" });
  });
});

const AT_US = 1_800_000_000_000_000n;

describe("[W21] how far a client has come", () => {
  const client = (change: Partial<ClientConfiguration>): ClientConfiguration => ({
    client: "press",
    display_name: "press",
    reported: 5n,
    state: "pending",
    reason: "",
    differences: [],
    ...change,
  });

  test("puts those first that want looking at", () => {
    const clients = (["applied", "pending", "unknown", "rejected", "pending"] as const).map((state, place) => client({ state, client: String(place) }));
    expect(troubledFirst(clients).map((each) => each.client)).toEqual(["3", "1", "4", "2", "0"]);
  });

  test.each([
    [client({}), 7n, null, "Pending: has v5 of v7"],
    [client({}), 7n, 7n, "Applied v7"],
    [client({ state: "applied", reported: 7n }), 7n, 7n, "Applied v7"],
    [client({ state: "rejected", reason: "the disk is full" }), 7n, 5n, "Rejected: the disk is full"],
    [client({ state: "rejected", reported: 0n, reason: "the disk is full" }), 7n, 0n, "Rejected: the disk is full"],
    [client({ state: "unknown", reported: null }), 7n, 6n, "Pending: has v6 of v7"],
    [client({ state: "applied", reported: 0n }), 0n, 0n, "Applied v0"],
  ])("reads as people say it", (each, revision, heard, text) => {
    const { state, reported } = stateNow(each, revision, heard);
    expect(stateText(state, reported, revision, each.reason, { connected: true, sinceUs: 1n })).toBe(text);
  });

  test.each([
    [{ connected: true, sinceUs: AT_US }, `Has not said which it has, connected since ${dateTime(AT_US)}`],
    [{ connected: false, sinceUs: AT_US }, `Offline since ${dateTime(AT_US)}, has not said which it has`],
    [{ connected: false, sinceUs: null }, "Was never connected"],
  ])("never calls pending who has not said anything", (contact, text) => {
    for (const [each, heard] of [
      [client({ state: "unknown", reported: null }), null],
      [client({ state: "unknown", reported: 0n }), 0n],
      [client({ state: "applied", reported: 0n }), null],
    ] as const) {
      const { state, reported } = stateNow(each, 7n, heard);
      expect([state, stateText(state, reported, 7n, each.reason, contact)]).toEqual(["unknown", text]);
    }
  });
});
