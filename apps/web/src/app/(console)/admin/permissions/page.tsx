import type { Metadata } from "next";

import { PermissionsPanel } from "@/features/permissions/permissions-panel";
import { requireRight } from "@/lib/api/server";

export const metadata: Metadata = { title: "Permissions" };

export default async function PermissionsPage() {
  await requireRight("permission:read");
  return <PermissionsPanel />;
}
