import type { Metadata } from "next";

import { requireArea } from "@/features/administration/require-area";
import { ConflictList } from "@/features/conflicts/conflict-list";

export const metadata: Metadata = { title: "Conflicts & refusals" };

export default async function ConflictsPage() {
  await requireArea("/admin/conflicts");
  return <ConflictList />;
}
