"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { toast } from "sonner";

import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { clientApi } from "@/lib/api/clients";
import { useMay, useSession } from "@/lib/session";

const WORDS = {
  true: {
    fact: "Holds the site’s accounts: people can log in there.",
    act: "Take accounts away",
    title: (name: string) => `Take the accounts from ${name}?`,
    text: "It erases its copy of users, roles and permissions at its next contact, and nobody can log in there any more. If it has fallen into wrong hands, revoke it and change the passwords: a copy may have been made.",
    done: (name: string) => `${name} no longer holds the accounts`,
  },
  false: {
    fact: "Gets configuration only, no accounts.",
    act: "Let it hold accounts",
    title: (name: string) => `Let ${name} hold the site’s accounts?`,
    text: "It gets all users with their password hashes, roles and permissions, so that people can log in there with no network. Do this only for desktops that you trust.",
    done: (name: string) => `${name} holds the accounts now`,
  },
} as const;

/** Whether a client holds the site's accounts, and the means to change that. */
export function AccountsRight({ id, name }: { readonly id: string; readonly name: string }) {
  const { csrf_token } = useSession();
  const mayTake = useMay("client:revoke", id);
  const mayGive = useMay("*:*");
  const queries = useQueryClient();
  const [isOpen, setOpen] = useState(false);
  const key = ["client-accounts", id];
  const holds = useQuery({ queryKey: key, queryFn: () => clientApi.holdsAccounts(id) }).data;
  const change = useMutation({
    mutationFn: () => clientApi.letHoldAccounts(id, !holds, csrf_token),
    onSuccess: () => {
      setOpen(false);
      toast.success(WORDS[`${holds === true}`].done(name));
      void queries.invalidateQueries({ queryKey: key });
    },
    onError: (error) => void toast.error(error.message),
  });
  if (holds === undefined) return null;
  const words = WORDS[`${holds}`];
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 border-t px-4 py-2 text-sm text-ink-2">
      <span data-testid="client-accounts">{words.fact}</span>
      {(holds ? mayTake : mayTake && mayGive) && (
        <Button size="small" look={holds ? "danger" : "quiet"} onClick={() => setOpen(true)}>
          {words.act}
        </Button>
      )}
      <Dialog open={isOpen} onOpenChange={setOpen} title={words.title(name)} description={words.text}>
        <div className="flex justify-end gap-2">
          <Button onClick={() => setOpen(false)}>Leave it</Button>
          <Button look={holds ? "danger" : "primary"} disabled={change.isPending} onClick={() => change.mutate()}>
            {words.act}
          </Button>
        </div>
      </Dialog>
    </div>
  );
}
