"use client";

import { Trash2 } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { toast } from "sonner";

import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { hitText } from "@/features/roles/hit-text";
import { rolesApi, type Role } from "@/lib/api/roles";
import { useMay } from "@/lib/session";
import { useChange } from "@/lib/use-change";

/** Deletes a role, after saying how many users it hits. */
export function DeleteRole({ role }: { readonly role: Role }) {
  const mayDelete = useMay("role:delete", "");
  const router = useRouter();
  const [isOpen, setOpen] = useState(false);
  const remove = useChange((version: number, csrfToken) => rolesApi.remove(role.id, version, csrfToken), {
    onDone: () => {
      toast.success(`The role ${role.name} is deleted`);
      router.push("/admin/roles");
    },
  });
  if (!mayDelete || role.built_in) return null;
  return (
    <>
      <Button size="small" look="danger" onClick={() => setOpen(true)}>
        <Trash2 aria-hidden /> Delete
      </Button>
      <ConfirmDialog
        open={isOpen}
        onOpenChange={setOpen}
        title={`Delete the role ${role.name}?`}
        description={hitText(role)}
        action={`Delete ${role.name}`}
        isBusy={remove.isPending}
        onConfirm={() => remove.mutate(role.version)}
      />
    </>
  );
}
