"use client";

import { useQuery } from "@tanstack/react-query";

import { PageFrame } from "@/components/page-frame";
import { DeleteRole } from "@/features/roles/delete-role";
import { RoleMembers } from "@/features/roles/role-members";
import { RolePermissions } from "@/features/roles/role-permissions";
import { RoleProfile } from "@/features/roles/role-profile";
import { rolesApi, type Role } from "@/lib/api/roles";
import { PEOPLE } from "@/lib/use-change";

export function RoleView({ initial }: { readonly initial: Role }) {
  const { data: role = initial } = useQuery({
    queryKey: [PEOPLE, "role", initial.id],
    queryFn: () => rolesApi.show(initial.id),
    initialData: initial,
  });
  return (
    <PageFrame title={role.name} text={role.description} actions={<DeleteRole role={role} />}>
      <RoleProfile role={role} />
      <RolePermissions role={role} />
      <RoleMembers role={role} />
    </PageFrame>
  );
}
