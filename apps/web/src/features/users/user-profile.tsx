"use client";

import { useState, type FormEvent } from "react";
import { toast } from "sonner";

import { Section } from "@/components/section";
import { StaleNotice, type Difference } from "@/components/stale-notice";
import { Button } from "@/components/ui/button";
import { Field, Input } from "@/components/ui/field";
import { userSchema, usersApi, type User } from "@/lib/api/users";
import { useMay } from "@/lib/session";
import { useChange } from "@/lib/use-change";

interface Draft {
  readonly username: string;
  readonly display_name: string;
  readonly enabled: boolean;
}

const draftOf = ({ username, display_name, enabled }: User): Draft => ({ username, display_name, enabled });

/** What the user is called, and whether the user may log in. Somebody else's change is never overwritten in silence. */
export function UserProfile({ user }: { readonly user: User }) {
  const mayUpdate = useMay("user:update", "");
  const [base, setBase] = useState(user);
  const [draft, setDraft] = useState(draftOf(user));
  const [theirs, setTheirs] = useState<User | null>(null);
  const [faults, setFaults] = useState<Readonly<Record<string, string>>>({});
  const isChanged = differences(draft, base).length > 0;
  if (user.version > base.version && !isChanged && !theirs) restart(user);

  function restart(from: User) {
    setBase(from);
    setDraft(draftOf(from));
    setTheirs(null);
    setFaults({});
  }

  const save = useChange((version: number, csrfToken) => usersApi.change(user.id, version, draft, csrfToken), {
    onDone: (saved) => {
      restart(saved);
      toast.success("Saved");
    },
    onFailure: ({ code, current, fields }) => {
      const now = code === "stale" ? userSchema.safeParse(current).data : undefined;
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
    <Section id="profile-title" title="Profile">
      <form onSubmit={submit} noValidate className="grid gap-x-4 sm:grid-cols-2">
        {user.wanted_username && (
          <p className="mb-4 rounded-md border border-warn/50 bg-warn/8 p-3 text-sm sm:col-span-2">
            Somebody else had the name “{user.wanted_username}” first, so this user was renamed and disabled. Choose another name and enable the user.
          </p>
        )}
        <Field id="username" label="User name" error={faults.username}>
          <Input
            id="username"
            disabled={!mayUpdate}
            autoComplete="off"
            spellCheck={false}
            value={draft.username}
            onChange={(event) => setDraft({ ...draft, username: event.target.value })}
            aria-invalid={faults.username !== undefined}
            aria-describedby="username-text"
          />
        </Field>
        <Field id="display_name" label="Name" error={faults.display_name}>
          <Input
            id="display_name"
            disabled={!mayUpdate}
            autoComplete="off"
            value={draft.display_name}
            onChange={(event) => setDraft({ ...draft, display_name: event.target.value })}
            aria-describedby="display_name-text"
          />
        </Field>
        <label className="flex items-center gap-2.5 text-sm sm:col-span-2">
          <input
            type="checkbox"
            className="size-4 accent-(--accent)"
            disabled={!mayUpdate}
            checked={draft.enabled}
            onChange={(event) => setDraft({ ...draft, enabled: event.target.checked })}
          />
          May log in
        </label>
        {theirs && (
          <div className="mt-4 sm:col-span-2">
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
        {mayUpdate && !theirs && (
          <div className="mt-4 flex gap-2 sm:col-span-2">
            <Button type="submit" look="primary" disabled={!isChanged || save.isPending}>
              Save
            </Button>
            <Button disabled={!isChanged} onClick={() => restart(user)}>
              Undo
            </Button>
          </div>
        )}
      </form>
    </Section>
  );
}

function differences(mine: Draft, theirs: Draft): Difference[] {
  const word = (enabled: boolean) => (enabled ? "yes" : "no");
  const all = [
    { field: "User name", mine: mine.username, theirs: theirs.username },
    { field: "Name", mine: mine.display_name, theirs: theirs.display_name },
    { field: "May log in", mine: word(mine.enabled), theirs: word(theirs.enabled) },
  ];
  return all.filter((one) => one.mine !== one.theirs);
}
