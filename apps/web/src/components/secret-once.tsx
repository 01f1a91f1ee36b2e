"use client";

import { Check, Copy } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";

import { Button } from "@/components/ui/button";

/** A secret that can be read this once. */
export function SecretOnce({ secret, testId }: { readonly secret: string; readonly testId: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(secret);
      setCopied(true);
    } catch {
      toast.error("The browser did not allow copying. Select the text and copy it.");
    }
  };
  return (
    <div className="flex flex-wrap items-center gap-3 rounded-md border border-accent/45 bg-accent/7 p-3">
      <output data-testid={testId} className="numeric text-base font-semibold tracking-wide break-all select-all">
        {secret}
      </output>
      <Button size="small" onClick={() => void copy()}>
        {copied ? <Check aria-hidden /> : <Copy aria-hidden />} {copied ? "Copied" : "Copy"}
      </Button>
    </div>
  );
}
