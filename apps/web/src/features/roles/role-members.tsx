"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { UserPlus } from "lucide-react";
import Link from "next/link";
import { useDeferredValue, useState } from "react";

import { Section } from "@/components/section";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { DataTable, type Column } from "@/components/ui/data-table";
import { SearchField } from "@/components/ui/search-field";
import { AddMemberDialog } from "@/features/roles/add-member-dialog";
import { grantsApi, rolesApi, type Member, type Role } from "@/lib/api/roles";
import { useMay } from "@/lib/session";
import { PEOPLE, useChange } from "@/lib/use-change";

/** Who has the role, for which clients. */
export function RoleMembers({ role }: { readonly role: Role }) {
  const mayAssign = useMay("role:assign");
  const mayReadUsers = useMay("user:read", "");
  const [search, setSearch] = useState("");
  const [isAdding, setAdding] = useState(false);
  const sought = useDeferredValue(search.trim());
  const { data, error, isPending, isFetchingNextPage, hasNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: [PEOPLE, "members", role.id, sought],
    queryFn: ({ pageParam, signal }) => rolesApi.members(role.id, sought, pageParam, signal),
    initialPageParam: "",
    getNextPageParam: (page) => page.next,
    placeholderData: (previous) => previous,
  });
  const take = useChange((member: Member, csrfToken) => grantsApi.takeRole(member.id, csrfToken));
  const columns: Column<Member>[] = [
    {
      key: "username",
      title: "User",
      cell: (member) => (
        <span className="inline-flex flex-wrap items-center gap-2 py-1">
          {mayReadUsers ? (
            <Link href={`/admin/users/${member.user_id}`} className="font-medium underline-offset-4 hover:underline">
              {member.username}
            </Link>
          ) : (
            <span className="font-medium">{member.username}</span>
          )}
          {!member.enabled && <Badge tone="bad">Disabled</Badge>}
        </span>
      ),
    },
    { key: "name", title: "Name", cell: (member) => <span className="text-ink-2">{member.display_name || "—"}</span>, className: "max-md:hidden" },
    { key: "client", title: "For", cell: (member) => <span className="text-ink-2">{member.client || "all clients"}</span> },
  ];
  if (mayAssign) {
    columns.push({
      key: "take",
      title: "Actions",
      isTitleHidden: true,
      className: "w-px text-right",
      cell: (member) => (
        <Button size="small" look="danger" disabled={take.isPending} aria-label={`Take the role from ${member.username}`} onClick={() => take.mutate(member)}>
          Take
        </Button>
      ),
    });
  }
  const total = data?.pages[0]?.total ?? 0;
  return (
    <Section
      id="members-title"
      title="Who has it"
      actions={
        mayAssign &&
        mayReadUsers && (
          <Button size="small" onClick={() => setAdding(true)}>
            <UserPlus aria-hidden /> Give to a user
          </Button>
        )
      }
    >
      <div className="mb-3">
        <SearchField label="Search who has it" value={search} onChange={setSearch} />
      </div>
      <DataTable
        label={`Who has the role ${role.name}`}
        columns={columns}
        rows={data?.pages.flatMap((page) => page.members) ?? []}
        rowKey={(member) => member.id}
        total={total}
        empty={sought ? "Nobody of this name has it." : "Nobody has this role."}
        isLoading={isPending || isFetchingNextPage}
        error={error}
        className="max-h-96"
        onEnd={() => {
          if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
        }}
      />
      {isAdding && <AddMemberDialog role={role} onClose={() => setAdding(false)} />}
    </Section>
  );
}
