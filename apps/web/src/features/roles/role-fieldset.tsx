import { Field, Input } from "@/components/ui/field";
import type { RoleFields } from "@/lib/api/roles";

interface RoleFieldsetProps {
  readonly fields: RoleFields;
  readonly faults: Readonly<Record<string, string>>;
  readonly onChange: (fields: RoleFields) => void;
  readonly disabled?: boolean;
}

export function RoleFieldset({ fields, faults, onChange, disabled = false }: RoleFieldsetProps) {
  return (
    <>
      <Field id="role-name" label="Name" error={faults.name}>
        <Input
          id="role-name"
          disabled={disabled}
          autoComplete="off"
          value={fields.name}
          onChange={(event) => onChange({ ...fields, name: event.target.value })}
          aria-invalid={faults.name !== undefined}
          aria-describedby="role-name-text"
        />
      </Field>
      <Field id="role-description" label="What for" error={faults.description}>
        <Input
          id="role-description"
          disabled={disabled}
          autoComplete="off"
          value={fields.description}
          onChange={(event) => onChange({ ...fields, description: event.target.value })}
          aria-describedby="role-description-text"
        />
      </Field>
    </>
  );
}
