"use client";

import { useState, type FormEvent } from "react";
import { toast } from "sonner";

import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field, Input } from "@/components/ui/field";
import { permissionsApi, type Permission } from "@/lib/api/roles";
import { useMay } from "@/lib/session";
import { useChange } from "@/lib/use-change";

interface PermissionDialogProps {
  /** null makes a new one. */
  readonly permission: Permission | null;
  readonly onClose: () => void;
}

/** Makes a permission, says what one is for, or deletes it. */
export function PermissionDialog({ permission, onClose }: PermissionDialogProps) {
  const mayDelete = useMay("permission:delete", "");
  const mayDescribe = useMay("permission:update", "");
  const [name, setName] = useState(permission?.name ?? "");
  const [description, setDescription] = useState(permission?.description ?? "");
  const [faults, setFaults] = useState<Readonly<Record<string, string>>>({});
  const save = useChange(
    (_: void, csrfToken) =>
      permission
        ? permissionsApi.describe(permission.id, permission.version, description.trim(), csrfToken)
        : permissionsApi.create({ name: name.trim(), description: description.trim() }, csrfToken),
    {
      onDone: (saved) => {
        toast.success(permission ? "Saved" : `The permission ${saved.name} was created`);
        onClose();
      },
      onFailure: (error) => {
        setFaults(error.code === "exists" ? { name: error.message } : error.fields);
        return error.code === "exists" || Object.keys(error.fields).length > 0;
      },
    },
  );
  const remove = useChange((one: Permission, csrfToken) => permissionsApi.remove(one.id, one.version, csrfToken), {
    onDone: (_, one) => {
      toast.success(`The permission ${one.name} is deleted`);
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setFaults({});
    save.mutate();
  };
  const holders = permission?.roles.length ?? 0;
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={permission?.name ?? "New permission"}
      description={permission ? `${holders === 1 ? "1 role holds" : `${holders} roles hold`} it. If it is deleted, they lose it at once.` : "Its name can't be changed later."}
    >
      <form onSubmit={submit} noValidate className="grid gap-2">
        {!permission && (
          <Field id="permission-name" label="Name" error={faults.name} hint="resource:action in small letters, for example report:print. * stands for any.">
            <Input
              id="permission-name"
              className="numeric"
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              value={name}
              onChange={(event) => setName(event.target.value)}
              aria-invalid={faults.name !== undefined}
              aria-describedby="permission-name-text"
            />
          </Field>
        )}
        <Field id="permission-description" label="What for" error={faults.description}>
          <Input
            id="permission-description"
            autoComplete="off"
            disabled={permission !== null && !mayDescribe}
            value={description}
            onChange={(event) => setDescription(event.target.value)}
            aria-describedby="permission-description-text"
          />
        </Field>
        <div className="flex flex-wrap justify-end gap-2">
          {permission && mayDelete && (
            <Button look="danger" className="mr-auto" disabled={remove.isPending} onClick={() => remove.mutate(permission)}>
              Delete
            </Button>
          )}
          <Button onClick={onClose}>Cancel</Button>
          {(!permission || mayDescribe) && (
            <Button type="submit" look="primary" disabled={save.isPending}>
              {permission ? "Save" : "Create permission"}
            </Button>
          )}
        </div>
      </form>
    </Dialog>
  );
}
