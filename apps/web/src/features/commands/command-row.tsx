"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Ban, ChevronDown, CircleCheck, CircleHelp, CircleX, Clock, LoaderCircle, MailCheck, Send, TimerOff, Undo2, type LucideIcon } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";

import { Button } from "@/components/ui/button";
import { CommandDetails } from "@/features/commands/command-details";
import { contentText, explanation, mayBeCancelled, stateText } from "@/features/commands/command-life";
import { nameOf } from "@/features/commands/kinds";
import { keepCommand } from "@/features/commands/use-commands";
import { commandApi, type Command, type CommandState } from "@/lib/api/commands";
import { classes } from "@/lib/classes";
import { useLink } from "@/lib/live/provider";
import { useSession } from "@/lib/session";
import { dayTime } from "@/lib/time";

const SIGNS: Readonly<Record<CommandState, { readonly Sign: LucideIcon; readonly tone: string }>> = {
  queued: { Sign: Clock, tone: "text-warn" },
  sent: { Sign: Send, tone: "text-warn" },
  received: { Sign: MailCheck, tone: "text-accent" },
  running: { Sign: LoaderCircle, tone: "text-accent" },
  done: { Sign: CircleCheck, tone: "text-up" },
  failed: { Sign: CircleX, tone: "text-down" },
  refused: { Sign: Ban, tone: "text-down" },
  expired: { Sign: TimerOff, tone: "text-ink-2" },
  cancelled: { Sign: Undo2, tone: "text-ink-2" },
  timed_out: { Sign: CircleHelp, tone: "text-down" },
};

interface CommandRowProps {
  readonly command: Command;
  readonly isConnected: boolean;
  /** The hub's clock. */
  readonly nowUs: bigint;
  /** The visitor may send, and so withdraw, this kind. */
  readonly isAllowed: boolean;
}

export function CommandRow({ command, isConnected, nowUs, isAllowed }: CommandRowProps) {
  const [isOpen, setOpen] = useState(false);
  const { Sign, tone } = SIGNS[command.state];
  const name = nameOf(command);
  const text = explanation(command, isConnected, nowUs);
  const detailsId = `command-${command.id}-details`;
  return (
    <li data-testid="command" data-kind={command.kind} data-state={command.state} className="border-t">
      <div className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-3 gap-y-1 px-4 py-2 sm:grid-cols-[9.5rem_minmax(0,1fr)_auto]">
        <span data-testid="command-state" className={classes("flex items-center gap-1.5 text-xs font-medium tabular-nums", tone)}>
          <Sign aria-hidden className="size-4 shrink-0" /> {stateText(command)}
        </span>
        <div className="col-span-2 row-start-2 min-w-0 sm:col-span-1 sm:row-start-auto">
          <p className="truncate text-sm">
            {name} <span className="numeric text-xs text-ink-3">{contentText(command.body)}</span>
          </p>
          <p className="text-xs text-ink-3">
            <span data-testid="command-text" className="text-ink-2">
              {text}
            </span>
            {text && " · "}
            {command.actor}, {dayTime(command.issued_us, nowUs)}
          </p>
        </div>
        <div className="flex items-center gap-1">
          {isAllowed && mayBeCancelled(command) && <CancelButton command={command} name={name} />}
          <Button
            size="icon"
            look="quiet"
            aria-label={`Details of ${name}, ${dayTime(command.issued_us, nowUs)}`}
            aria-expanded={isOpen}
            aria-controls={isOpen ? detailsId : undefined}
            onClick={() => setOpen(!isOpen)}
          >
            <ChevronDown aria-hidden className={classes("transition-transform", isOpen && "rotate-180")} />
          </Button>
        </div>
      </div>
      {isOpen && <CommandDetails id={detailsId} command={command} />}
    </li>
  );
}

function CancelButton({ command, name }: { readonly command: Command; readonly name: string }) {
  const { csrf_token } = useSession();
  const isOnline = useLink().phase === "online";
  const queries = useQueryClient();
  const cancel = useMutation({
    mutationFn: () => commandApi.cancel(command.client, command.id, csrf_token),
    onSuccess: (changed) => keepCommand(queries, changed),
    onError: (error) => void toast.error(error.message),
  });
  return (
    <Button
      size="small"
      look="danger"
      aria-label={`Cancel ${name}`}
      disabled={!isOnline || cancel.isPending}
      title={isOnline ? undefined : "This page has lost the hub"}
      onClick={() => cancel.mutate()}
    >
      Cancel
    </Button>
  );
}
