import type { Metadata } from "next";

import { requireArea } from "@/features/administration/require-area";
import { RolePage } from "@/features/roles/role-page";

export const metadata: Metadata = { title: "Role" };

export default async function OneRolePage({ params }: PageProps<"/admin/roles/[id]">) {
  await requireArea("/admin/roles");
  return <RolePage id={(await params).id} />;
}
