import { ArrowRight } from "lucide-react";

import { changesOf } from "@/features/audit/audit-text";
import type { AuditEntry } from "@/lib/api/audit";

/** The fields that are different, before and after. */
export function AuditChanges({ entry }: { readonly entry: AuditEntry }) {
  const changes = changesOf(entry);
  if (changes.length === 0) return <span className="text-ink-3">—</span>;
  return (
    <dl className="grid gap-0.5 py-2 text-xs">
      {changes.map(({ name, before, after }) => (
        <div key={name} className="flex flex-wrap items-baseline gap-x-2">
          <dt className="text-ink-3">{name}</dt>
          <dd className="numeric min-w-0 wrap-anywhere">
            {before !== null && <span className={after === null ? "text-ink-2 line-through" : "text-ink-3"}>{before}</span>}
            {before !== null && after !== null && <ArrowRight role="img" aria-label="became" className="mx-1.5 inline size-3 text-ink-3" />}
            {after !== null && <span>{after}</span>}
          </dd>
        </div>
      ))}
    </dl>
  );
}
