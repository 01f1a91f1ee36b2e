"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { toast } from "sonner";

import { Button } from "@/components/ui/button";
import { DataTable, type Column } from "@/components/ui/data-table";
import { useRemaining } from "@/features/enrolment/use-remaining";
import { enrolmentApi, type EnrolmentCode } from "@/lib/api/enrolment";
import { formatAge } from "@/lib/format";
import { useSession } from "@/lib/session";
import { dateTime } from "@/lib/time";

export const CODES_KEY = ["enrolment-codes"];

interface CodeListProps {
  readonly codes: readonly EnrolmentCode[];
  readonly isLoading: boolean;
  readonly error: Error | null;
  readonly mayRevoke: boolean;
}

export function CodeList({ codes, isLoading, error, mayRevoke }: CodeListProps) {
  const columns: Column<EnrolmentCode>[] = [
    { key: "client", title: "Client", cell: ({ client }) => <span className="numeric wrap-anywhere">{client}</span> },
    { key: "accounts", title: "Accounts", cell: (code) => <span className={code.holds_accounts ? "" : "text-ink-3"}>{code.holds_accounts ? "yes" : "no"}</span> },
    { key: "issued", title: "Issued", cell: ({ created_us: us }) => <span className="text-ink-2 tabular-nums">{us === null ? "—" : dateTime(us)}</span> },
    { key: "state", title: "State", cell: (code) => <CodeState code={code} /> },
  ];
  if (mayRevoke) columns.push({ key: "revoke", title: "Actions", isTitleHidden: true, className: "w-px text-right", cell: (code) => <RevokeButton code={code} /> });
  return (
    <DataTable
      label="Enrolment codes"
      columns={columns}
      rows={codes}
      rowKey={({ id }) => id}
      empty="No code was issued in the last thirty days."
      isLoading={isLoading}
      error={error}
      isStacked
    />
  );
}

function CodeState({ code }: { readonly code: EnrolmentCode }) {
  const remainingMs = useRemaining(code.expires_us);
  if (code.revoked_us !== null) return <span className="text-ink-3">Revoked</span>;
  if (code.used_us !== null) return <span className="text-up">Used {dateTime(code.used_us)}</span>;
  if (remainingMs <= 0) return <span className="text-ink-3">Expired</span>;
  return <span className="text-ink-2 tabular-nums">{`Open, ${formatAge(remainingMs)} left`}</span>;
}

function RevokeButton({ code }: { readonly code: EnrolmentCode }) {
  const { csrf_token } = useSession();
  const queries = useQueryClient();
  const isOpen = useRemaining(code.expires_us) > 0 && code.revoked_us === null && code.used_us === null;
  const revoke = useMutation({
    mutationFn: () => enrolmentApi.revoke(code.id, csrf_token),
    onSuccess: () => void queries.invalidateQueries({ queryKey: CODES_KEY }),
    onError: (error) => void toast.error(error.message),
  });
  if (!isOpen) return null;
  return (
    <Button size="small" look="danger" disabled={revoke.isPending} onClick={() => revoke.mutate()} aria-label={`Revoke the code for ${code.client}`}>
      Revoke
    </Button>
  );
}
