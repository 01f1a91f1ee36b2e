/** The pages of the administration, in the menu's order: each with the permission without which it is not there. */
import { GitCompareArrows, KeyRound, MonitorDot, ScrollText, ShieldCheck, SlidersHorizontal, TicketCheck, Users, type LucideIcon } from "lucide-react";

import { may, type Right } from "@/lib/permissions";

export interface AdminPage {
  readonly label: string;
  readonly href: `/admin/${string}`;
  readonly permission: string;
  /** The permission must be held for all clients. */
  readonly isForAll?: boolean;
  readonly Sign: LucideIcon;
}

export const ADMIN_PAGES: readonly AdminPage[] = [
  { label: "Users", href: "/admin/users", permission: "user:read", isForAll: true, Sign: Users },
  { label: "Roles", href: "/admin/roles", permission: "role:read", isForAll: true, Sign: ShieldCheck },
  { label: "Permissions", href: "/admin/permissions", permission: "permission:read", isForAll: true, Sign: KeyRound },
  { label: "Sessions", href: "/admin/sessions", permission: "session:read", isForAll: true, Sign: MonitorDot },
  { label: "Configuration", href: "/admin/configuration", permission: "config:read", Sign: SlidersHorizontal },
  { label: "Audit log", href: "/admin/audit", permission: "audit:read", isForAll: true, Sign: ScrollText },
  { label: "Conflicts", href: "/admin/conflicts", permission: "conflict:read", isForAll: true, Sign: GitCompareArrows },
  { label: "Enrolment", href: "/admin/enrolment", permission: "enrolment:read", Sign: TicketCheck },
];

/** Those that somebody with these rights may open. */
export const pagesFor = (rights: readonly Right[]): readonly AdminPage[] =>
  ADMIN_PAGES.filter((page) => may(rights, page.permission, page.isForAll ? "" : undefined));
