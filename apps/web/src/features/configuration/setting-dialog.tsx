"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { toast } from "sonner";

import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { SettingConflict } from "@/features/configuration/setting-conflict";
import { SettingField } from "@/features/configuration/setting-field";
import type { SettingRow } from "@/features/configuration/setting-rows";
import { editText, faultOf, readText, shownText } from "@/features/configuration/setting-text";
import { configurationApi, valueSchema, type ConfigValue } from "@/lib/api/configuration";
import { ApiError } from "@/lib/api/http";
import { useLink } from "@/lib/live/provider";
import { CONFIGURATION } from "@/lib/replicated";
import { useSession } from "@/lib/session";

interface SettingDialogProps {
  readonly row: SettingRow;
  readonly client: string;
  readonly scopeName: string;
  readonly onClose: () => void;
}

/** Edits one key. What somebody else set meanwhile is shown before anything is overwritten. */
export function SettingDialog({ row, client, scopeName, onClose }: SettingDialogProps) {
  const { key, own } = row;
  const { csrf_token } = useSession();
  const isOnline = useLink().phase === "online";
  const queries = useQueryClient();
  const [text, setText] = useState(() => startText(row));
  const [fault, setFault] = useState("");
  /** What is set now, as far as is known here: an edit goes from there. */
  const [present, setPresent] = useState(own);
  const [conflict, setConflict] = useState<ConfigValue | null>(null);

  const done = (words: string) => {
    void queries.invalidateQueries({ queryKey: [CONFIGURATION] });
    toast.success(words);
    onClose();
  };
  const fail = (error: Error) => {
    const current = error instanceof ApiError && error.code === "stale" ? valueSchema.safeParse(error.current).data : undefined;
    if (current) {
      void queries.invalidateQueries({ queryKey: [CONFIGURATION] });
      setPresent(current.is_set ? current : null);
      setConflict(current);
    } else setFault((error instanceof ApiError && error.fields.value) || error.message);
  };
  const slot = { key: key.key, client, version: present?.version ?? null };
  const save = useMutation({
    mutationFn: () => configurationApi.set(slot, readText(key, text), csrf_token),
    onSuccess: (value) => done(`${key.key} is ${shownText(key, value.value)} for ${scopeName}`),
    onError: fail,
  });
  const unset = useMutation({
    mutationFn: () => configurationApi.unset(slot, csrf_token),
    onSuccess: () => done(`${key.key} is not set for ${scopeName} any more`),
    onError: fail,
  });

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const found = faultOf(key, text);
    setFault(found);
    if (!found) save.mutate();
  };
  const isBusy = save.isPending || unset.isPending || !isOnline;
  const reason = isOnline ? undefined : "This page has lost the hub";
  if (conflict) {
    return (
      <Dialog open onOpenChange={(open) => !open && onClose()} title={`${key.key} was changed meanwhile`} description={`Nothing is overwritten yet. It is ${scopeName === "the whole site" ? "the site’s" : `${scopeName}’s`} value.`}>
        <SettingConflict
          setting={key}
          mine={readText(key, text)}
          theirs={conflict}
          isBusy={isBusy}
          onKeepTheirs={onClose}
          onUseMine={() => save.mutate()}
          onEdit={() => setConflict(null)}
        />
      </Dialog>
    );
  }
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={`${key.key} for ${scopeName}`} description={key.description}>
      <form noValidate className="grid gap-3" onSubmit={submit}>
        <SettingField
          setting={key}
          text={text}
          fault={fault}
          onChange={(next) => {
            setText(next);
            setFault("");
          }}
        />
        <div className="flex flex-wrap justify-end gap-2">
          {present && (
            <Button className="mr-auto" look="danger" disabled={isBusy} title={reason} onClick={() => unset.mutate()}>
              {client === "" ? "Use the default" : "Use the site’s value"}
            </Button>
          )}
          <Button onClick={onClose}>Not now</Button>
          <Button type="submit" look="primary" disabled={isBusy} title={reason}>
            Save
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function startText({ key, value }: SettingRow): string {
  if (key.type === "secret") return "";
  return editText(value) || (key.type === "boolean" ? "false" : key.type === "enum" ? (key.choices[0] ?? "") : "");
}
