"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { Skeleton } from "@/components/ui/skeleton";
import { CodeList } from "@/features/enrolment/code-list";
import { IssueForm } from "@/features/enrolment/issue-form";
import { IssuedCodeCard } from "@/features/enrolment/issued-code-card";
import { enrolmentApi, type IssuedCode } from "@/lib/api/enrolment";

export const CODES_KEY = ["enrolment-codes"];
const REFRESH_MS = 10_000;

/** Codes with which a new client gets its identity: issue one, see which are open, take one back. */
export function EnrolmentPanel({ mayIssue }: { readonly mayIssue: boolean }) {
  const [issued, setIssued] = useState<IssuedCode | null>(null);
  const queries = useQueryClient();
  const codes = useQuery({ queryKey: CODES_KEY, queryFn: enrolmentApi.list, refetchInterval: REFRESH_MS });

  const onIssued = (code: IssuedCode) => {
    setIssued(code);
    void queries.invalidateQueries({ queryKey: CODES_KEY });
  };

  return (
    <div className="mx-auto grid w-full max-w-4xl gap-6 px-4 py-8">
      <div>
        <h1 className="text-xl font-semibold tracking-tight">Enrolment</h1>
        <p className="mt-1 max-w-prose text-sm text-ink-2">
          A code lets one new client fetch its certificate and keys. It works once, for a short time, and is shown here once.
        </p>
      </div>
      {mayIssue && <IssueForm onIssued={onIssued} />}
      {issued && <IssuedCodeCard issued={issued} onClose={() => setIssued(null)} />}
      <section aria-labelledby="codes-title" className="panel overflow-hidden">
        <h2 id="codes-title" className="px-4 py-3 text-sm font-semibold">
          Codes
        </h2>
        {codes.isPending && <Skeleton className="m-4 h-20" />}
        {codes.error && (
          <p role="alert" className="border-t px-4 py-3 text-sm text-down">
            {codes.error.message}
          </p>
        )}
        {codes.data && <CodeList codes={codes.data} mayRevoke={mayIssue} />}
      </section>
    </div>
  );
}
