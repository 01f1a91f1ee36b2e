"use client";

import { Cable } from "lucide-react";
import Link from "next/link";

import { useMay } from "@/lib/session";

/** What a site without clients shows: what to do next. */
export function NoClients() {
  const mayIssue = useMay("enrolment:create");
  return (
    <section className="grid flex-1 place-items-center p-6">
      <div className="w-full max-w-lg">
        <Cable aria-hidden className="size-8 text-accent" strokeWidth={1.5} />
        <h1 className="mt-6 text-2xl font-semibold tracking-tight">No client yet</h1>
        <p className="mt-2 text-ink-2">Enrol one, and its readings appear here by themselves: no reload is needed.</p>
        <ol className="mt-8 grid gap-5 text-sm">
          <Step number={1}>
            {mayIssue ? (
              <>
                <Link href="/admin/enrolment" className="text-accent underline underline-offset-4">
                  Issue an enrolment code
                </Link>{" "}
                for the client’s name.
              </>
            ) : (
              "Ask an administrator for an enrolment code."
            )}
          </Step>
          <Step number={2}>
            On the machine that measures, run
            <code className="numeric mt-2 block overflow-x-auto rounded-md border bg-panel px-3 py-2 text-[0.8125rem] text-ink">pp enrol https://HUB:PORT CODE</code>
            or enter the code in the desktop’s first window.
          </Step>
          <Step number={3}>Start it. The first values show within a second.</Step>
        </ol>
      </div>
    </section>
  );
}

function Step({ number, children }: { readonly number: number; readonly children: React.ReactNode }) {
  return (
    <li className="grid grid-cols-[1.75rem_1fr] text-ink-2">
      <span aria-hidden className="numeric text-ink-3">
        {number}
      </span>
      <div className="min-w-0">{children}</div>
    </li>
  );
}
