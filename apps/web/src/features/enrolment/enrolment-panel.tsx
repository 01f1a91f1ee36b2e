"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { PageFrame } from "@/components/page-frame";
import { CODES_KEY, CodeList } from "@/features/enrolment/code-list";
import { IssueForm } from "@/features/enrolment/issue-form";
import { IssuedCodeCard } from "@/features/enrolment/issued-code-card";
import { enrolmentApi, type IssuedCode } from "@/lib/api/enrolment";

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
    <PageFrame title="Enrolment" text="A code lets one new client fetch its certificate and keys. It works once, for a short time, and is shown here once.">
      {mayIssue && <IssueForm onIssued={onIssued} />}
      {issued && <IssuedCodeCard issued={issued} onClose={() => setIssued(null)} />}
      <CodeList codes={codes.data ?? []} isLoading={codes.isPending} error={codes.error} mayRevoke={mayIssue} />
    </PageFrame>
  );
}
