/** The HTTP API as the browser uses it. Every answer is parsed; every failure is an `ApiError`. */
import type { z } from "zod";

import {
  clientsSchema,
  enrolmentCodesSchema,
  historySchema,
  issuedCodeSchema,
  problemSchema,
  sessionSchema,
  type ClientSummary,
  type EnrolmentCode,
  type History,
  type IssuedCode,
  type Session,
} from "@/lib/api-schemas";

export class ApiError extends Error {
  override name = "ApiError";

  constructor(
    readonly status: number,
    /** For programs: "invalid_credentials". */
    readonly code: string,
    /** For people. */
    message: string,
    /** From `Retry-After`. */
    readonly retryAfterS: number | null = null,
  ) {
    super(message);
  }
}

interface Request {
  readonly method?: "GET" | "POST" | "PUT" | "DELETE";
  readonly body?: unknown;
  readonly csrfToken?: string;
  readonly signal?: AbortSignal;
}

const UNREACHABLE = "The server can't be reached. Check the connection and try again.";

async function send(path: string, { method = "GET", body, csrfToken, signal }: Request): Promise<Response> {
  const headers = new Headers({ Accept: "application/json" });
  if (body !== undefined) headers.set("Content-Type", "application/json");
  if (csrfToken) headers.set("X-CSRF-Token", csrfToken);
  const content = body === undefined ? null : JSON.stringify(body);
  let response: Response;
  try {
    response = await fetch(`/api/v1${path}`, { method, headers, body: content, signal: signal ?? null });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ApiError(0, "unreachable", UNREACHABLE);
  }
  if (!response.ok) throw await errorOf(response);
  return response;
}

async function get<Schema extends z.ZodType>(schema: Schema, path: string, request: Request = {}): Promise<z.output<Schema>> {
  const response = await send(path, request);
  return schema.parse(await response.json());
}

export async function errorOf(response: Response): Promise<ApiError> {
  const content: unknown = await response.json().catch(() => null);
  const problem = problemSchema.safeParse(content).data;
  const retryAfter = Number.parseInt(response.headers.get("Retry-After") ?? "", 10);
  const text = problem?.detail || problem?.title || (response.status >= 500 ? UNREACHABLE : `The server answered ${response.status}.`);
  return new ApiError(response.status, problem?.code ?? "unknown", text, Number.isNaN(retryAfter) ? null : retryAfter);
}

export interface HistoryQuery {
  readonly client: string;
  readonly metric: string;
  readonly fromUs: bigint;
  readonly toUs: bigint;
  readonly maxPoints: number;
}

export const api = {
  login: (username: string, password: string): Promise<Session> =>
    get(sessionSchema, "/session", { method: "POST", body: { username, password } }),

  session: (): Promise<Session> => get(sessionSchema, "/session"),

  logout: async (csrfToken: string): Promise<void> => void (await send("/session", { method: "DELETE", csrfToken })),

  changePassword: async (current: string, next: string, csrfToken: string): Promise<void> =>
    void (await send("/session/password", { method: "PUT", body: { current, new: next }, csrfToken })),

  clients: async (): Promise<ClientSummary[]> => (await get(clientsSchema, "/clients")).clients,

  revokeClient: async (id: string, csrfToken: string): Promise<void> =>
    void (await send(`/clients/${encodeURIComponent(id)}/revoke`, { method: "POST", csrfToken })),

  history: ({ client, metric, fromUs, toUs, maxPoints }: HistoryQuery, signal: AbortSignal): Promise<History> => {
    const query = new URLSearchParams({
      metric,
      from_us: fromUs.toString(),
      to_us: toUs.toString(),
      max_points: maxPoints.toString(),
    });
    return get(historySchema, `/clients/${encodeURIComponent(client)}/history?${query}`, { signal });
  },

  enrolmentCodes: async (): Promise<EnrolmentCode[]> => (await get(enrolmentCodesSchema, "/enrolment-codes")).codes,

  issueEnrolmentCode: (client: string, validForS: number, csrfToken: string): Promise<IssuedCode> =>
    get(issuedCodeSchema, "/enrolment-codes", { method: "POST", body: { client, valid_for_s: validForS }, csrfToken }),

  revokeEnrolmentCode: async (id: string, csrfToken: string): Promise<void> =>
    void (await send(`/enrolment-codes/${encodeURIComponent(id)}`, { method: "DELETE", csrfToken })),
};
