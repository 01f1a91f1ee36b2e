/** Commands in memory: kinds with forms, what was issued, and a test that moves them on. */
import { create, toBinary } from "@bufbuild/protobuf";
import { CommandChangedSchema } from "@precisionpulse/contract";
import { randomUUID } from "node:crypto";

import { nowUs, type StandinClient } from "./hub.ts";

const field = (name: string, label: string, type: string, rest: object = {}) => ({
  name,
  label,
  type,
  unit: "",
  minimum: null,
  maximum: null,
  choices: [],
  optional: false,
  repeated: false,
  ...rest,
});
const kind = (name: string, label: string, fields: object[] = [], permission = "client:command", lifetime_s = 3600) => ({
  kind: name,
  label,
  permission,
  lifetime_s,
  fields,
});

export const KINDS = [
  kind("precisionpulse.v1.ForceSync", "Synchronise everything now", [], "client:sync"),
  kind("precisionpulse.v1.UpdateConfig", "Apply the configuration", [field("revision", "Revision to reach", "integer", { optional: true })], "config:update"),
  kind("precisionpulse.v1.SetInterval", "Set the measuring interval", [
    field("metric", "Metric (empty: all)", "text"),
    field("interval_ms", "Interval", "integer", { unit: "ms", minimum: "10", maximum: "86400000" }),
  ]),
  kind("precisionpulse.v1.Ping", "Ping", [], "client:command", 60),
  kind("precisionpulse.v1.CollectDiagnostics", "Collect diagnostics", [], "client:diagnose"),
  kind("acme.v1.MillSpindle", "Mill the spindle", [
    field("axis", "Axis", "choice", { choices: ["AXIS_X", "AXIS_Y"] }),
    field("dry", "Dry run", "boolean"),
    field("depth", "Depth", "number", { unit: "mm", optional: true }),
    field("points", "Points", "json", { repeated: true }),
  ]),
];

interface Step {
  readonly state: string;
  readonly at_us: string;
  readonly text: string;
}

export interface StandinCommand {
  readonly id: string;
  readonly key: string;
  readonly client: string;
  state: string;
  steps: Step[];
  [name: string]: unknown;
}

export interface Outcome {
  readonly state: string;
  readonly text?: string;
  readonly code?: string;
  readonly progress?: number;
  readonly result?: object;
}

export class StandinCommands {
  readonly all: StandinCommand[] = [];

  /** The command, and whether it is new. */
  issue(client: StandinClient, body: Record<string, unknown>, key: string): [StandinCommand, boolean] {
    const before = this.all.find((command) => key && command.key === key);
    if (before) return [before, false];
    const us = nowUs();
    const command: StandinCommand = {
      id: `${us.toString(16).padStart(12, "0").slice(-12).replace(/^(.{8})/, "$1-")}-7${randomUUID().slice(15)}`,
      key,
      client: client.id,
      kind: body.kind,
      label: KINDS.find((known) => known.kind === body.kind)?.label,
      body: body.body ?? {},
      actor: "admin",
      issued_us: String(us),
      expires_us: String(us + BigInt(Number(body.lifetime_s ?? 3600)) * 1_000_000n),
      state: "queued",
      code: "",
      text: "",
      progress: null,
      result: null,
      withdrawn_by: null,
      steps: [{ state: "queued", at_us: String(us), text: "" }],
    };
    this.all.unshift(command);
    tell(client, command);
    return [command, true];
  }

  /** Moves the newest command of a client on. */
  advance(client: StandinClient, { state, text = "", code = "", progress, result }: Outcome): void {
    const command = this.all.find((known) => known.client === client.id);
    if (!command) return;
    if (command.state !== state) command.steps.push({ state, at_us: String(nowUs()), text });
    Object.assign(command, { state, text, code, progress: progress ?? null, result: result ?? null });
    tell(client, command);
  }

  cancel(client: StandinClient, id: string): StandinCommand | undefined {
    const command = this.all.find((known) => known.id === id);
    if (command) {
      Object.assign(command, { state: "cancelled", text: "withdrawn by admin", withdrawn_by: "admin" });
      command.steps.push({ state: "cancelled", at_us: String(nowUs()), text: "withdrawn by admin" });
      tell(client, command);
    }
    return command;
  }
}

function tell(client: StandinClient, { id }: StandinCommand): void {
  const commandId = Uint8Array.from(Buffer.from(id.replaceAll("-", ""), "hex"));
  client.send("command-changed", toBinary(CommandChangedSchema, create(CommandChangedSchema, { client: client.id, commandId })));
}
