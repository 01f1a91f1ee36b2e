"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { UserPlus } from "lucide-react";
import Link from "next/link";
import { useDeferredValue, useState } from "react";

import { PageFrame } from "@/components/page-frame";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { DataTable, type Column } from "@/components/ui/data-table";
import { SearchField } from "@/components/ui/search-field";
import { NewUserDialog } from "@/features/users/new-user-dialog";
import { UserState } from "@/features/users/user-state";
import { usersApi, type User } from "@/lib/api/users";
import { useMay } from "@/lib/session";
import { PEOPLE } from "@/lib/use-change";

const COLUMNS: readonly Column<User>[] = [
  { key: "username", title: "User name", cell: (user) => <UserName user={user} /> },
  { key: "display_name", title: "Name", cell: (user) => <span className="text-ink-2">{user.display_name || "—"}</span>, className: "max-md:hidden" },
  { key: "roles", title: "Roles", cell: (user) => <Roles user={user} />, className: "max-sm:hidden" },
  { key: "state", title: "State", cell: (user) => <UserState user={user} />, className: "w-px whitespace-nowrap" },
];

/** Every user of the site: found by name, however many there are. */
export function UsersPanel() {
  const mayCreate = useMay("user:create", "");
  const [search, setSearch] = useState("");
  const [isCreating, setCreating] = useState(false);
  const sought = useDeferredValue(search.trim());
  const { data, error, isPending, isFetchingNextPage, hasNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: [PEOPLE, "users", sought],
    queryFn: ({ pageParam, signal }) => usersApi.list(sought, pageParam, signal),
    initialPageParam: "",
    getNextPageParam: (page) => page.next,
    placeholderData: (previous) => previous,
  });
  const total = data?.pages[0]?.total ?? 0;
  return (
    <PageFrame
      title="Users"
      text="Who may log in, here and on every desktop of the site."
      actions={
        mayCreate && (
          <Button look="primary" onClick={() => setCreating(true)}>
            <UserPlus aria-hidden /> New user
          </Button>
        )
      }
    >
      <div className="flex items-center gap-4">
        <SearchField label="Search users" value={search} onChange={setSearch} />
        <p role="status" data-testid="users-total" className="ml-auto text-xs whitespace-nowrap text-ink-3 tabular-nums">
          {data ? `${total.toLocaleString("en-GB")} ${total === 1 ? "user" : "users"}` : ""}
        </p>
      </div>
      <DataTable
        label="Users"
        columns={COLUMNS}
        rows={data?.pages.flatMap((page) => page.users) ?? []}
        rowKey={(user) => user.id}
        total={total}
        empty="No user has this in the name."
        isLoading={isPending || isFetchingNextPage}
        error={error}
        onEnd={() => {
          if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
        }}
      />
      {isCreating && <NewUserDialog onClose={() => setCreating(false)} />}
    </PageFrame>
  );
}

function UserName({ user }: { readonly user: User }) {
  return (
    <Link href={`/admin/users/${user.id}`} className="font-medium text-ink underline-offset-4 hover:underline">
      {user.username}
    </Link>
  );
}

function Roles({ user }: { readonly user: User }) {
  if (user.roles.length === 0) return <span className="text-ink-3">none</span>;
  return (
    <span className="flex flex-wrap gap-1 py-1">
      {user.roles.map(({ id, role, client }) => (
        <Badge key={id}>
          {role}
          {client && <span className="text-ink-3">for {client}</span>}
        </Badge>
      ))}
    </span>
  );
}
