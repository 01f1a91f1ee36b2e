"use client";

import { Menu as Base } from "@base-ui/react/menu";
import { Check } from "lucide-react";
import type { ReactNode } from "react";

interface MenuProps {
  /** The trigger's name; what `trigger` shows is hidden from screen readers. */
  readonly label: string;
  readonly trigger: ReactNode;
  readonly children: ReactNode;
}

const ITEM =
  "flex h-8 cursor-default items-center gap-2 rounded-sm px-2 text-sm text-ink-2 outline-none select-none data-highlighted:bg-raised data-highlighted:text-ink";

export function Menu({ label, trigger, children }: MenuProps) {
  return (
    <Base.Root>
      <Base.Trigger className="flex h-8 items-center gap-2 rounded-md px-1.5 text-ink-2 hover:bg-raised hover:text-ink">
        <span className="sr-only">{label}</span>
        {trigger}
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner sideOffset={6} align="end" className="z-50">
          <Base.Popup className="panel min-w-60 p-1.5 shadow-2xl outline-none">{children}</Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

export function MenuItem({ onSelect, children }: { readonly onSelect: () => void; readonly children: ReactNode }) {
  return (
    <Base.Item onClick={onSelect} className={ITEM}>
      {children}
    </Base.Item>
  );
}

export function MenuLine() {
  return <Base.Separator className="my-1.5 h-px bg-line" />;
}

interface MenuChoiceProps {
  readonly title: string;
  readonly value: string;
  readonly choices: readonly { readonly value: string; readonly label: string }[];
  readonly onChoose: (value: string) => void;
}

export function MenuChoice({ title, value, choices, onChoose }: MenuChoiceProps) {
  return (
    <Base.RadioGroup value={value} onValueChange={(next) => onChoose(String(next))}>
      <Base.Group>
        <Base.GroupLabel className="eyebrow px-2 pt-1.5 pb-1">{title}</Base.GroupLabel>
        {choices.map((choice) => (
          <Base.RadioItem key={choice.value} value={choice.value} closeOnClick={false} className={ITEM}>
            <span className="flex-1">{choice.label}</span>
            <Base.RadioItemIndicator>
              <Check aria-hidden className="size-4 text-accent" />
            </Base.RadioItemIndicator>
          </Base.RadioItem>
        ))}
      </Base.Group>
    </Base.RadioGroup>
  );
}
