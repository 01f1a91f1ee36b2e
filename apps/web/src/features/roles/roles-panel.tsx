"use client";

import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useState } from "react";

import { PageFrame } from "@/components/page-frame";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { DataTable, type Column } from "@/components/ui/data-table";
import { SearchField } from "@/components/ui/search-field";
import { NewRoleDialog } from "@/features/roles/new-role-dialog";
import { rolesApi, type Role } from "@/lib/api/roles";
import { useMay } from "@/lib/session";
import { PEOPLE } from "@/lib/use-change";

const COLUMNS: readonly Column<Role>[] = [
  {
    key: "name",
    title: "Role",
    cell: (role) => (
      <span className="inline-flex flex-wrap items-center gap-2 py-1">
        <Link href={`/admin/roles/${role.id}`} className="font-medium underline-offset-4 hover:underline">
          {role.name}
        </Link>
        {role.built_in && <Badge>Built in</Badge>}
      </span>
    ),
  },
  { key: "description", title: "What for", cell: (role) => <span className="text-ink-2">{role.description || "—"}</span>, className: "max-sm:hidden" },
  { key: "permissions", title: "Permissions", cell: (role) => <Count value={role.permissions.length} />, className: "w-px text-right" },
  { key: "users", title: "Users", cell: (role) => <Count value={role.users} />, className: "w-px text-right" },
];

/** Every role: what it is for, how much it holds, and how many have it. */
export function RolesPanel() {
  const mayCreate = useMay("role:create", "");
  const router = useRouter();
  const [search, setSearch] = useState("");
  const [isCreating, setCreating] = useState(false);
  const { data, error, isPending } = useQuery({ queryKey: [PEOPLE, "roles"], queryFn: rolesApi.list });
  const sought = search.trim().toLowerCase();
  const matching = data?.filter(({ name, description }) => `${name} ${description}`.toLowerCase().includes(sought));
  return (
    <PageFrame
      title="Roles"
      text="A role is a set of permissions that users have, for all clients or for single ones."
      actions={
        mayCreate && (
          <Button look="primary" onClick={() => setCreating(true)}>
            <Plus aria-hidden /> New role
          </Button>
        )
      }
    >
      <SearchField label="Search roles" value={search} onChange={setSearch} />
      <DataTable label="Roles" columns={COLUMNS} rows={matching ?? []} rowKey={(role) => role.id} empty="No role matches." isLoading={isPending} error={error} />
      {isCreating && <NewRoleDialog onClose={() => setCreating(false)} onMade={(role) => router.push(`/admin/roles/${role.id}`)} />}
    </PageFrame>
  );
}

function Count({ value }: { readonly value: number }) {
  return <span className="text-ink-2 tabular-nums">{value.toLocaleString("en-GB")}</span>;
}
