"use client";

import { useQuery } from "@tanstack/react-query";
import { Check, Minus } from "lucide-react";
import Link from "next/link";
import { useState } from "react";

import { Section } from "@/components/section";
import { SearchField } from "@/components/ui/search-field";
import { Segmented } from "@/components/ui/segmented";
import { Skeleton } from "@/components/ui/skeleton";
import { reachOf } from "@/features/access/reach";
import { usersApi, type AccessPath, type User, type UserAccess } from "@/lib/api/users";
import { useMay } from "@/lib/session";
import { PEOPLE } from "@/lib/use-change";

type Shown = "held" | "all";
type Access = UserAccess["access"][number];

/** Why the user may do what: for each permission every role that gives it, and for which clients (X6). */
export function AccessPanel({ user }: { readonly user: User }) {
  const { data, error } = useQuery({ queryKey: [PEOPLE, "access", user.id], queryFn: () => usersApi.access(user.id) });
  const [search, setSearch] = useState("");
  const [shown, setShown] = useState<Shown>("held");
  const sought = search.trim().toLowerCase();
  const matching = data?.access.filter(
    ({ permission, description, paths }) =>
      (shown === "all" || paths.length > 0) && (permission.includes(sought) || description.toLowerCase().includes(sought)),
  );
  return (
    <Section id="access-title" title={`Why may ${user.username} do it?`} text="Every permission, with the roles that give it. A user may do what at least one role allows, and nothing else.">
      {data && !data.enabled && (
        <p className="mb-4 rounded-md border border-warn/50 bg-warn/8 p-3 text-sm">
          This user is disabled, and may do nothing now. Once enabled, the following counts again.
        </p>
      )}
      <div className="mb-2 flex flex-wrap items-center gap-3">
        <SearchField label="Search permissions" value={search} onChange={setSearch} />
        <Segmented
          label="Permissions shown"
          value={shown}
          choices={[
            { value: "held", label: "Held" },
            { value: "all", label: "All" },
          ]}
          onChoose={setShown}
        />
      </div>
      {!data && !error && <Skeleton className="h-24" />}
      {error && (
        <p role="alert" className="text-sm text-down">
          {error.message}
        </p>
      )}
      {matching?.length === 0 && <p className="py-4 text-sm text-ink-3">{sought ? "No permission matches." : "This user may do nothing: no role gives a permission."}</p>}
      <ul aria-label={`Permissions of ${user.username}`} className="divide-y">
        {matching?.map((access) => (
          <AccessRow key={access.permission} access={access} />
        ))}
      </ul>
    </Section>
  );
}

function AccessRow({ access }: { readonly access: Access }) {
  const reach = reachOf(access.paths);
  const Sign = reach.isHeld ? Check : Minus;
  return (
    <li data-testid={`access-${access.permission}`} className="grid gap-x-4 gap-y-1 py-2.5 text-sm sm:grid-cols-[minmax(12rem,1fr)_2fr]">
      <div className="flex gap-2">
        <Sign aria-hidden className={reach.isHeld ? "mt-0.5 size-4 shrink-0 text-up" : "mt-0.5 size-4 shrink-0 text-ink-3"} />
        <div className="min-w-0">
          <p className="numeric text-xs break-all">{access.permission}</p>
          <p className="text-xs text-ink-3">{access.description}</p>
        </div>
      </div>
      <div className="pl-6 text-xs sm:pl-0">
        <p className={reach.isHeld ? "text-ink-2" : "text-ink-3"}>{reach.text}</p>
        <ul>
          {access.paths.map((path) => (
            <PathLine key={path.role_id + path.client + path.permission_id} path={path} asked={access.permission} />
          ))}
        </ul>
      </div>
    </li>
  );
}

function PathLine({ path, asked }: { readonly path: AccessPath; readonly asked: string }) {
  const mayReadRoles = useMay("role:read", "");
  return (
    <li className="mt-0.5 text-ink-3">
      role{" "}
      {mayReadRoles ? (
        <Link href={`/admin/roles/${path.role_id}`} className="text-ink-2 underline underline-offset-4">
          {path.role}
        </Link>
      ) : (
        <span className="text-ink-2">{path.role}</span>
      )}
      {path.client ? ` for ${path.client}` : " for all clients"}
      {path.permission !== asked && (
        <>
          , which holds <span className="numeric">{path.permission}</span>
        </>
      )}
    </li>
  );
}
