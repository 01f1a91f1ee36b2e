"use client";

import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import Link from "next/link";
import { useState } from "react";

import { PageFrame } from "@/components/page-frame";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { DataTable, type Column } from "@/components/ui/data-table";
import { SearchField } from "@/components/ui/search-field";
import { PermissionDialog } from "@/features/permissions/permission-dialog";
import { permissionsApi, type Permission } from "@/lib/api/roles";
import { useMay } from "@/lib/session";
import { PEOPLE } from "@/lib/use-change";

/** Every permission that a role can hold, and which roles do. */
export function PermissionsPanel() {
  const mayCreate = useMay("permission:create", "");
  const mayChange = useMay("permission:update", "");
  const mayDelete = useMay("permission:delete", "");
  const [search, setSearch] = useState("");
  const [opened, setOpened] = useState<Permission | "new" | null>(null);
  const { data, error, isPending } = useQuery({ queryKey: [PEOPLE, "permissions"], queryFn: permissionsApi.list });
  const sought = search.trim().toLowerCase();
  const matching = data?.filter(({ name, description }) => `${name} ${description}`.toLowerCase().includes(sought));
  const columns: readonly Column<Permission>[] = [
    {
      key: "name",
      title: "Permission",
      cell: (permission) => (
        <span className="inline-flex flex-wrap items-center gap-2 py-1">
          <span className="numeric max-w-72 text-xs wrap-break-word">{permission.name}</span>
          {permission.built_in && <Badge>Built in</Badge>}
        </span>
      ),
    },
    { key: "description", title: "What for", cell: (permission) => <span className="text-ink-2">{permission.description || "—"}</span> },
    { key: "roles", title: "Held by", cell: (permission) => <Holders permission={permission} />, className: "sm:max-md:hidden" },
    {
      key: "edit",
      title: "Actions",
      isTitleHidden: true,
      className: "w-px text-right",
      cell: (permission) =>
        !permission.built_in &&
        (mayChange || mayDelete) && (
          <Button size="small" aria-label={`Edit ${permission.name}`} onClick={() => setOpened(permission)}>
            Edit
          </Button>
        ),
    },
  ];
  return (
    <PageFrame
      title="Permissions"
      text="What a role can hold, as resource:action. The built-in ones guard this product; your own guard commands and programs that you add."
      actions={
        mayCreate && (
          <Button look="primary" onClick={() => setOpened("new")}>
            <Plus aria-hidden /> New permission
          </Button>
        )
      }
    >
      <SearchField label="Search permissions" value={search} onChange={setSearch} />
      <DataTable
        label="Permissions"
        columns={columns}
        rows={matching ?? []}
        rowKey={(permission) => permission.id}
        empty="No permission matches."
        isLoading={isPending}
        error={error}
        isStacked
      />
      {opened && <PermissionDialog permission={opened === "new" ? null : opened} onClose={() => setOpened(null)} />}
    </PageFrame>
  );
}

function Holders({ permission }: { readonly permission: Permission }) {
  if (permission.roles.length === 0) return <span className="text-ink-3">no role</span>;
  return (
    <span className="flex flex-wrap gap-x-3 gap-y-1 py-1">
      {permission.roles.map(({ id, role_id, role }) => (
        <Link key={id} href={`/admin/roles/${role_id}`} className="text-ink-2 underline-offset-4 hover:underline">
          {role}
        </Link>
      ))}
    </span>
  );
}
