"use client";

import { useState, type FormEvent } from "react";
import { toast } from "sonner";

import { Section } from "@/components/section";
import { StaleNotice, type Difference } from "@/components/stale-notice";
import { Button } from "@/components/ui/button";
import { RoleFieldset } from "@/features/roles/role-fieldset";
import { roleSchema, rolesApi, type Role, type RoleFields } from "@/lib/api/roles";
import { useMay } from "@/lib/session";
import { useChange } from "@/lib/use-change";

const draftOf = ({ name, description }: Role): RoleFields => ({ name, description });

/** What the role is called, and what it is for. */
export function RoleProfile({ role }: { readonly role: Role }) {
  const isFixed = !useMay("role:update", "") || role.built_in;
  const [base, setBase] = useState(role);
  const [draft, setDraft] = useState(draftOf(role));
  const [theirs, setTheirs] = useState<Role | null>(null);
  const [faults, setFaults] = useState<Readonly<Record<string, string>>>({});
  const isChanged = differences(draft, base).length > 0;
  if (role.version > base.version && !isChanged && !theirs) restart(role);

  function restart(from: Role) {
    setBase(from);
    setDraft(draftOf(from));
    setTheirs(null);
    setFaults({});
  }

  const save = useChange((version: number, csrfToken) => rolesApi.change(role.id, version, draft, csrfToken), {
    onDone: (saved) => {
      restart(saved);
      toast.success("Saved");
    },
    onFailure: ({ code, current, fields }) => {
      const now = code === "stale" ? roleSchema.safeParse(current).data : undefined;
      if (now) setTheirs(now);
      setFaults(fields);
      return now !== undefined || Object.keys(fields).length > 0;
    },
  });

  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate(base.version);
  };

  return (
    <Section id="profile-title" title="Role" text={role.built_in ? "This role is shipped with the product and read-only. Make a role of your own to hold something else." : undefined}>
      <form onSubmit={submit} noValidate className="grid gap-x-4 sm:grid-cols-2">
        <RoleFieldset fields={draft} faults={faults} onChange={setDraft} disabled={isFixed} />
        {theirs && (
          <div className="sm:col-span-2">
            <StaleNotice
              differences={differences(draft, theirs)}
              isBusy={save.isPending}
              onTakeTheirs={() => restart(theirs)}
              onKeepMine={() => {
                setBase(theirs);
                setTheirs(null);
                save.mutate(theirs.version);
              }}
            />
          </div>
        )}
        {!isFixed && !theirs && (
          <div className="flex gap-2 sm:col-span-2">
            <Button type="submit" look="primary" disabled={!isChanged || save.isPending}>
              Save
            </Button>
            <Button disabled={!isChanged} onClick={() => restart(role)}>
              Undo
            </Button>
          </div>
        )}
      </form>
    </Section>
  );
}

function differences(mine: RoleFields, theirs: RoleFields): Difference[] {
  const all = [
    { field: "Name", mine: mine.name, theirs: theirs.name },
    { field: "What for", mine: mine.description, theirs: theirs.description },
  ];
  return all.filter((one) => one.mine !== one.theirs);
}
