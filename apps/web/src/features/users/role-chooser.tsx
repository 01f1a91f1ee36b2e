"use client";

import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";

import { ClientScope } from "@/components/client-scope";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Select } from "@/components/ui/select";
import { rolesApi, type Role } from "@/lib/api/roles";
import { PEOPLE } from "@/lib/use-change";

interface RoleChooserProps {
  readonly onChoose: (role: Role, client: string) => void;
  readonly isBusy?: boolean;
}

/** Which role, and for which client. */
export function RoleChooser({ onChoose, isBusy = false }: RoleChooserProps) {
  const { data: roles = [], error } = useQuery({ queryKey: [PEOPLE, "roles"], queryFn: rolesApi.list });
  const [roleId, setRoleId] = useState("");
  const [client, setClient] = useState("");
  const role = roles.find(({ id }) => id === roleId);
  return (
    <div className="grid items-start gap-x-3 sm:grid-cols-[1fr_1fr_auto]">
      <Field id="role-choice" label="Role" hint={role?.description} error={error?.message}>
        <Select id="role-choice" value={roleId} onChange={(event) => setRoleId(event.target.value)} aria-describedby="role-choice-text">
          <option value="">Choose a role</option>
          {roles.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </Select>
      </Field>
      <ClientScope id="role-client" value={client} onChange={setClient} />
      <Button
        className="h-10 sm:mt-[1.4rem]"
        disabled={!role || isBusy}
        onClick={() => {
          if (role) onChoose(role, client);
          setRoleId("");
        }}
      >
        <Plus aria-hidden /> Give
      </Button>
    </div>
  );
}
