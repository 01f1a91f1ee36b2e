"use client";

import { PasswordStrength } from "@/components/password-strength";
import { Field, Input } from "@/components/ui/field";
import { Segmented } from "@/components/ui/segmented";
import { useSession } from "@/lib/session";

interface PasswordChoiceProps {
  /** null: the hub makes one. */
  readonly value: string | null;
  readonly onChange: (value: string | null) => void;
  /** Names of the user, which are guessed first. */
  readonly names: readonly string[];
  readonly error?: string | undefined;
}

/** A first password: made by the hub and shown once, or typed. */
export function PasswordChoice({ value, onChange, names, error }: PasswordChoiceProps) {
  const { csrf_token } = useSession();
  return (
    <div className="grid gap-2">
      <span className="text-xs font-medium text-ink-2">First password</span>
      <div>
        <Segmented
          label="First password"
          value={value === null ? "made" : "typed"}
          choices={[
            { value: "made", label: "Make one" },
            { value: "typed", label: "Type one" },
          ]}
          onChoose={(choice) => onChange(choice === "made" ? null : "")}
        />
      </div>
      {value === null ? (
        <p className="text-xs text-ink-3">It is shown once, to hand over. It must be changed at the next log-in.</p>
      ) : (
        <Field id="first-password" label="Password" error={error} hint="It must be changed at the next log-in.">
          <Input
            id="first-password"
            type="text"
            autoComplete="off"
            spellCheck={false}
            className="numeric"
            value={value}
            onChange={(event) => onChange(event.target.value)}
            aria-invalid={error !== undefined}
            aria-describedby="first-password-text"
          />
          <PasswordStrength password={value} names={names} csrfToken={csrf_token} />
        </Field>
      )}
    </div>
  );
}
