/** Configuration in memory: a few typed keys, values with versions, and what clients have come to. */
import { nowUs, type StandinClient } from "./hub.ts";

const key = (name: string, type: string, description: string, fallback: unknown, rest: object = {}) => ({
  key: name,
  type,
  description,
  unit: "",
  minimum: null,
  maximum: null,
  choices: [],
  default: fallback,
  ...rest,
});

const KEYS = [
  key("interval_ms", "integer", "Pause between two measurements of each metric.", "1000", { unit: "ms", minimum: "10", maximum: "86400000" }),
  key("enabled_metrics", "words", "Names of the metrics to record. Empty means all that the source offers.", []),
  key("buffer_max_bytes", "integer", "Most bytes that the buffer takes on disk.", "1073741824", { unit: "By", minimum: "1048576" }),
  key("buffer_policy", "enum", "What happens when a bound is reached.", "BUFFER_POLICY_DROP_OLDEST", {
    choices: ["BUFFER_POLICY_DROP_OLDEST", "BUFFER_POLICY_STOP_RECORDING"],
  }),
];

interface Value {
  readonly key: string;
  readonly client: string;
  readonly type: string;
  readonly value: unknown;
  readonly is_set: boolean;
  readonly version: number;
  readonly changed_us: string;
  readonly changed_by: string;
}

export interface NewValue {
  readonly client?: string;
  readonly value?: unknown;
  readonly version?: number | null;
}

export class StandinConfiguration {
  private readonly slots = new Map<string, Value>();
  /** Why a client said no, by its id. */
  readonly rejected = new Map<string, string>();
  private changes: { key: string; client: string; before: unknown }[] = [];

  set(name: string, { client = "", value }: NewValue, actor: string, type = KEYS.find((known) => known.key === name)?.type ?? "text"): Value {
    const before = this.at(name, client);
    this.changes.push({ key: name, client, before: before?.is_set ? before.value : null });
    const fresh = { key: name, client, type, value: type === "secret" ? null : value, is_set: value !== null, version: (before?.version ?? 0) + 1 };
    this.slots.set(`${name} ${client}`, { ...fresh, changed_us: String(nowUs()), changed_by: actor });
    this.rejected.clear();
    return this.at(name, client)!;
  }

  /** What stands there when it is not what `version` says was looked at; else undefined. */
  conflict(name: string, { client = "", version = null }: NewValue): Value | undefined {
    const present = this.at(name, client);
    const expected = present?.is_set ? present.version : null;
    return (version === 0 ? null : version) === expected ? undefined : present;
  }

  show(clients: Iterable<StandinClient>) {
    const revision = this.changes.length;
    return {
      revision: String(revision),
      keys: KEYS,
      values: [...this.slots.values()].filter(({ is_set }) => is_set),
      clients: [...clients].map(({ id, configRevision }) => ({
        client: id,
        display_name: id,
        reported: configRevision === null ? null : String(configRevision),
        state: this.stateOf(id, configRevision, revision),
        reason: this.rejected.get(id) ?? "",
        differences: configRevision ? this.differences(id, configRevision) : [],
      })),
    };
  }

  private stateOf(id: string, reported: number | null, revision: number): string {
    if (reported !== null && reported >= revision) return "applied";
    if (reported !== null && this.rejected.has(id)) return "rejected";
    return reported ? "pending" : "unknown";
  }

  private differences(id: string, revision: number) {
    const later = this.changes.slice(revision).filter(({ client }) => client === "" || client === id);
    return [...new Map(later.reverse().map((change) => [change.key, change])).values()].map(({ key: name, before }) => {
      const fallback = KEYS.find((known) => known.key === name)?.default ?? null;
      const value = [this.at(name, id), this.at(name, "")].find((each) => each?.is_set)?.value;
      return { key: name, reported: before ?? fallback, is_known: true, desired: value ?? fallback };
    });
  }

  private at = (name: string, client: string): Value | undefined => this.slots.get(`${name} ${client}`);
}
