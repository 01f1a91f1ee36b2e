"use client";

import { useQuery } from "@tanstack/react-query";
import { useDeferredValue, useState } from "react";
import { toast } from "sonner";

import { ClientScope } from "@/components/client-scope";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { SearchField } from "@/components/ui/search-field";
import { grantsApi, type Role } from "@/lib/api/roles";
import { usersApi, type User } from "@/lib/api/users";
import { PEOPLE, useChange } from "@/lib/use-change";

const MOST = 8;

/** Finds a user, and gives the role. */
export function AddMemberDialog({ role, onClose }: { readonly role: Role; readonly onClose: () => void }) {
  const [search, setSearch] = useState("");
  const [client, setClient] = useState("");
  const sought = useDeferredValue(search.trim());
  const { data } = useQuery({
    queryKey: [PEOPLE, "users", sought, MOST],
    queryFn: ({ signal }) => usersApi.list(sought, "", signal, MOST),
    placeholderData: (previous) => previous,
  });
  const give = useChange((user: User, csrfToken) => grantsApi.giveRole(user.id, role.id, client, csrfToken), {
    onDone: (_, user) => void toast.success(`${user.username} has the role ${role.name}`),
  });
  const has = (user: User) => user.roles.some((held) => held.role_id === role.id && held.client === client);
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={`Give the role ${role.name}`}>
      <div className="grid gap-3">
        <ClientScope id="member-client" value={client} onChange={setClient} />
        <SearchField label="Search users" value={search} onChange={setSearch} />
        <ul aria-label="Users found" className="divide-y">
          {data?.users.map((user) => (
            <li key={user.id} className="flex min-h-11 items-center gap-3 text-sm">
              <span className="min-w-0 flex-1 truncate">
                {user.username} <span className="text-ink-3">{user.display_name}</span>
              </span>
              <Button size="small" disabled={has(user) || give.isPending} aria-label={`Give it to ${user.username}`} onClick={() => give.mutate(user)}>
                {has(user) ? "Has it" : "Give"}
              </Button>
            </li>
          ))}
        </ul>
        {data && data.total > MOST && <p className="text-xs text-ink-3">{`${data.total - MOST} more: type more of the name.`}</p>}
        {data?.total === 0 && <p className="text-sm text-ink-3">No user has this in the name.</p>}
      </div>
    </Dialog>
  );
}
