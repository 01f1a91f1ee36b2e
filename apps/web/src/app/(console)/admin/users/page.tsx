import type { Metadata } from "next";

import { requireArea } from "@/features/administration/require-area";
import { UserList } from "@/features/users/user-list";

export const metadata: Metadata = { title: "Users" };

export default async function UsersPage({ searchParams }: PageProps<"/admin/users">) {
  await requireArea("/admin/users");
  const { role } = await searchParams;
  return <UserList role={typeof role === "string" ? role : ""} />;
}
