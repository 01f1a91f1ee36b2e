"use client";

import { useMutation } from "@tanstack/react-query";
import { Ban } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";

import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { clientApi } from "@/lib/api/clients";
import { useMay, useSession } from "@/lib/session";

/** Refuses a client for good, after a question. Shown only to who may. */
export function RevokeClient({ id, name }: { readonly id: string; readonly name: string }) {
  const { csrf_token } = useSession();
  const isAllowed = useMay("client:revoke", id);
  const [isOpen, setOpen] = useState(false);
  const revoke = useMutation({
    mutationFn: () => clientApi.revoke(id, csrf_token),
    onSuccess: () => {
      setOpen(false);
      toast.success(`${name} is revoked`);
    },
    onError: (error) => void toast.error(error.message),
  });
  if (!isAllowed) return null;
  return (
    <>
      <Button size="small" look="danger" className="ml-auto" onClick={() => setOpen(true)}>
        <Ban aria-hidden /> Revoke
      </Button>
      <Dialog
        open={isOpen}
        onOpenChange={setOpen}
        title={`Revoke ${name}?`}
        description="Everything that it sends is refused from now on. It keeps its readings, and delivers them when it is enrolled again with a new code."
      >
        <div className="flex justify-end gap-2">
          <Button onClick={() => setOpen(false)}>Keep it</Button>
          <Button look="danger" disabled={revoke.isPending} onClick={() => revoke.mutate()}>
            Revoke {name}
          </Button>
        </div>
      </Dialog>
    </>
  );
}
