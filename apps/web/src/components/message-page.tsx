import type { ReactNode } from "react";

import { Wordmark } from "@/components/wordmark";

interface MessagePageProps {
  readonly code: string;
  readonly title: string;
  readonly text: string;
  readonly children?: ReactNode;
}

/** A whole page that says what is wrong and what to do. */
export function MessagePage({ code, title, text, children }: MessagePageProps) {
  return (
    <main className="grid min-h-dvh place-items-center p-6">
      <div className="w-full max-w-md">
        <Wordmark />
        <p className="numeric mt-10 text-sm text-accent">{code}</p>
        <h1 className="mt-2 text-2xl font-semibold tracking-tight">{title}</h1>
        <p className="mt-3 text-ink-2">{text}</p>
        <div className="mt-8 flex gap-3">{children}</div>
      </div>
    </main>
  );
}
