"use client";

import { Keyboard } from "lucide-react";

import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Tooltip } from "@/components/ui/tooltip";

const KEYS = [
  ["/", "Search"],
  ["p", "Pause or resume"],
  ["↑ ↓", "Move between rows"],
  ["Enter", "Open the row’s client"],
  ["Esc", "Clear the search, close a dialog"],
  ["?", "This list"],
] as const;

interface KeysDialogProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
}

export function KeysDialog({ open, onOpenChange }: KeysDialogProps) {
  return (
    <>
      <Tooltip text="Keys (?)">
        <Button size="icon" look="quiet" aria-label="Keys" onClick={() => onOpenChange(true)} className="hidden sm:inline-flex">
          <Keyboard aria-hidden />
        </Button>
      </Tooltip>
      <Dialog open={open} onOpenChange={onOpenChange} title="Keys">
        <dl className="grid grid-cols-[6rem_1fr] gap-y-2.5 text-sm">
          {KEYS.map(([key, action]) => (
            <div key={key} className="contents">
              <dt>
                <kbd className="numeric rounded-sm border border-line-strong bg-ground px-1.5 py-0.5 text-xs">{key}</kbd>
              </dt>
              <dd className="text-ink-2">{action}</dd>
            </div>
          ))}
        </dl>
      </Dialog>
    </>
  );
}
