/** The rows of the editor: every key with what is in force for the site or for a client, and who set it. Pure. */
import type { ClientConfiguration, ConfigKey, Configuration, ConfigValue, Scalar } from "@/lib/api/configuration";
import { shownText } from "@/features/configuration/setting-text";
import { dateTime } from "@/lib/time";

export interface SettingRow {
  readonly key: ConfigKey;
  /** What is in force here; null for secrets, and when nothing is. */
  readonly value: Scalar;
  readonly source: "client" | "site" | "default";
  /** What is set right here; null when nothing is. */
  readonly own: ConfigValue | null;
  /** Where `value` was set. */
  readonly setBy: ConfigValue | null;
  /** How many clients have a value of their own. */
  readonly overrides: number;
}

/** `client`: empty for the whole site. Keys that are set and not known come last. */
export function settingRows({ keys, values }: Configuration, client: string): SettingRow[] {
  const known = new Set(keys.map(({ key }) => key));
  const unknown = new Map(values.filter(({ key }) => !known.has(key)).map((value) => [value.key, unknownKey(value)]));
  return [...keys, ...unknown.values()].map((key) => {
    const all = values.filter((value) => value.key === key.key);
    const own = all.find((value) => value.client === client) ?? null;
    const site = all.find((value) => value.client === "") ?? null;
    const setBy = own ?? site;
    return {
      key,
      value: setBy ? setBy.value : key.default,
      source: setBy === null ? "default" : setBy.client === "" ? "site" : "client",
      own,
      setBy,
      overrides: all.filter((value) => value.client !== "").length,
    };
  });
}

/** What is in force, for people: a secret is told apart from none, and no more. */
export function inForceText({ key, value, setBy }: SettingRow): string {
  return key.type === "secret" && setBy === null ? "not set" : shownText(key, value);
}

const unknownKey = ({ key, type }: ConfigValue): ConfigKey => ({
  key,
  type,
  description: "Not known here: kept for the clients that know it.",
  unit: "",
  minimum: null,
  maximum: null,
  choices: [],
  default: null,
});

export type ClientState = ClientConfiguration["state"];

const ORDER: readonly ClientState[] = ["rejected", "pending", "unknown", "applied"];

/** Those that want looking at first; otherwise in their order. */
export function troubledFirst(clients: readonly ClientConfiguration[]): ClientConfiguration[] {
  return [...clients].sort((left, right) => ORDER.indexOf(left.state) - ORDER.indexOf(right.state));
}

/** How far a client has come, by what it said since the list was read: `heard` is the revision of its last heartbeat. */
export function stateNow({ state, reported }: ClientConfiguration, revision: bigint, heard: bigint | null): { state: ClientState; reported: bigint | null } {
  const newest = heard ?? reported;
  if (newest !== null && newest >= revision) return { state: "applied", reported: newest };
  if (state === "rejected") return { state, reported: newest };
  return { state: newest ? "pending" : "unknown", reported: newest };
}

/** What is known of a client's link: whether it is there, and since when; `sinceUs` is null when it never was. */
export interface Contact {
  readonly connected: boolean;
  readonly sinceUs: bigint | null;
}

/**
 * "Applied v7", "Pending: has v5 of v7", "Rejected: the disk is full". Of a client that has not said which revision it has: since
 * when it is there or not.
 */
export function stateText(state: ClientState, reported: bigint | null, revision: bigint, reason: string, { connected, sinceUs }: Contact): string {
  switch (state) {
    case "applied":
      return `Applied v${revision}`;
    case "rejected":
      return `Rejected: ${reason}`;
    case "pending":
      return `Pending: has v${reported ?? 0n} of v${revision}`;
    default:
      if (sinceUs === null) return "Was never connected";
      return connected ? `Has not said which it has, connected since ${dateTime(sinceUs)}` : `Offline since ${dateTime(sinceUs)}, has not said which it has`;
  }
}
