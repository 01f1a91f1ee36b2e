"use client";

import { Terminal } from "lucide-react";
import { useState } from "react";

import { Button } from "@/components/ui/button";
import { CommandDialog } from "@/features/commands/command-dialog";
import { lookOf, nameOf } from "@/features/commands/kinds";
import { useKinds } from "@/features/commands/use-commands";
import type { CommandKind } from "@/lib/api/commands";
import { useLink } from "@/lib/live/provider";
import { may } from "@/lib/permissions";
import { useSession } from "@/lib/session";

interface CommandButtonsProps {
  readonly client: string;
  readonly name: string;
  readonly isConnected: boolean;
}

/** A button for each kind of command that the visitor may send to this client, third parties' too. */
export function CommandButtons({ client, name, isConnected }: CommandButtonsProps) {
  const { rights } = useSession();
  const isOnline = useLink().phase === "online";
  const [chosen, setChosen] = useState<CommandKind | null>(null);
  const { data: kinds = [], error } = useKinds();
  const allowed = kinds.filter(({ permission }) => may(rights, permission, client));
  return (
    <>
      {error && <p role="alert" className="text-xs text-down">The kinds of commands could not be read: {error.message}</p>}
      <div className="flex flex-wrap gap-2">
        {allowed.map((kind) => {
          const Sign = lookOf(kind.kind)?.Sign ?? Terminal;
          return (
            <Button
              key={kind.kind}
              size="small"
              disabled={!isOnline}
              title={isOnline ? kind.label : "This page has lost the hub"}
              onClick={() => setChosen(kind)}
            >
              <Sign aria-hidden /> {nameOf(kind)}
            </Button>
          );
        })}
      </div>
      {chosen && <CommandDialog client={client} name={name} isConnected={isConnected} kind={chosen} onClose={() => setChosen(null)} />}
    </>
  );
}
