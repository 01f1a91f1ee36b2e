"use client";

import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";

import { passwordApi } from "@/lib/api/password";
import { classes } from "@/lib/classes";

const PAUSE_MS = 350;
const WORDS = ["Guessed at once", "Very weak", "Weak", "Good", "Strong"] as const;
const TONES = ["bg-down", "bg-down", "bg-warn", "bg-up", "bg-up"] as const;

interface PasswordStrengthProps {
  readonly password: string;
  /** Of who is to have it: they are guessed first. */
  readonly names: readonly string[];
  readonly csrfToken: string;
}

/** How hard a password is to guess, as the hub judges it when it is set. */
export function PasswordStrength({ password, names, csrfToken }: PasswordStrengthProps) {
  const settled = useSettled(password);
  const { data } = useQuery({
    queryKey: ["password-estimate", settled, ...names],
    queryFn: ({ signal }) => passwordApi.estimate(settled, names, csrfToken, signal),
    enabled: settled !== "",
    gcTime: 0,
    staleTime: Infinity,
    retry: false,
  });
  if (password === "") return null;
  const score = data && settled === password ? data.score : null;
  return (
    <div className="grid gap-1" data-testid="password-strength" data-score={score ?? undefined}>
      <div aria-hidden className="grid grid-cols-4 gap-1">
        {[1, 2, 3, 4].map((step) => (
          <span key={step} className={classes("h-1 rounded-full bg-line", score !== null && score >= step && TONES[score])} />
        ))}
      </div>
      <p role="status" className="min-h-4 text-xs text-ink-2">
        {score === null ? "" : data?.fault || WORDS[score]}
      </p>
    </div>
  );
}

/** `value`, once it has not changed for a moment. */
function useSettled(value: string): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}
