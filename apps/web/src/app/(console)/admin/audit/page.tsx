import type { Metadata } from "next";
import { forbidden } from "next/navigation";

import { AuditPanel } from "@/features/audit/audit-panel";
import { requireSession } from "@/lib/api/server";
import { may } from "@/lib/permissions";

export const metadata: Metadata = { title: "Audit log" };

export default async function AuditPage() {
  const { rights } = await requireSession();
  if (!may(rights, "audit:read", "")) forbidden();
  return <AuditPanel />;
}
