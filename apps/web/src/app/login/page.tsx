import type { Metadata } from "next";
import { redirect } from "next/navigation";

import { EntryPage } from "@/components/entry-page";
import { LoginForm } from "@/features/session/login-form";
import { currentSession } from "@/lib/api/server";

export const metadata: Metadata = { title: "Log in" };

export default async function LoginPage({ searchParams }: PageProps<"/login">) {
  const { next, ended } = await searchParams;
  const target = localPath(next);
  if (await currentSession()) redirect(target);
  return (
    <EntryPage title="Log in" text="Live readings from every client of this site.">
      <LoginForm next={target} notice={ended ? "Your session has ended. Log in again to go on." : null} />
    </EntryPage>
  );
}

/** A path of this site, never of another one. */
function localPath(text: string | string[] | undefined): string {
  return typeof text === "string" && /^\/(?![/\\])/.test(text) ? text : "/";
}
