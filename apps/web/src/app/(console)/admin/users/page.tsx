import type { Metadata } from "next";

import { UsersPanel } from "@/features/users/users-panel";
import { requireRight } from "@/lib/api/server";

export const metadata: Metadata = { title: "Users" };

export default async function UsersPage() {
  await requireRight("user:read");
  return <UsersPanel />;
}
