"use client";

import { useState, type FormEvent } from "react";

import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { RoleFieldset } from "@/features/roles/role-fieldset";
import { rolesApi, type Role, type RoleFields } from "@/lib/api/roles";
import { useChange } from "@/lib/use-change";

interface NewRoleDialogProps {
  readonly onClose: () => void;
  readonly onMade: (role: Role) => void;
}

/** Makes an empty role; what it holds is chosen on its page. */
export function NewRoleDialog({ onClose, onMade }: NewRoleDialogProps) {
  const [fields, setFields] = useState<RoleFields>({ name: "", description: "" });
  const [faults, setFaults] = useState<Readonly<Record<string, string>>>({});
  const create = useChange((role: RoleFields, csrfToken) => rolesApi.create({ ...role, permission_ids: [] }, csrfToken), {
    onDone: onMade,
    onFailure: (error) => {
      setFaults(error.fields);
      return Object.keys(error.fields).length > 0;
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!fields.name.trim()) return setFaults({ name: "Enter a name." });
    setFaults({});
    create.mutate({ name: fields.name.trim(), description: fields.description.trim() });
  };
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title="New role" description="It begins empty: its permissions are chosen next.">
      <form onSubmit={submit} noValidate className="grid gap-2">
        <RoleFieldset fields={fields} faults={faults} onChange={setFields} />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="primary" disabled={create.isPending}>
            Create role
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
