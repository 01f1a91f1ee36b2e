import { forbidden, redirect } from "next/navigation";

import { areasFor } from "@/features/administration/areas";
import { requireSession } from "@/lib/api/server";

export default async function AdministrationPage(): Promise<never> {
  const { rights } = await requireSession();
  const [first] = areasFor(rights);
  if (!first) forbidden();
  redirect(first.href);
}
