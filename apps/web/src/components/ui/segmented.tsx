"use client";

import { classes } from "@/lib/classes";

interface SegmentedProps<Choice extends string> {
  readonly label: string;
  readonly value: Choice;
  readonly choices: readonly { readonly value: Choice; readonly label: string }[];
  readonly onChoose: (value: Choice) => void;
}

/** A row of buttons of which one is pressed. */
export function Segmented<Choice extends string>({ label, value, choices, onChoose }: SegmentedProps<Choice>) {
  return (
    <div role="group" aria-label={label} className="inline-flex rounded-md border border-line bg-ground p-0.5">
      {choices.map((choice) => (
        <button
          key={choice.value}
          type="button"
          aria-pressed={choice.value === value}
          onClick={() => onChoose(choice.value)}
          className={classes(
            "numeric h-6 cursor-pointer rounded-sm px-2.5 text-xs text-ink-3 hover:text-ink",
            choice.value === value && "bg-raised text-ink",
          )}
        >
          {choice.label}
        </button>
      ))}
    </div>
  );
}
