import type { Metadata } from "next";
import { forbidden } from "next/navigation";

import { ConflictsPanel } from "@/features/conflicts/conflicts-panel";
import { requireSession } from "@/lib/api/server";
import { may } from "@/lib/permissions";

export const metadata: Metadata = { title: "Conflicts and refusals" };

export default async function ConflictsPage() {
  const { rights } = await requireSession();
  if (!may(rights, "conflict:read", "")) forbidden();
  return <ConflictsPanel />;
}
