import type { Metadata } from "next";

import { requireArea } from "@/features/administration/require-area";
import { AuditLog } from "@/features/audit/audit-log";

export const metadata: Metadata = { title: "Audit log" };

export default async function AuditPage() {
  await requireArea("/admin/audit");
  return <AuditLog />;
}
