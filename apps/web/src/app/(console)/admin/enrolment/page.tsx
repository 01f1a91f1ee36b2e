import type { Metadata } from "next";
import { forbidden } from "next/navigation";

import { EnrolmentPanel } from "@/features/enrolment/enrolment-panel";
import { requireSession } from "@/lib/api/server";
import { may } from "@/lib/permissions";

export const metadata: Metadata = { title: "Enrolment" };

export default async function EnrolmentPage() {
  const { rights } = await requireSession();
  if (!may(rights, "enrolment:read")) forbidden();
  return <EnrolmentPanel mayIssue={may(rights, "enrolment:create")} />;
}
