"use client";

import { usePathname } from "next/navigation";
import type { ReactNode } from "react";

import { Forbidden } from "@/components/forbidden";
import { mayOpen } from "@/features/administration/areas";
import { useSession } from "@/lib/session";

/** The page below, for as long as the visitor may see it. */
export function AreaGuard({ children }: { readonly children: ReactNode }) {
  const { rights } = useSession();
  return mayOpen(rights, usePathname()) ? children : <Forbidden />;
}
