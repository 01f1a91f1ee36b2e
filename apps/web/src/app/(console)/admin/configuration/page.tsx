import type { Metadata } from "next";

import { requireArea } from "@/features/administration/require-area";
import { ConfigurationPage } from "@/features/configuration/configuration-page";

export const metadata: Metadata = { title: "Configuration" };

export default async function SettingsPage({ searchParams }: PageProps<"/admin/configuration">) {
  await requireArea("/admin/configuration");
  const { client } = await searchParams;
  return <ConfigurationPage client={typeof client === "string" ? client : ""} />;
}
