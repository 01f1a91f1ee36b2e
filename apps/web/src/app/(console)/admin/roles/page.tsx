import type { Metadata } from "next";

import { requireArea } from "@/features/administration/require-area";
import { RoleList } from "@/features/roles/role-list";

export const metadata: Metadata = { title: "Roles" };

export default async function RolesPage() {
  await requireArea("/admin/roles");
  return <RoleList />;
}
