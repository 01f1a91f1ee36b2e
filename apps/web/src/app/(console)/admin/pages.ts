/** The pages of the administration, in the menu's order: each with the permission without which it is not there. */
import { TicketCheck, type LucideIcon } from "lucide-react";

import { may, type Right } from "@/lib/permissions";

export interface AdminPage {
  readonly label: string;
  readonly href: `/admin/${string}`;
  readonly permission: string;
  readonly Sign: LucideIcon;
}

export const ADMIN_PAGES: readonly AdminPage[] = [
  { label: "Enrolment", href: "/admin/enrolment", permission: "enrolment:read", Sign: TicketCheck },
];

/** Those that somebody with these rights may open. */
export const pagesFor = (rights: readonly Right[]): readonly AdminPage[] =>
  ADMIN_PAGES.filter((page) => may(rights, page.permission));
