import type { ReactNode } from "react";

interface SectionProps {
  readonly id: string;
  readonly title: string;
  readonly text?: ReactNode;
  readonly actions?: ReactNode;
  readonly children?: ReactNode;
}

/** A titled part of a page. */
export function Section({ id, title, text, actions, children }: SectionProps) {
  return (
    <section aria-labelledby={id} className="panel min-w-0 p-4 sm:p-5">
      <div className="mb-4 flex flex-wrap items-start gap-x-4 gap-y-2">
        <div className="min-w-0 flex-1 basis-48">
          <h2 id={id} className="text-sm font-semibold">
            {title}
          </h2>
          {text && <p className="mt-1 max-w-prose text-xs text-ink-3">{text}</p>}
        </div>
        {actions}
      </div>
      {children}
    </section>
  );
}
