import type { Metadata } from "next";
import { notFound } from "next/navigation";

import { UserView } from "@/app/(console)/admin/users/[id]/user-view";
import { findUser, requireRight } from "@/lib/api/server";

export const metadata: Metadata = { title: "User" };

export default async function UserPage({ params }: PageProps<"/admin/users/[id]">) {
  await requireRight("user:read");
  const user = await findUser((await params).id);
  if (!user) notFound();
  return <UserView initial={user} />;
}
