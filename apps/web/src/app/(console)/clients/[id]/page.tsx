import type { Metadata } from "next";
import { notFound } from "next/navigation";

import { ClientView } from "@/app/(console)/clients/[id]/client-view";
import { listClients } from "@/lib/api/server";

export async function generateMetadata({ params }: PageProps<"/clients/[id]">): Promise<Metadata> {
  return { title: decodeURIComponent((await params).id) };
}

export default async function ClientPage({ params, searchParams }: PageProps<"/clients/[id]">) {
  const id = decodeURIComponent((await params).id);
  const { metric } = await searchParams;
  if (!(await listClients()).some((client) => client.id === id)) notFound();
  return <ClientView id={id} metric={typeof metric === "string" ? metric : null} />;
}
