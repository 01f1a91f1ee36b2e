import type { Metadata } from "next";

import { requireArea } from "@/features/administration/require-area";
import { UserPage } from "@/features/users/user-page";

export const metadata: Metadata = { title: "User" };

export default async function OneUserPage({ params }: PageProps<"/admin/users/[id]">) {
  await requireArea("/admin/users");
  return <UserPage id={(await params).id} />;
}
