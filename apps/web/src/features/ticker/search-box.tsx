"use client";

import { Search } from "lucide-react";
import type { KeyboardEvent, Ref } from "react";

interface SearchBoxProps {
  readonly ref: Ref<HTMLInputElement>;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

export function SearchBox({ ref, value, onChange }: SearchBoxProps) {
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key !== "Escape") return;
    if (value) onChange("");
    else event.currentTarget.blur();
  };
  return (
    <div className="relative w-full max-w-72 min-w-0">
      <Search aria-hidden className="pointer-events-none absolute top-2 left-2.5 size-3.5 text-ink-3" />
      <input
        ref={ref}
        type="search"
        aria-label="Search clients and metrics"
        aria-keyshortcuts="/"
        placeholder="Search clients and metrics"
        value={value}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={onKeyDown}
        className="h-7.5 w-full rounded-md border border-line bg-panel pr-8 pl-8 text-xs text-ink placeholder:text-ink-3"
      />
      <kbd aria-hidden className="numeric absolute top-1.5 right-2 hidden rounded-sm border border-line px-1 text-2xs text-ink-3 sm:block">
        /
      </kbd>
    </div>
  );
}
