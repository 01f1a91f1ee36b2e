"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";

import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { ArgumentField } from "@/features/commands/argument-field";
import { readArguments, type FieldTexts } from "@/features/commands/arguments";
import { lookOf, nameOf } from "@/features/commands/kinds";
import { keepCommand } from "@/features/commands/use-commands";
import { commandApi, type CommandContent, type CommandKind } from "@/lib/api/commands";
import { ApiError } from "@/lib/api/http";
import { formatSpan } from "@/lib/format";
import { useLink, useRows } from "@/lib/live/provider";
import { useSession } from "@/lib/session";

const LIFETIMES_S = [60, 900, 3600, 86_400, 604_800];

interface CommandDialogProps {
  readonly client: string;
  readonly name: string;
  readonly isConnected: boolean;
  readonly kind: CommandKind;
  readonly onClose: () => void;
}

/** Asks for what the command needs, and for consent. One opening of it makes one command, however often it is confirmed. */
export function CommandDialog({ client, name, isConnected, kind, onClose }: CommandDialogProps) {
  const { csrf_token } = useSession();
  const isOnline = useLink().phase === "online";
  const queries = useQueryClient();
  const metrics = useRows().find(({ id }) => id === client)?.metrics.map((metric) => metric.name) ?? [];
  const [key] = useState(() => crypto.randomUUID());
  const [texts, setTexts] = useState<FieldTexts>({});
  const [faults, setFaults] = useState<Readonly<Record<string, string>>>({});
  const [lifetimeS, setLifetimeS] = useState(kind.lifetime_s);
  const issue = useMutation({
    mutationFn: (body: CommandContent) => commandApi.issue(client, { kind: kind.kind, body, lifetime_s: lifetimeS }, key, csrf_token),
    onSuccess: (command) => {
      keepCommand(queries, command);
      onClose();
    },
  });

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const read = readArguments(kind.fields, texts);
    setFaults(read.faults);
    if (Object.keys(read.faults).length === 0) issue.mutate(read.body);
  };
  const change = (field: string, text: string) => {
    setTexts({ ...texts, [field]: text });
    setFaults({ ...faults, [field]: "" });
  };

  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={`${nameOf(kind)}: ${name}`} description={lookOf(kind.kind)?.text ?? kind.label}>
      <form noValidate className="grid gap-3" onSubmit={submit}>
        {kind.fields.map((field) => (
          <ArgumentField
            key={field.name}
            field={field}
            text={texts[field.name] ?? ""}
            fault={faults[field.name] || undefined}
            metrics={metrics}
            onChange={(text) => change(field.name, text)}
          />
        ))}
        <Field id="lifetime" label="Expires after" hint={isConnected ? undefined : `${name} is not connected: it gets the command when it connects, if that is in time.`}>
          <select
            id="lifetime"
            aria-describedby="lifetime-text"
            className="h-10 w-full rounded-md border border-line-strong bg-ground px-2.5 text-sm"
            value={lifetimeS}
            onChange={(event) => setLifetimeS(Number(event.target.value))}
          >
            {[...new Set([...LIFETIMES_S, kind.lifetime_s])]
              .sort((left, right) => left - right)
              .map((seconds) => (
                <option key={seconds} value={seconds}>
                  {formatSpan(seconds)}
                </option>
              ))}
          </select>
        </Field>
        {issue.error && (
          <p role="alert" className="text-sm text-down">
            {failureText(issue.error)}
          </p>
        )}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Not now</Button>
          <Button type="submit" look="primary" disabled={!isOnline || issue.isPending} title={isOnline ? undefined : "This page has lost the hub"}>
            Send
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function failureText(error: Error): string {
  return (error instanceof ApiError && error.fields.body) || error.message;
}
