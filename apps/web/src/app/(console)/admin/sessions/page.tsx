import type { Metadata } from "next";

import { SessionsPanel } from "@/features/sessions/sessions-panel";
import { requireRight } from "@/lib/api/server";

export const metadata: Metadata = { title: "Sessions" };

export default async function SessionsPage() {
  await requireRight("session:read");
  return <SessionsPanel />;
}
