import type { Metadata } from "next";
import { notFound } from "next/navigation";

import { RoleView } from "@/app/(console)/admin/roles/[id]/role-view";
import { findRole, requireRight } from "@/lib/api/server";

export const metadata: Metadata = { title: "Role" };

export default async function RolePage({ params }: PageProps<"/admin/roles/[id]">) {
  await requireRight("role:read");
  const role = await findRole((await params).id);
  if (!role) notFound();
  return <RoleView initial={role} />;
}
