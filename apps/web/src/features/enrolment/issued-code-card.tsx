"use client";

import { Check, Copy } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";

import { Button } from "@/components/ui/button";
import { useRemaining } from "@/features/enrolment/use-remaining";
import type { IssuedCode } from "@/lib/api/enrolment";
import { formatAge } from "@/lib/format";

interface IssuedCodeCardProps {
  readonly issued: IssuedCode;
  readonly onClose: () => void;
}

/** A code just issued: the only time that it can be read. */
export function IssuedCodeCard({ issued, onClose }: IssuedCodeCardProps) {
  const [copied, setCopied] = useState(false);
  const remainingMs = useRemaining(issued.expires_us);
  const isOver = remainingMs <= 0;

  const copy = async () => {
    try {
      await navigator.clipboard.writeText(issued.code);
      setCopied(true);
    } catch {
      toast.error("The browser did not allow copying. Select the code and copy it.");
    }
  };

  return (
    <section aria-labelledby="issued-title" className="rounded-lg border border-accent/45 bg-accent/7 p-5">
      <h2 id="issued-title" className="text-sm text-ink-2">
        Code for <strong className="font-semibold text-ink">{issued.client}</strong>. Copy it now: it is not shown again.
        {issued.holds_accounts && " The client will hold the site’s accounts."}
      </h2>
      <div className="mt-3 flex flex-wrap items-center gap-3">
        <output data-testid="issued-code" className="numeric text-lg font-semibold tracking-wide break-all select-all">
          {issued.code}
        </output>
        <Button size="small" onClick={() => void copy()}>
          {copied ? <Check aria-hidden /> : <Copy aria-hidden />} {copied ? "Copied" : "Copy"}
        </Button>
      </div>
      <div className="mt-4 flex items-center justify-between gap-4">
        <p data-testid="issued-expiry" className={isOver ? "text-sm text-down" : "text-sm text-ink-2 tabular-nums"}>
          {isOver ? "This code has expired. Issue another." : `Expires in ${formatAge(remainingMs)}`}
        </p>
        <Button size="small" look="quiet" onClick={onClose}>
          Done
        </Button>
      </div>
    </section>
  );
}
