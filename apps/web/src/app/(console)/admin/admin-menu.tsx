"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";

import { pagesFor } from "@/app/(console)/admin/pages";
import { classes } from "@/lib/classes";
import { useSession } from "@/lib/session";

const intoView = (link: HTMLAnchorElement | null) => link?.scrollIntoView({ block: "nearest", inline: "center" });

/** What the visitor may administer: a column beside the page, a line above it on narrow screens. */
export function AdminMenu() {
  const { rights } = useSession();
  const pathname = usePathname();
  const pages = pagesFor(rights);
  if (pages.length === 0) return null;
  return (
    <nav
      aria-label="Administration"
      className="sticky top-12 z-20 border-b bg-ground/95 backdrop-blur lg:h-[calc(100dvh-3rem)] lg:w-52 lg:shrink-0 lg:border-r lg:border-b-0 lg:bg-transparent"
    >
      <ul className="flex gap-0.5 overflow-x-auto px-2 py-1.5 lg:flex-col lg:overflow-visible lg:px-3 lg:py-5">
        {pages.map(({ label, href, Sign }) => {
          const isHere = pathname === href || pathname.startsWith(`${href}/`);
          return (
            <li key={href}>
              <Link
                href={href}
                aria-current={isHere ? "page" : undefined}
                ref={isHere ? intoView : undefined}
                className={classes(
                  "flex h-8 items-center gap-2.5 rounded-md px-2.5 text-sm whitespace-nowrap text-ink-2 hover:bg-raised hover:text-ink",
                  isHere && "bg-raised font-medium text-ink",
                )}
              >
                <Sign aria-hidden className={classes("size-4 shrink-0 text-ink-3", isHere && "text-accent")} />
                {label}
              </Link>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}
