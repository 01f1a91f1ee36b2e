import "server-only";
import { forbidden } from "next/navigation";

import { mayOpen } from "@/features/administration/areas";
import { requireSession } from "@/lib/api/server";

/** Answers a request for a page of the administration with 403 when the visitor may not open it. */
export async function requireArea(href: string): Promise<void> {
  const { rights } = await requireSession();
  if (!mayOpen(rights, href)) forbidden();
}
