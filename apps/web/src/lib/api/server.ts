/** The HTTP API as the web server uses it while it renders: the visitor's cookie is passed on. */
import "server-only";
import { cookies } from "next/headers";
import { forbidden, redirect } from "next/navigation";
import { cache } from "react";
import type { z } from "zod";

import { clientsSchema, type ClientSummary } from "@/lib/api/clients";
import { errorOf } from "@/lib/api/http";
import { roleSchema, type Role } from "@/lib/api/roles";
import { sessionSchema, type Session } from "@/lib/api/session";
import { userSchema, type User } from "@/lib/api/users";
import { apiOrigin } from "@/lib/env";
import { may } from "@/lib/permissions";

async function fetchApi(path: string): Promise<Response> {
  const cookie = (await cookies()).toString();
  return fetch(`${apiOrigin()}/api/v1${path}`, { headers: { cookie }, cache: "no-store" });
}

/** The visitor's session, or null when there is none. */
export const currentSession = cache(async (): Promise<Session | null> => {
  const response = await fetchApi("/session");
  if (response.status === 401) return null;
  if (!response.ok) throw await errorOf(response);
  return sessionSchema.parse(await response.json());
});

/** The visitor's session; without one, or with a password that must be changed, the visitor is sent to where that is done. */
export async function requireSession(): Promise<Session> {
  const session = await currentSession();
  if (!session) redirect("/login");
  if (session.user.must_change_password) redirect("/password");
  return session;
}

/** For a page that only somebody may see who holds `permission` for all clients; others see why not. */
export async function requireRight(permission: string): Promise<Session> {
  const session = await requireSession();
  if (!may(session.rights, permission, "")) forbidden();
  return session;
}

export const findUser = (id: string): Promise<User | null> => find(userSchema, `/users/${encodeURIComponent(id)}`);

export const findRole = (id: string): Promise<Role | null> => find(roleSchema, `/roles/${encodeURIComponent(id)}`);

async function find<Schema extends z.ZodType>(schema: Schema, path: string): Promise<z.output<Schema> | null> {
  const response = await fetchApi(path);
  if (response.status === 404) return null;
  if (!response.ok) throw await errorOf(response);
  return schema.parse(await response.json());
}

/** The clients that the visitor may see: none for who may see no client at all. */
export async function listClients(): Promise<ClientSummary[]> {
  const response = await fetchApi("/clients");
  if (response.status === 403) return [];
  if (!response.ok) throw await errorOf(response);
  return clientsSchema.parse(await response.json()).clients;
}

/** A serialised `LiveSnapshot` of every client, for the first paint; null when the hub has none to give. */
export async function liveSnapshot(): Promise<Uint8Array | null> {
  const response = await fetchApi("/snapshot");
  return response.ok ? new Uint8Array(await response.arrayBuffer()) : null;
}
