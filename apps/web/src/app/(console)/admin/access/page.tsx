import type { Metadata } from "next";

import { requireArea } from "@/features/administration/require-area";
import { WhyPage } from "@/features/access/why-page";

export const metadata: Metadata = { title: "Why may … do …?" };

export default async function AccessPage({ searchParams }: PageProps<"/admin/access">) {
  await requireArea("/admin/access");
  const { user } = await searchParams;
  return <WhyPage userId={typeof user === "string" ? user : ""} />;
}
