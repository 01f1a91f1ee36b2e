"use client";

import { useQuery } from "@tanstack/react-query";
import { ArrowUp } from "lucide-react";

import { Button } from "@/components/ui/button";
import { newerThan, newsText } from "@/features/audit/audit-text";
import { auditApi, type AuditPage } from "@/lib/api/audit";
import { AUDIT_NEWS } from "@/lib/replicated";

interface AuditNewsProps {
  /** The filter, as the hub's query. */
  readonly sought: URLSearchParams;
  /** The newest page that is shown. */
  readonly shown: AuditPage;
  readonly onShow: () => void;
}

/** Offers what was done since the shown entries were read; what one reads does not move by itself. */
export function AuditNews({ sought, shown, onShow }: AuditNewsProps) {
  const shownId = shown.entries[0]?.id ?? null;
  const { data } = useQuery({
    queryKey: [AUDIT_NEWS, sought.toString(), shownId],
    queryFn: ({ signal }) => auditApi.list(sought, null, signal),
    initialData: shown,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const newer = newerThan(shownId, data.entries, data.next === null);
  return (
    <div role="status" className="empty:absolute">
      {newer !== 0 && (
        <Button size="small" onClick={onShow}>
          <ArrowUp aria-hidden /> {newsText(newer, data.entries.length)}
        </Button>
      )}
    </div>
  );
}
