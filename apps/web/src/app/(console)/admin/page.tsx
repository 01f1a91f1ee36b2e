import { forbidden, redirect } from "next/navigation";

import { pagesFor } from "@/app/(console)/admin/pages";
import { requireSession } from "@/lib/api/server";

/** The first page of the administration that the visitor may see. */
export default async function AdminPage() {
  const [first] = pagesFor((await requireSession()).rights);
  if (!first) forbidden();
  redirect(first.href);
}
