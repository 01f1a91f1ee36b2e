import type { Metadata } from "next";
import { forbidden } from "next/navigation";

import { ConfigurationPanel } from "@/features/configuration/configuration-panel";
import { requireSession } from "@/lib/api/server";
import { may } from "@/lib/permissions";

export const metadata: Metadata = { title: "Configuration" };

export default async function ConfigurationPage({ searchParams }: PageProps<"/admin/configuration">) {
  const { rights } = await requireSession();
  if (!may(rights, "config:read")) forbidden();
  const { client } = await searchParams;
  return <ConfigurationPanel initialClient={typeof client === "string" ? client : ""} />;
}
