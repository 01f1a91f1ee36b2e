import type { Metadata } from "next";
import { redirect } from "next/navigation";

import { EntryPage } from "@/components/entry-page";
import { PasswordForm } from "@/features/session/password-form";
import { currentSession } from "@/lib/api/server";

export const metadata: Metadata = { title: "Change password" };

export default async function PasswordPage() {
  const session = await currentSession();
  if (!session) redirect("/login");
  const text = session.user.must_change_password
    ? "Your password was set by an administrator. Choose your own to go on."
    : `For ${session.user.username}.`;
  return (
    <EntryPage title="Change password" text={text}>
      <PasswordForm csrfToken={session.csrf_token} names={[session.user.username, session.user.display_name ?? ""]} />
    </EntryPage>
  );
}
