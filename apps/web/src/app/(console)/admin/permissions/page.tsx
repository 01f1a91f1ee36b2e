import type { Metadata } from "next";

import { requireArea } from "@/features/administration/require-area";
import { PermissionList } from "@/features/permissions/permission-list";

export const metadata: Metadata = { title: "Permissions" };

export default async function PermissionsPage() {
  await requireArea("/admin/permissions");
  return <PermissionList />;
}
