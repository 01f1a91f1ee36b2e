import type { ReactNode } from "react";

import { Wordmark } from "@/components/wordmark";

/** The frame of the pages before the dashboard: one panel beside a quiet drawing. */
export function EntryPage({ title, text, children }: { readonly title: string; readonly text: string; readonly children: ReactNode }) {
  return (
    <main className="grid min-h-dvh lg:grid-cols-[minmax(28rem,1fr)_1.4fr]">
      <div className="flex flex-col justify-center px-6 py-10 sm:px-14">
        <div className="mx-auto w-full max-w-sm">
          <Wordmark />
          <h1 className="mt-12 text-2xl font-semibold tracking-tight">{title}</h1>
          <p className="mt-2 mb-8 text-sm text-ink-2">{text}</p>
          {children}
        </div>
      </div>
      <Signal />
    </main>
  );
}

const TRACES = [
  { y: 210, amplitude: 26, step: 37, opacity: 0.28 },
  { y: 330, amplitude: 54, step: 53, opacity: 0.9 },
  { y: 470, amplitude: 18, step: 29, opacity: 0.28 },
] as const;

function Signal() {
  return (
    <div aria-hidden className="relative hidden overflow-hidden border-l bg-panel lg:block">
      <svg viewBox="0 0 800 680" preserveAspectRatio="xMidYMid slice" className="absolute inset-0 size-full">
        <defs>
          <pattern id="grid" width="40" height="40" patternUnits="userSpaceOnUse">
            <path d="M40 0H0V40" className="fill-none stroke-line" strokeWidth="1" />
          </pattern>
        </defs>
        <rect width="800" height="680" fill="url(#grid)" />
        {TRACES.map((trace) => (
          <path key={trace.y} d={path(trace)} className="fill-none stroke-accent" strokeWidth="1.75" opacity={trace.opacity} />
        ))}
      </svg>
    </div>
  );
}

function path({ y, amplitude, step }: (typeof TRACES)[number]): string {
  const points = Array.from({ length: 101 }, (_, index) => {
    const wave = Math.sin((index * step) / 40) * 0.6 + Math.sin((index * step) / 11 + y) * 0.4;
    return `${index * 8},${(y - amplitude * wave).toFixed(1)}`;
  });
  return `M${points.join("L")}`;
}
