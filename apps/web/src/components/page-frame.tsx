import type { ReactNode } from "react";

interface PageFrameProps {
  readonly title: string;
  readonly text?: ReactNode;
  /** Buttons beside the title. */
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** A page with its title, what it is for, and what can be done. */
export function PageFrame({ title, text, actions, children }: PageFrameProps) {
  return (
    <div className="grid w-full min-w-0 max-w-6xl grid-cols-[minmax(0,1fr)] content-start gap-5 px-4 py-6 lg:px-8">
      <div className="flex flex-wrap items-start gap-x-6 gap-y-3">
        <div className="min-w-0 flex-1 basis-64">
          <h1 className="text-xl font-semibold tracking-tight">{title}</h1>
          {text && <p className="mt-1 max-w-prose text-sm text-ink-2">{text}</p>}
        </div>
        {actions && <div className="flex flex-wrap gap-2">{actions}</div>}
      </div>
      {children}
    </div>
  );
}
