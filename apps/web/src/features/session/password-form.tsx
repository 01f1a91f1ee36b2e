"use client";

import { zodResolver } from "@hookform/resolvers/zod";
import { useState } from "react";
import { useForm, useWatch } from "react-hook-form";
import { z } from "zod";

import { PasswordStrength } from "@/components/password-strength";
import { Button } from "@/components/ui/button";
import { Field, Input } from "@/components/ui/field";
import { ApiError } from "@/lib/api/http";
import { sessionApi } from "@/lib/api/session";

const SHORTEST = 15;
const schema = z
  .object({
    current: z.string().min(1, "Enter your present password."),
    next: z.string().min(SHORTEST, `Use at least ${SHORTEST} characters.`),
    again: z.string(),
  })
  .refine(({ next, again }) => next === again, { path: ["again"], message: "The two do not match." });
type Passwords = z.infer<typeof schema>;

const FIELDS = [
  { name: "current", label: "Present password", autoComplete: "current-password", hint: undefined },
  { name: "next", label: "New password", autoComplete: "new-password", hint: `At least ${SHORTEST} characters. A few words work well.` },
  { name: "again", label: "New password again", autoComplete: "new-password", hint: undefined },
] as const;

interface PasswordFormProps {
  readonly csrfToken: string;
  /** Of the user: they are guessed first. */
  readonly names: readonly string[];
}

export function PasswordForm({ csrfToken, names }: PasswordFormProps) {
  const { register, handleSubmit, formState, control } = useForm<Passwords>({ resolver: zodResolver(schema) });
  const next = useWatch({ control, name: "next", defaultValue: "" });
  const [failure, setFailure] = useState<string | null>(null);

  const submit = handleSubmit(async ({ current, next }) => {
    setFailure(null);
    try {
      await sessionApi.changePassword(current, next, csrfToken);
      window.location.assign("/");
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setFailure(error.message);
    }
  });

  return (
    <form onSubmit={(event) => void submit(event)} noValidate className="grid gap-1">
      {FIELDS.map(({ name, label, autoComplete, hint }) => (
        <Field key={name} id={name} label={label} hint={hint} error={formState.errors[name]?.message}>
          <Input
            id={name}
            type="password"
            autoComplete={autoComplete}
            aria-invalid={formState.errors[name] !== undefined}
            aria-describedby={`${name}-text`}
            {...register(name)}
          />
          {name === "next" && <PasswordStrength password={next} names={names} csrfToken={csrfToken} />}
        </Field>
      ))}
      <p role="alert" className="min-h-5 text-sm text-down">
        {failure}
      </p>
      <Button type="submit" look="primary" disabled={formState.isSubmitting} className="mt-2 h-10">
        {formState.isSubmitting ? "Saving…" : "Change password"}
      </Button>
    </form>
  );
}
