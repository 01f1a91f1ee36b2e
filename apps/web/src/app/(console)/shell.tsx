"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";
import type { ReactNode } from "react";

import { pagesFor } from "@/app/(console)/admin/pages";
import { Wordmark } from "@/components/wordmark";
import { Announcer } from "@/features/link/announcer";
import { LinkBanner } from "@/features/link/link-banner";
import { LinkPill } from "@/features/link/link-pill";
import { AccountMenu } from "@/features/session/account-menu";
import { IdleGuard } from "@/features/session/idle-guard";
import { classes } from "@/lib/classes";
import { useSession } from "@/lib/session";

/** The frame of every page behind the login. */
export function Shell({ children }: { readonly children: ReactNode }) {
  const mayAdminister = pagesFor(useSession().rights).length > 0;
  return (
    <div className="flex min-h-dvh flex-col">
      <a href="#main" className="sr-only focus:not-sr-only focus:absolute focus:z-50 focus:bg-raised focus:p-3">
        Skip to content
      </a>
      <header className="sticky top-0 z-30 flex h-12 items-center gap-1 border-b bg-ground/92 px-3 backdrop-blur sm:gap-2 sm:px-4">
        <Link href="/" aria-label="PrecisionPulse, live view" className="mr-2 rounded-md sm:mr-5">
          <Wordmark isShort />
        </Link>
        <nav aria-label="Main" className="flex items-center gap-1">
          <NavLink href="/">Live</NavLink>
          {mayAdminister && <NavLink href="/admin">
              Admin<span className="max-sm:sr-only">istration</span>
            </NavLink>}
        </nav>
        <div className="ml-auto flex items-center gap-1">
          <LinkPill />
          <AccountMenu />
        </div>
      </header>
      <LinkBanner />
      <main id="main" className="flex min-h-0 flex-1 flex-col">
        {children}
      </main>
      <Announcer />
      <IdleGuard />
    </div>
  );
}

function NavLink({ href, children }: { readonly href: string; readonly children: ReactNode }) {
  const pathname = usePathname();
  const here = href === "/" ? pathname === "/" || pathname.startsWith("/clients") : pathname.startsWith(href);
  return (
    <Link
      href={href}
      aria-current={here ? "page" : undefined}
      className={classes("rounded-md px-2.5 py-1.5 text-sm text-ink-3 hover:text-ink", here && "bg-raised text-ink")}
    >
      {children}
    </Link>
  );
}
