"use client";

import { Field } from "@/components/ui/field";
import { Select } from "@/components/ui/select";
import { useStatuses } from "@/lib/live/provider";

interface ClientScopeProps {
  readonly id: string;
  readonly value: string;
  readonly onChange: (client: string) => void;
}

/** For which client a role counts: one of them, or all (""). */
export function ClientScope({ id, value, onChange }: ClientScopeProps) {
  const clients = useStatuses();
  return (
    <Field id={id} label="For">
      <Select id={id} value={value} onChange={(event) => onChange(event.target.value)}>
        <option value="">All clients</option>
        {clients.map((client) => (
          <option key={client.id} value={client.id}>
            {client.displayName}
          </option>
        ))}
      </Select>
    </Field>
  );
}
