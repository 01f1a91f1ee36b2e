"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { Section } from "@/components/section";
import { SearchField } from "@/components/ui/search-field";
import { Skeleton } from "@/components/ui/skeleton";
import { grantsApi, permissionsApi, type Permission, type Role } from "@/lib/api/roles";
import { useMay } from "@/lib/session";
import { PEOPLE, useChange } from "@/lib/use-change";

interface Toggle {
  readonly permissionId: string;
  /** Of the grant to take; null gives. */
  readonly grantId: string | null;
}

/** What the role holds: each permission is given and taken at once. */
export function RolePermissions({ role }: { readonly role: Role }) {
  const isFixed = !useMay("role:update", "") || role.built_in;
  const mayRead = useMay("permission:read", "");
  const [search, setSearch] = useState("");
  const { data, error } = useQuery({ queryKey: [PEOPLE, "permissions"], queryFn: permissionsApi.list, enabled: mayRead });
  const toggle = useChange(async ({ permissionId, grantId }: Toggle, csrfToken) => {
    if (grantId) await grantsApi.takePermission(grantId, csrfToken);
    else await grantsApi.givePermission(role.id, permissionId, csrfToken);
  });
  const toggled = toggle.isPending ? toggle.variables.permissionId : null; // shown at once; put back if the hub refuses
  const held = new Map(role.permissions.map(({ permission_id, id }) => [permission_id, id]));
  const sought = search.trim().toLowerCase();
  const matching = data?.filter(({ name, description }) => `${name} ${description}`.toLowerCase().includes(sought));
  return (
    <Section id="permissions-title" title={`Permissions (${role.permissions.length})`} text={isFixed ? undefined : "A permission that is given or taken here counts at once for everybody who has the role."}>
      {mayRead ? (
        <>
          <SearchField label="Search permissions" value={search} onChange={setSearch} />
          {!data && !error && <Skeleton className="mt-3 h-24" />}
          {error && (
            <p role="alert" className="mt-3 text-sm text-down">
              {error.message}
            </p>
          )}
          <ul aria-label={`Permissions of ${role.name}`} className="mt-3 grid gap-x-6 sm:grid-cols-2">
            {matching?.map((permission) => (
              <PermissionBox
                key={permission.id}
                permission={permission}
                isHeld={held.has(permission.id) !== (toggled === permission.id)}
                disabled={isFixed || toggle.isPending}
                onToggle={() => toggle.mutate({ permissionId: permission.id, grantId: held.get(permission.id) ?? null })}
              />
            ))}
          </ul>
        </>
      ) : (
        <ul className="grid gap-1 text-sm">
          {role.permissions.map(({ id, permission }) => (
            <li key={id} className="numeric text-xs">
              {permission}
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

interface PermissionBoxProps {
  readonly permission: Permission;
  readonly isHeld: boolean;
  readonly disabled: boolean;
  readonly onToggle: () => void;
}

function PermissionBox({ permission, isHeld, disabled, onToggle }: PermissionBoxProps) {
  return (
    <li className="border-b last:border-b-0 sm:nth-last-2:border-b-0">
      <label className="flex min-h-11 items-start gap-2.5 py-2 text-sm">
        <input type="checkbox" className="mt-0.5 size-4 shrink-0 accent-(--accent)" checked={isHeld} disabled={disabled} onChange={onToggle} />
        <span className="min-w-0">
          <span className="numeric block text-xs break-all">{permission.name}</span>
          <span className="block text-xs text-ink-3">{permission.description}</span>
        </span>
      </label>
    </li>
  );
}
