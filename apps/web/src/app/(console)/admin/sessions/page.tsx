import type { Metadata } from "next";

import { requireArea } from "@/features/administration/require-area";
import { SessionList } from "@/features/sessions/session-list";

export const metadata: Metadata = { title: "Sessions" };

export default async function SessionsPage() {
  await requireArea("/admin/sessions");
  return <SessionList isOwn={false} />;
}
