/** Logs as the API tells them, of a site where a few things were done. */
const at = (minutesAgo: number): string => String((Date.now() - minutesAgo * 60_000) * 1000);

const entry = (id: number, actor: string, action: string, subject: string, before: object | null, after: object | null) => ({
  id: String(id),
  at_us: at(200 - id),
  actor,
  address: actor === "PrecisionPulse" ? "" : "192.0.2.7",
  action,
  subject,
  before,
  after,
});

const FIRST = [
  entry(105, "admin", "config-value:update", "interval_ms", { value: 500 }, { value: 600 }),
  entry(104, "admin", "user:update", "walter", { display_name: "Walter", password: "•••" }, { display_name: "Walter Weir", password: "•••" }),
  entry(103, "bob", "command:issue", "press", null, { command: "0193c0de", kind: "precisionpulse.v1.SetInterval", body: { interval_ms: 250 } }),
  entry(102, "bob", "role-grant:delete", "walter → operator", { user_id: "5ad0", role_id: "71fe" }, null),
  entry(101, "PrecisionPulse", "permission:create", "audit:read", null, { name: "audit:read", description: "See the audit log" }),
  ...Array.from({ length: 95 }, (_, place) => entry(100 - place, "admin", "session:begin", "admin", null, null)),
];

let entries = FIRST;

/** Somebody logs in and out so many times: as many entries. */
export function writeAudit(count: number): void {
  const newest = Number(entries[0]!.id);
  const fresh = Array.from({ length: count }, (_, place) => ({ ...entry(newest + place + 1, "vera", "session:begin", "vera", null, null), at_us: at(0) }));
  entries = [...fresh.reverse(), ...entries];
}

/** As at the start. */
export function resetAudit(): void {
  entries = FIRST;
}

/** A page of the audit log, filtered as the hub filters; 40 rows a page. */
export function auditPage(query: URLSearchParams) {
  const has = (text: string, name: string) => text.toLowerCase().includes((query.get(name) ?? "").toLowerCase());
  const found = entries.filter(
    (row) =>
      (!query.get("actor") || row.actor === query.get("actor")) && has(row.action, "action") && has(row.subject, "subject") && has(JSON.stringify(row), "search"),
  ).filter(({ id }) => !query.get("before") || Number(id) < Number(query.get("before")));
  return { entries: found.slice(0, 40), next: found.length > 40 ? found[39]!.id : null };
}

const claim = (value: unknown, actor: string, node: string, minutesAgo: number) => ({ value, actor, node, at_us: at(minutesAgo) });

export const CONFLICTS = [
  { id: "2", at_us: at(3), kind: "user", subject: "walter", field: "display_name", losing: claim("Walter W.", "bob", "desktop-1", 9), winning: claim("Walter Weir", "admin", "hub", 5) },
  { id: "1", at_us: at(8), kind: "user", subject: "walter", field: "password", losing: claim(null, "bob", "desktop-1", 12), winning: claim(null, "walter", "hub", 11) },
];

export const REFUSALS = [
  {
    id: "1",
    at_us: at(4),
    client: "desktop-1",
    actor: "vera",
    kind: "user",
    subject: "admin",
    code: "FORBIDDEN",
    text: "vera needs the permission user:update.",
    wanted: { enabled: false },
    current: { username: "admin", enabled: true },
  },
];
