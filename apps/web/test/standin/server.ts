/**
 * Stands in for the API server, in memory: the HTTP and Socket.IO that the dashboard uses, with real contract bytes, and
 * `/control` for a test to publish exact values and to cause faults. Prints one line of JSON with its port when it listens.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { parseArgs } from "node:util";
import { Server } from "socket.io";
import * as msgpack from "socket.io-msgpack-parser";

import { KINDS, StandinCommands, type Outcome } from "./commands.ts";
import { StandinConfiguration, type NewValue } from "./configuration.ts";
import { startDemo } from "./demo.ts";
import { startFlood, type Flood } from "./flood.ts";
import { auditPage, CONFLICTS, REFUSALS, resetAudit, writeAudit } from "./logs.ts";
import { agoUs, nowUs, StandinHub, type Backlog, type JsonValue, type MetricSpec, type StandinClient } from "./hub.ts";

const { values: options } = parseArgs({ options: { port: { type: "string", default: "0" }, demo: { type: "boolean", default: false } } });

const USER = { id: "1", username: "admin", display_name: "Ada Administrator", must_change_password: false };
const SESSION = { user: USER, permissions: ["*:*"], rights: [{ permission: "*:*", client: "" }], csrf_token: "csrf", idle_s: 1800 };
const PASSWORD = "correct horse battery staple";
const COOKIE = "pp_session=standin; Path=/; HttpOnly; SameSite=Lax; Secure";

let failedLogins = 0;
let canReplay = true;
let isFrozen = false;
let commands = new StandinCommands();
let configuration = new StandinConfiguration();
let rights = SESSION.rights;
let codes: { id: string; client: string; created_us: string; expires_us: string; used_us: null; revoked_us: string | null; created_by: string; holds_accounts: boolean }[] = [];

const server = createServer((request, response) => void handle(request, response));
const io = new Server(server, { parser: msgpack, transports: ["websocket", "polling"] });
const hub = new StandinHub((event, ...content) => {
  if (!isFrozen) io.emit(event, ...content);
});

io.use((socket, next) => next(socket.handshake.headers.cookie?.includes("pp_session=") ? undefined : new Error("unauthorised")));
io.on("connection", (socket) => {
  socket.on("watch", (request: { since?: Record<string, number> }, answer: (content: unknown) => void) => {
    if (isFrozen) return;
    answer({ snapshot: hub.answer(canReplay ? (request.since ?? {}) : {}) });
  });
  socket.on("ping-app", (request: { t: number }, answer: (content: unknown) => void) => {
    if (!isFrozen) answer({ t: request.t, server_us: Date.now() * 1000 });
  });
});

type Body = Record<string, unknown>;

async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? "/", "http://standin");
  if (url.pathname.startsWith("/socket.io")) return;
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = chunks.length > 0 ? (JSON.parse(Buffer.concat(chunks).toString()) as Body) : {};
  const path = url.pathname.replace("/api/v1", "");
  if (path.startsWith("/control/")) return control(path.slice("/control/".length), body, response);
  if (path === "/session" && request.method === "POST") return login(body, response);
  if (!request.headers.cookie?.includes("pp_session=standin")) return problem(response, 401, "unauthenticated", "Log in first.");
  const command = /^\/clients\/([^/]+)\/commands(?:\/([^/]+))?(\/cancel)?$/.exec(path);
  const client = command && hub.clients.get(decodeURIComponent(command[1]!));
  if (client) {
    const isNew = request.method === "POST" && !command[2];
    return commandsOf(client, command[2], isNew ? body : null, String(request.headers["idempotency-key"] ?? ""), command[3] !== undefined, response);
  }
  route(`${request.method} ${path}`, url, body, response);
}

function commandsOf(client: StandinClient, id: string | undefined, issued: Body | null, key: string, isCancel: boolean, response: ServerResponse): void {
  const without = (command: object) => ({ ...command, key: undefined });
  if (issued) {
    const [command, isNew] = commands.issue(client, issued, key);
    return json(response, isNew ? 201 : 200, without(command));
  }
  if (!id) return json(response, 200, { commands: commands.all.filter((command) => command.client === client.id).map(without) });
  const found = isCancel ? commands.cancel(client, id) : commands.all.find((command) => command.id === id);
  if (found) json(response, 200, without(found));
  else problem(response, 404, "not_found", "There is no such command.");
}

function route(what: string, url: URL, body: Body, response: ServerResponse): void {
  const history = /^GET \/clients\/(.+)\/history$/.exec(what);
  if (history) return void json(response, 200, historyOf(decodeURIComponent(history[1]!), url.searchParams));
  const link = /^(GET|PUT) \/clients\/(.+)\/link$/.exec(what);
  if (link) return linkOf(hub.clients.get(decodeURIComponent(link[2]!)), link[1] === "PUT" ? String(body.state) : null, response);
  const completeness = /^GET \/clients\/(.+)\/completeness$/.exec(what);
  if (completeness) return void json(response, 200, completenessOf(decodeURIComponent(completeness[1]!)));
  const revoked = /^POST \/clients\/(.+)\/revoke$/.exec(what);
  if (revoked) {
    hub.clients.get(decodeURIComponent(revoked[1]!))?.revoke();
    return void response.writeHead(204).end();
  }
  const holding = /^(GET|PUT) \/clients\/([^/]+)(\/accounts)?$/.exec(what);
  const held = holding ? hub.clients.get(decodeURIComponent(holding[2]!)) : undefined;
  if (held) {
    if (holding![3]) held.holdsAccounts = body.holds_accounts === true;
    return json(response, 200, summary(held));
  }
  if (what.startsWith("DELETE /enrolment-codes/")) {
    const revoked_us = String(Date.now() * 1000);
    codes = codes.map((code) => (code.id === what.split("/").at(-1) ? { ...code, revoked_us } : code));
    return void response.writeHead(204).end();
  }
  const setting = /^(PUT|DELETE) \/configuration\/(.+)$/.exec(what);
  if (setting) return settingOf(decodeURIComponent(setting[2]!), setting[1] === "PUT" ? body : null, url.searchParams, response);
  switch (what) {
    case "GET /session":
      return json(response, 200, { ...SESSION, rights });
    case "GET /audit":
      return json(response, 200, auditPage(url.searchParams));
    case "GET /conflicts":
      return json(response, 200, { conflicts: CONFLICTS, next: null });
    case "GET /refusals":
      return json(response, 200, { refusals: REFUSALS, next: null });
    case "GET /configuration":
      return json(response, 200, configuration.show(hub.clients.values()));
    case "GET /command-kinds":
      return json(response, 200, { kinds: KINDS });
    case "DELETE /session":
      response.setHeader("Set-Cookie", `${COOKIE}; Max-Age=0`);
      return void response.writeHead(204).end();
    case "GET /clients":
      return json(response, 200, { clients: [...hub.clients.values()].map(summary) });
    case "GET /snapshot":
      return void response.writeHead(200, { "Content-Type": "application/x-protobuf" }).end(hub.snapshot());
    case "GET /enrolment-codes":
      return json(response, 200, { codes });
    case "POST /enrolment-codes": {
      const expires_us = String((Date.now() + Number(body.valid_for_s) * 1000) * 1000);
      const created_us = String(Date.now() * 1000);
      const holds_accounts = body.holds_accounts === true;
      codes.push({ id: String(codes.length + 1), client: String(body.client), created_us, expires_us, used_us: null, revoked_us: null, created_by: "admin", holds_accounts });
      return json(response, 201, { code: "7KQ2M-9XFJ4-TBW3H-ZP6RD-5NAEC-V1GY8-MS", client: body.client, expires_us, holds_accounts });
    }
    default:
      problem(response, 404, "not_found", "Nothing is here.");
  }
}

function settingOf(key: string, put: NewValue | null, query: URLSearchParams, response: ServerResponse): void {
  const wanted = put ?? { client: query.get("client") ?? "", version: Number(query.get("version")), value: null };
  const current = configuration.conflict(key, wanted);
  if (!current) return json(response, 200, configuration.set(key, wanted, "admin"));
  json(response, 409, { title: "Conflict", status: 409, code: "stale", detail: "It was changed since you looked.", current });
}

function login(body: Body, response: ServerResponse): void {
  if (failedLogins >= 10) {
    response.setHeader("Retry-After", "30");
    return problem(response, 429, "rate_limited", "Too many attempts.");
  }
  if (body.username !== USER.username || body.password !== PASSWORD) {
    failedLogins += 1;
    return problem(response, 401, "invalid_credentials", "User name or password is wrong.");
  }
  failedLogins = 0;
  response.setHeader("Set-Cookie", COOKIE);
  json(response, 200, SESSION);
}

function control(action: string, body: Body, response: ServerResponse): void {
  const client = hub.clients.get(String(body.client));
  if (action === "client") hub.add(String(body.client), body.metrics as MetricSpec[]);
  else if (action === "publish") client?.publish(body.values as Record<string, JsonValue>, body);
  else if (action === "connected") hub.setConnected(String(body.client), body.connected === true, String(body.reason));
  else if (action === "queue") client?.beat(body as unknown as Backlog);
  else if (action === "lose") client?.lose(String(body.cause), Number(body.count), body as unknown as { fromAgeMs: number; toAgeMs: number });
  else if (action === "demo" && client) client.link = { state: "up", since_us: String(nowUs()) };
  else if (action === "command" && client) commands.advance(client, body as unknown as Outcome);
  else if (action === "config") configuration.set(String(body.key), body as NewValue, "bob", body.type as string | undefined);
  else if (action === "reject") configuration.rejected.set(String(body.client), String(body.reason));
  else if (action === "revision" && client) client.reportRevision(body.revision as number);
  else if (action === "audit") {
    writeAudit(Number(body.count));
    io.emit("audit");
  } else if (action === "rights") rights = body.rights as typeof rights;
  else if (action === "skip") client?.skip(Number(body.count));
  else if (action === "absence") {
    const { from_age_ms, to_age_ms, reason } = body as { from_age_ms: number; to_age_ms: number | null; reason: string };
    client?.absences.push({ from_us: String(agoUs(from_age_ms)), to_us: to_age_ms === null ? null : String(agoUs(to_age_ms)), reason });
  } else if (action === "flood") {
    startFlood(hub, body as unknown as Flood);
  } else if (action === "faults") {
    canReplay = body.replay !== false;
    isFrozen = body.frozen === true;
  } else if (action === "reset") {
    hub.clients.clear();
    commands = new StandinCommands();
    configuration = new StandinConfiguration();
    rights = SESSION.rights;
    resetAudit();
    codes = [];
    failedLogins = 0;
    canReplay = true;
    isFrozen = false;
    io.disconnectSockets(true);
  }
  json(response, 200, { record_seq: client ? String(client.recordSeq) : null });
}

function summary(client: StandinClient) {
  return {
    id: client.id,
    display_name: client.id,
    enrolled_us: "1",
    revoked: client.revoked,
    connected: client.connected,
    connected_since_us: String(client.connectedSinceUs),
    connected_reason: client.reason,
    last_seen_us: String(Date.now() * 1000),
    queued: String(client.queued),
    oldest_captured_us: null,
    phase: "live",
    ...counts(client),
    link_can_be_cut: client.link !== null,
    holds_accounts: client.holdsAccounts,
  };
}

function linkOf(client: StandinClient | undefined, state: string | null, response: ServerResponse): void {
  if (!client?.link) return problem(response, 404, "not_found", "The link of this client can't be cut.");
  if (state) {
    client.link = { state, since_us: String(nowUs()) };
    hub.setConnected(client.id, state === "up", { up: "present", cut: "lost", stalled: "silent" }[state] ?? "lost");
  }
  json(response, 200, client.link);
}

function counts(client: StandinClient) {
  return {
    complete_to: String(client.completeTo),
    last_record_seq: String(client.recordSeq),
    missing: String(client.missing),
    duplicates: String(client.duplicates),
    lost: String(client.lost),
  };
}

function completenessOf(id: string) {
  const client = hub.clients.get(id)!;
  const holes = client.hole ? [{ first_record_seq: String(client.hole.first), last_record_seq: String(client.hole.last) }] : [];
  const { losses } = client;
  const total = losses.reduce((sum, { count }) => sum + Number(count), 0);
  return { ...counts(client), holes, losses, total_losses: String(losses.length), total_lost: String(total) };
}

function historyOf(id: string, query: URLSearchParams) {
  const metric = query.get("metric") ?? "";
  const [from, to] = [BigInt(query.get("from_us") ?? 0), BigInt(query.get("to_us") ?? 0)];
  const client = hub.clients.get(id);
  const within = (client?.points.get(metric) ?? []).filter(({ us }) => us >= from && us <= to);
  const points = within.map(({ us, value, replayed }) => ({ t_us: String(us), v: value, min: value, max: value, replayed, quality: "live" }));
  const gaps = client?.losses.map(({ from_us, to_us, cause, count }) => ({ from_us, to_us, cause, count })) ?? [];
  return { metric, points, gaps, absences: client?.absences ?? [], truncated: false };
}

function json(response: ServerResponse, status: number, content: unknown): void {
  response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(content));
}

function problem(response: ServerResponse, status: number, code: string, detail: string): void {
  response.writeHead(status, { "Content-Type": "application/problem+json" }).end(JSON.stringify({ title: detail, status, code, detail }));
}

server.listen(Number(options.port), "127.0.0.1", () => {
  const address = server.address();
  if (options.demo) startDemo(hub);
  console.log(JSON.stringify({ port: typeof address === "object" && address ? address.port : 0 }));
});
