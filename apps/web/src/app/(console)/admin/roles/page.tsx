import type { Metadata } from "next";

import { RolesPanel } from "@/features/roles/roles-panel";
import { requireRight } from "@/lib/api/server";

export const metadata: Metadata = { title: "Roles" };

export default async function RolesPage() {
  await requireRight("role:read");
  return <RolesPanel />;
}
