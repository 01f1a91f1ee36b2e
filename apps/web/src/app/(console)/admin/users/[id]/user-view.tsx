"use client";

import { useQuery } from "@tanstack/react-query";

import { PageFrame } from "@/components/page-frame";
import { AccessPanel } from "@/features/access/access-panel";
import { UserSessions } from "@/features/sessions/user-sessions";
import { UserActions } from "@/features/users/user-actions";
import { UserProfile } from "@/features/users/user-profile";
import { UserRoles } from "@/features/users/user-roles";
import { UserState } from "@/features/users/user-state";
import { usersApi, type User } from "@/lib/api/users";
import { useMay } from "@/lib/session";
import { PEOPLE } from "@/lib/use-change";

export function UserView({ initial }: { readonly initial: User }) {
  const maySeeSessions = useMay("session:read", "");
  const { data: user = initial } = useQuery({
    queryKey: [PEOPLE, "user", initial.id],
    queryFn: () => usersApi.show(initial.id),
    initialData: initial,
  });
  return (
    <PageFrame
      title={user.username}
      text={
        <span className="flex flex-wrap items-center gap-2">
          {user.display_name} <UserState user={user} />
        </span>
      }
      actions={<UserActions user={user} />}
    >
      <UserProfile user={user} />
      <UserRoles user={user} />
      <AccessPanel user={user} />
      {maySeeSessions && <UserSessions user={user} />}
    </PageFrame>
  );
}
