"use client";

import Link from "next/link";

import { Section } from "@/components/section";
import { Button } from "@/components/ui/button";
import { RoleChooser } from "@/features/users/role-chooser";
import { grantsApi } from "@/lib/api/roles";
import type { HeldRole, User } from "@/lib/api/users";
import { useMay } from "@/lib/session";
import { useChange } from "@/lib/use-change";

/** The roles of a user, each for all clients or for one: given and taken at once. */
export function UserRoles({ user }: { readonly user: User }) {
  const mayAssign = useMay("role:assign");
  const mayReadRoles = useMay("role:read", "");
  const give = useChange(({ roleId, client }: { roleId: string; client: string }, csrfToken) =>
    grantsApi.giveRole(user.id, roleId, client, csrfToken),
  );
  const take = useChange((grant: HeldRole, csrfToken) => grantsApi.takeRole(grant.id, csrfToken));
  return (
    <Section id="roles-title" title="Roles" text="What is given or taken here counts at once, in every open page and on every desktop that is connected.">
      {user.roles.length === 0 && <p className="pb-3 text-sm text-ink-3">No role: the user may log in, and see nothing.</p>}
      <ul aria-label={`Roles of ${user.username}`} className="divide-y">
        {user.roles.map((held) => (
          <li key={held.id} className="flex min-h-11 flex-wrap items-center gap-x-3 gap-y-1 py-1.5 text-sm">
            {mayReadRoles ? (
              <Link href={`/admin/roles/${held.role_id}`} className="font-medium underline-offset-4 hover:underline">
                {held.role}
              </Link>
            ) : (
              <span className="font-medium">{held.role}</span>
            )}
            <span className="text-ink-3">{held.client ? `for ${held.client}` : "for all clients"}</span>
            {mayAssign && (
              <Button
                size="small"
                look="danger"
                className="ml-auto"
                disabled={take.isPending}
                aria-label={`Take ${held.role}${held.client ? ` for ${held.client}` : ""}`}
                onClick={() => take.mutate(held)}
              >
                Take
              </Button>
            )}
          </li>
        ))}
      </ul>
      {mayAssign && mayReadRoles && (
        <div className="mt-3 border-t pt-4">
          <RoleChooser isBusy={give.isPending} onChoose={(role, client) => give.mutate({ roleId: role.id, client })} />
        </div>
      )}
    </Section>
  );
}
