import { cookies } from "next/headers";

import { Shell } from "@/app/(console)/shell";
import { DisplayRoot } from "@/features/session/display-root";
import { listClients, liveSnapshot, requireSession } from "@/lib/api/server";
import { displayCookie, parseDisplay } from "@/lib/display";
import { LiveProvider } from "@/lib/live/provider";
import { SessionProvider } from "@/lib/session";

export default async function ConsoleLayout({ children }: LayoutProps<"/">) {
  const session = await requireSession();
  const [clients, snapshot, jar] = await Promise.all([listClients(), liveSnapshot(), cookies()]);
  const display = parseDisplay(jar.get(displayCookie(session.user.id))?.value);
  return (
    <SessionProvider session={session}>
      <DisplayRoot userId={session.user.id} initial={display}>
        <LiveProvider clients={clients} snapshot={snapshot}>
          <Shell>{children}</Shell>
        </LiveProvider>
      </DisplayRoot>
    </SessionProvider>
  );
}
