"use client";

import { zodResolver } from "@hookform/resolvers/zod";
import { Eye, EyeOff } from "lucide-react";
import { useState } from "react";
import { useForm } from "react-hook-form";
import { z } from "zod";

import { Button } from "@/components/ui/button";
import { Field, Input } from "@/components/ui/field";
import { useCountdown } from "@/features/session/countdown";
import { ApiError } from "@/lib/api/http";
import { sessionApi } from "@/lib/api/session";

const schema = z.object({
  username: z.string().trim().min(1, "Enter your user name."),
  password: z.string().min(1, "Enter your password."),
});
type Credentials = z.infer<typeof schema>;

/** `next`: the path to go to once logged in. */
export function LoginForm({ next, notice }: { readonly next: string; readonly notice: string | null }) {
  const { register, handleSubmit, resetField, setFocus, formState } = useForm<Credentials>({ resolver: zodResolver(schema) });
  const [failure, setFailure] = useState<string | null>(null);
  const [shown, setShown] = useState(false);
  const [lockedForS, lockFor] = useCountdown();

  const submit = handleSubmit(async ({ username, password }) => {
    setFailure(null);
    try {
      const { user } = await sessionApi.logIn(username, password);
      window.location.assign(user.must_change_password ? "/password" : next);
      await new Promise(() => undefined);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.status === 429) lockFor(error.retryAfterS ?? 60);
      else setFailure(error.status === 401 ? "User name or password is wrong." : error.message);
      resetField("password");
      setFocus("password");
    }
  });

  const alert = lockedForS > 0 ? `Too many attempts. Try again in ${lockedForS} s.` : (failure ?? notice);
  const { errors, isSubmitting } = formState;
  return (
    <form onSubmit={(event) => void submit(event)} noValidate className="grid gap-1">
      <Field id="username" label="User name" error={errors.username?.message}>
        <Input
          id="username"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          autoFocus
          aria-invalid={errors.username !== undefined}
          aria-describedby="username-text"
          {...register("username")}
        />
      </Field>
      <Field id="password" label="Password" error={errors.password?.message}>
        <div className="relative">
          <Input
            id="password"
            type={shown ? "text" : "password"}
            autoComplete="current-password"
            aria-invalid={errors.password !== undefined}
            aria-describedby="password-text"
            className="pr-11"
            {...register("password")}
          />
          <button
            type="button"
            aria-pressed={shown}
            aria-label="Show password"
            onClick={() => setShown(!shown)}
            className="absolute inset-y-0 right-0 grid w-10 cursor-pointer place-items-center rounded-md text-ink-3 hover:text-ink"
          >
            {shown ? <EyeOff aria-hidden className="size-4" /> : <Eye aria-hidden className="size-4" />}
          </button>
        </div>
      </Field>
      <p role="alert" data-testid="login-error" className="min-h-5 text-sm text-down">
        {alert}
      </p>
      <Button type="submit" look="primary" disabled={isSubmitting || lockedForS > 0} className="mt-2 h-10">
        {isSubmitting ? "Checking…" : "Log in"}
      </Button>
    </form>
  );
}
