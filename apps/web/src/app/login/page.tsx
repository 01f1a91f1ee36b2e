import type { Metadata } from "next";
import { redirect } from "next/navigation";

import { EntryPage } from "@/components/entry-page";
import { LoginForm } from "@/features/session/login-form";
import { currentSession } from "@/lib/api/server";
import { endingSchema, type Ending } from "@/lib/api/session";
import { localPath } from "@/lib/local-path";

export const metadata: Metadata = { title: "Log in" };

const NOTICES: Readonly<Record<Ending, string>> = {
  access: "Your access was changed by an administrator.",
  idle: "You were logged out because nobody used the page for a while.",
  ended: "Your session has ended. Log in again to go on.",
};

export default async function LoginPage({ searchParams }: PageProps<"/login">) {
  const { next, ended } = await searchParams;
  const target = localPath(next);
  if (await currentSession()) redirect(target);
  return (
    <EntryPage title="Log in" text="Live readings from every client of this site.">
      <LoginForm next={target} notice={typeof ended === "string" ? NOTICES[endingSchema.parse(ended)] : null} />
    </EntryPage>
  );
}
