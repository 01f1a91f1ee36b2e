"use client";

import { useMutation, useQueryClient, type UseMutationResult } from "@tanstack/react-query";
import { toast } from "sonner";

import { ApiError } from "@/lib/api/http";
import { useSession } from "@/lib/session";

/** Everything that is asked for under this key is about users, rights or sessions, and hangs together. */
export const PEOPLE = "people";

interface ChangeOptions<Output, Input> {
  readonly onDone?: (output: Output, input: Input) => void;
  /** Takes a failure that the page shows itself: true when it did. */
  readonly onFailure?: (error: ApiError) => boolean;
}

/** A change of users, rights or sessions: what pages show is asked for anew, a failure is told. */
export function useChange<Output, Input>(
  change: (input: Input, csrfToken: string) => Promise<Output>,
  { onDone, onFailure }: ChangeOptions<Output, Input> = {},
): UseMutationResult<Output, Error, Input> {
  const { csrf_token } = useSession();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (input: Input) => change(input, csrf_token),
    onSuccess: onDone,
    onError: (error) => {
      if (!(error instanceof ApiError && onFailure?.(error))) toast.error(error.message);
    },
    onSettled: () => queries.invalidateQueries({ queryKey: [PEOPLE] }),
  });
}
