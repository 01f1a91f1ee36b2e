"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { toast } from "sonner";

import { Button } from "@/components/ui/button";
import { useRemaining } from "@/features/enrolment/use-remaining";
import { enrolmentApi, type EnrolmentCode } from "@/lib/api/enrolment";
import { formatAge } from "@/lib/format";
import { useSession } from "@/lib/session";
import { dateTime } from "@/lib/time";

interface CodeListProps {
  readonly codes: readonly EnrolmentCode[];
  readonly mayRevoke: boolean;
}

export function CodeList({ codes, mayRevoke }: CodeListProps) {
  if (codes.length === 0) return <p className="border-t px-4 py-6 text-sm text-ink-3">No code was issued in the last thirty days.</p>;
  return (
    <div className="overflow-x-auto border-t">
      <table className="w-full text-sm">
        <caption className="sr-only">Enrolment codes</caption>
        <thead>
          <tr className="h-8 text-left text-xs text-ink-3">
            <th scope="col" className="pl-4 font-medium">
              Client
            </th>
            <th scope="col" className="font-medium">
              Accounts
            </th>
            <th scope="col" className="font-medium">
              Issued
            </th>
            <th scope="col" className="font-medium">
              State
            </th>
            <th scope="col" className="pr-4">
              <span className="sr-only">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {codes.map((code) => (
            <CodeRow key={code.id} code={code} mayRevoke={mayRevoke} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function CodeRow({ code, mayRevoke }: { readonly code: EnrolmentCode; readonly mayRevoke: boolean }) {
  const { csrf_token } = useSession();
  const queries = useQueryClient();
  const remainingMs = useRemaining(code.expires_us);
  const revoke = useMutation({
    mutationFn: () => enrolmentApi.revoke(code.id, csrf_token),
    onSuccess: () => void queries.invalidateQueries({ queryKey: ["enrolment-codes"] }),
    onError: (error) => void toast.error(error.message),
  });
  const { word, tone, isOpen } = stateOf(code, remainingMs);
  return (
    <tr className="h-11 border-t">
      <td className="numeric pl-4">{code.client}</td>
      <td className={code.holds_accounts ? "" : "text-ink-3"}>{code.holds_accounts ? "yes" : "no"}</td>
      <td className="text-ink-2 tabular-nums">{code.created_us === null ? "—" : dateTime(code.created_us)}</td>
      <td className={tone}>{word}</td>
      <td className="pr-4 text-right">
        {mayRevoke && isOpen && (
          <Button size="small" look="danger" disabled={revoke.isPending} onClick={() => revoke.mutate()} aria-label={`Revoke the code for ${code.client}`}>
            Revoke
          </Button>
        )}
      </td>
    </tr>
  );
}

function stateOf(code: EnrolmentCode, remainingMs: number) {
  if (code.revoked_us !== null) return { word: "Revoked", tone: "text-ink-3", isOpen: false };
  if (code.used_us !== null) return { word: `Used ${dateTime(code.used_us)}`, tone: "text-up", isOpen: false };
  if (remainingMs <= 0) return { word: "Expired", tone: "text-ink-3", isOpen: false };
  return { word: `Open, ${formatAge(remainingMs)} left`, tone: "text-ink-2 tabular-nums", isOpen: true };
}
