import { X } from "lucide-react";

import { Button } from "@/components/ui/button";
import { Input } from "@/components/ui/field";
import { NO_FILTER, type AuditFilter } from "@/lib/api/audit";
import { classes } from "@/lib/classes";

const FIELDS = [
  { name: "search", label: "Anything", type: "search", hint: "Any word" },
  { name: "actor", label: "Who", type: "text", hint: "User name" },
  { name: "action", label: "What", type: "text", hint: "user:update" },
  { name: "subject", label: "Subject", type: "text", hint: "Client, user, key" },
  { name: "from", label: "From", type: "datetime-local", hint: "" },
  { name: "to", label: "To", type: "datetime-local", hint: "" },
] as const;

interface AuditFiltersProps {
  readonly filter: AuditFilter;
  readonly onChange: (filter: AuditFilter) => void;
}

export function AuditFilters({ filter, onChange }: AuditFiltersProps) {
  const isFiltered = Object.values(filter).some(Boolean);
  return (
    <div role="search" aria-label="Audit log" className="grid grid-cols-2 items-end gap-3 lg:grid-cols-[repeat(4,minmax(0,1fr))_repeat(2,minmax(12.5rem,auto))]">
      {FIELDS.map(({ name, label, type, hint }) => (
        <div key={name} className={classes("grid min-w-0 gap-1", name !== "actor" && name !== "action" && "max-sm:col-span-2")}>
          <label htmlFor={`audit-${name}`} className="text-xs font-medium text-ink-2">
            {label}
          </label>
          <Input
            id={`audit-${name}`}
            type={type}
            className="h-9 min-w-0"
            autoComplete="off"
            spellCheck={false}
            placeholder={hint}
            value={filter[name]}
            onChange={(event) => onChange({ ...filter, [name]: event.target.value })}
          />
        </div>
      ))}
      {isFiltered && (
        <Button size="small" look="quiet" className="justify-self-start" onClick={() => onChange(NO_FILTER)}>
          <X aria-hidden /> Show all
        </Button>
      )}
    </div>
  );
}
