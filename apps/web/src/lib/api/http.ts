/** One request to the HTTP API. Every answer is parsed; every failure is an `ApiError`. */
import { z } from "zod";

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
    /** What is wrong with each field of the input, by its name. */
    readonly fields: Readonly<Record<string, string>> = {},
    /** After a version conflict: the thing as it is now. */
    readonly current: unknown = undefined,
  ) {
    super(message);
  }
}

export interface ApiRequest {
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly body?: unknown;
  readonly csrfToken?: string;
  /** The same key makes the same thing once, however often it is sent. */
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal;
}

const UNREACHABLE = "The server can't be reached. Check the connection and try again.";

const problemSchema = z.object({
  title: z.string().optional(),
  detail: z.string().nullish(),
  code: z.string().optional(),
  errors: z.record(z.string(), z.unknown()).optional(),
  current: z.unknown().optional(),
});

/** Sends to `path` below `/api/v1`. */
export async function send(path: string, { method = "GET", body, csrfToken, idempotencyKey, signal }: ApiRequest = {}): Promise<Response> {
  const headers = new Headers({ Accept: "application/json" });
  if (body !== undefined) headers.set("Content-Type", "application/json");
  if (csrfToken) headers.set("X-CSRF-Token", csrfToken);
  if (idempotencyKey) headers.set("Idempotency-Key", idempotencyKey);
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

/** Sends, and answers the parsed JSON. */
export async function ask<Schema extends z.ZodType>(schema: Schema, path: string, request: ApiRequest = {}): Promise<z.output<Schema>> {
  const response = await send(path, request);
  return schema.parse(await response.json());
}

export async function errorOf(response: Response): Promise<ApiError> {
  const content: unknown = await response.json().catch(() => null);
  const problem = problemSchema.safeParse(content).data;
  const retryAfter = Number.parseInt(response.headers.get("Retry-After") ?? "", 10);
  const text = problem?.detail || problem?.title || (response.status >= 500 ? UNREACHABLE : `The server answered ${response.status}.`);
  const fields = fieldTexts(problem?.errors);
  return new ApiError(response.status, problem?.code ?? "unknown", text, Number.isNaN(retryAfter) ? null : retryAfter, fields, problem?.current);
}

/** `{"json": {"name": ["Too long."]}}` as `{name: "Too long."}`: the first text of each field, whatever part of the request it was in. */
function fieldTexts(errors: Record<string, unknown> = {}): Record<string, string> {
  const parts = z.record(z.string(), z.record(z.string(), z.array(z.string()))).safeParse(errors).data ?? {};
  const entries = Object.values(parts).flatMap((fields) => Object.entries(fields));
  return Object.fromEntries(entries.map(([field, texts]) => [field, texts[0] ?? ""]));
}
