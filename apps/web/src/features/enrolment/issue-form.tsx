"use client";

import { zodResolver } from "@hookform/resolvers/zod";
import { useState } from "react";
import { useForm } from "react-hook-form";
import { z } from "zod";

import { Button } from "@/components/ui/button";
import { Field, Input } from "@/components/ui/field";
import { enrolmentApi, type IssuedCode } from "@/lib/api/enrolment";
import { ApiError } from "@/lib/api/http";
import { useMay, useSession } from "@/lib/session";

const LIFETIMES = [
  { seconds: 900, label: "15 minutes" },
  { seconds: 3600, label: "1 hour" },
  { seconds: 86_400, label: "1 day" },
] as const;

const schema = z.object({
  client: z
    .string()
    .trim()
    .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "Use 1 to 63 small letters, digits and hyphens; begin with a letter or digit.")
    .refine((name) => name !== "hub", "“hub” is taken by the hub itself."),
  validForS: z.coerce.number<string>(),
  holdsAccounts: z.boolean(),
});

export function IssueForm({ onIssued }: { readonly onIssued: (code: IssuedCode) => void }) {
  const { csrf_token } = useSession();
  const [failure, setFailure] = useState<string | null>(null);
  const form = useForm({ resolver: zodResolver(schema), defaultValues: { client: "", validForS: String(LIFETIMES[0].seconds), holdsAccounts: false } });
  const { register, handleSubmit, reset, formState } = form;

  const mayGiveAccounts = useMay("*:*");

  const submit = handleSubmit(async (wanted) => {
    setFailure(null);
    try {
      onIssued(await enrolmentApi.issue(wanted, csrf_token));
      reset();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setFailure(error.message);
    }
  });

  return (
    <form onSubmit={(event) => void submit(event)} noValidate className="panel grid items-start gap-x-4 p-4 sm:grid-cols-[1fr_11rem_auto]">
      <Field id="client" label="Name of the new client" error={formState.errors.client?.message} hint="For example line-3-press. It can't be changed later.">
        <Input
          id="client"
          autoComplete="off"
          spellCheck={false}
          className="numeric"
          aria-invalid={formState.errors.client !== undefined}
          aria-describedby="client-text"
          {...register("client")}
        />
      </Field>
      <Field id="lifetime" label="Valid for">
        <select id="lifetime" className="h-10 rounded-md border border-line-strong bg-ground px-2.5 text-sm" {...register("validForS")}>
          {LIFETIMES.map(({ seconds, label }) => (
            <option key={seconds} value={seconds}>
              {label}
            </option>
          ))}
        </select>
      </Field>
      <Button type="submit" look="primary" disabled={formState.isSubmitting} className="h-10 sm:mt-[1.4rem]">
        Issue code
      </Button>
      {mayGiveAccounts && (
        <label className="mt-2 flex items-start gap-2.5 text-sm sm:col-span-3">
          <input type="checkbox" className="mt-0.5 size-4 shrink-0 accent-accent" aria-describedby="accounts-text" {...register("holdsAccounts")} />
          <span>
            Holds the site’s accounts
            <span id="accounts-text" className="block text-xs text-ink-3">
              For desktops at which people log in: it gets all users with their password hashes, and works with no network. Leave it off for everything else.
            </span>
          </span>
        </label>
      )}
      {failure && (
        <p role="alert" className="text-sm text-down sm:col-span-3">
          {failure}
        </p>
      )}
    </form>
  );
}
