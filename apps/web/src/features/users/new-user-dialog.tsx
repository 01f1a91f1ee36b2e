"use client";

import { X } from "lucide-react";
import Link from "next/link";
import { useState, type FormEvent } from "react";

import { SecretOnce } from "@/components/secret-once";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field, Input } from "@/components/ui/field";
import { PasswordChoice } from "@/features/users/password-choice";
import { RoleChooser } from "@/features/users/role-chooser";
import type { Role } from "@/lib/api/roles";
import { usersApi, type NewUser, type UserWithPassword } from "@/lib/api/users";
import { useMay } from "@/lib/session";
import { useChange } from "@/lib/use-change";

interface Chosen {
  readonly role: Role;
  readonly client: string;
}

/** Makes a user, with a first password that is shown once when the hub made it. */
export function NewUserDialog({ onClose }: { readonly onClose: () => void }) {
  const [made, setMade] = useState<UserWithPassword | null>(null);
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={made ? `${made.user.username} was created` : "New user"}>
      {made ? <Made made={made} onClose={onClose} /> : <Form onMade={setMade} onClose={onClose} />}
    </Dialog>
  );
}

function Form({ onMade, onClose }: { readonly onMade: (made: UserWithPassword) => void; readonly onClose: () => void }) {
  const mayAssign = useMay("role:assign");
  const mayReadRoles = useMay("role:read", "");
  const [username, setUsername] = useState("");
  const [displayName, setDisplayName] = useState("");
  const [password, setPassword] = useState<string | null>(null);
  const [chosen, setChosen] = useState<readonly Chosen[]>([]);
  const [faults, setFaults] = useState<Readonly<Record<string, string>>>({});
  const create = useChange((user: NewUser, csrfToken) => usersApi.create(user, csrfToken), {
    onDone: onMade,
    onFailure: ({ fields }) => {
      setFaults(fields);
      return Object.keys(fields).length > 0;
    },
  });

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!username.trim()) return setFaults({ username: "Enter a user name." });
    setFaults({});
    const roles = chosen.map(({ role, client }) => ({ role_id: role.id, client }));
    create.mutate({ username: username.trim(), display_name: displayName.trim(), password, roles });
  };

  const add = (role: Role, client: string) =>
    setChosen([...chosen.filter((other) => other.role.id !== role.id || other.client !== client), { role, client }]);

  return (
    <form onSubmit={submit} noValidate className="grid gap-2">
      <Field id="new-username" label="User name" error={faults.username} hint="With this one logs in.">
        <Input
          id="new-username"
          autoFocus
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          value={username}
          onChange={(event) => setUsername(event.target.value)}
          aria-invalid={faults.username !== undefined}
          aria-describedby="new-username-text"
        />
      </Field>
      <Field id="new-display-name" label="Name" error={faults.display_name} hint="As people know them; may stay empty.">
        <Input
          id="new-display-name"
          autoComplete="off"
          value={displayName}
          onChange={(event) => setDisplayName(event.target.value)}
          aria-describedby="new-display-name-text"
        />
      </Field>
      <PasswordChoice value={password} onChange={setPassword} names={[username, displayName]} error={faults.password} />
      {mayAssign && mayReadRoles && (
        <div className="mt-2 grid gap-2 border-t pt-4">
          <RoleChooser onChoose={add} />
          {chosen.length > 0 && (
            <ul className="flex flex-wrap gap-1.5" aria-label="Roles to give">
              {chosen.map((one) => (
                <li key={one.role.id + one.client}>
                  <Badge>
                    {one.role.name}
                    {one.client && <span className="text-ink-3">for {one.client}</span>}
                    <button
                      type="button"
                      aria-label={`Leave out ${one.role.name}`}
                      className="cursor-pointer text-ink-3 hover:text-ink"
                      onClick={() => setChosen(chosen.filter((other) => other !== one))}
                    >
                      <X aria-hidden className="size-3" />
                    </button>
                  </Badge>
                </li>
              ))}
            </ul>
          )}
        </div>
      )}
      <div className="mt-3 flex justify-end gap-2">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" look="primary" disabled={create.isPending}>
          {create.isPending ? "Creating…" : "Create user"}
        </Button>
      </div>
    </form>
  );
}

function Made({ made, onClose }: { readonly made: UserWithPassword; readonly onClose: () => void }) {
  return (
    <div className="grid gap-4">
      {made.password && (
        <>
          <p className="text-sm text-ink-2">Hand this password over. It is not shown again, and must be changed at the first log-in.</p>
          <SecretOnce secret={made.password} testId="first-password" />
        </>
      )}
      <div className="flex items-center justify-end gap-3">
        <Link href={`/admin/users/${made.user.id}`} className="text-sm text-accent underline underline-offset-4">
          Open {made.user.username}
        </Link>
        <Button look="primary" onClick={onClose}>
          Done
        </Button>
      </div>
    </div>
  );
}
