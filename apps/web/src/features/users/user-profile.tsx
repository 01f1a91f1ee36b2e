"use client";

import { DraftForm } from "@/components/draft-form";
import { Section } from "@/components/section";
import { Field, Input } from "@/components/ui/field";
import { userSchema, usersApi, type User } from "@/lib/api/users";
import { useMay } from "@/lib/session";
import { useDraft, type Difference } from "@/lib/use-draft";

interface Fields {
  readonly username: string;
  readonly display_name: string;
  readonly enabled: boolean;
}

const fieldsOf = ({ username, display_name, enabled }: User): Fields => ({ username, display_name, enabled });

/** What the user is called, and whether the user may log in. Somebody else's change is never overwritten in silence. */
export function UserProfile({ user }: { readonly user: User }) {
  const mayUpdate = useMay("user:update", "");
  const draft = useDraft({
    entity: user,
    fieldsOf,
    differences,
    change: (version, fields, csrfToken) => usersApi.change(user.id, version, fields, csrfToken),
    readEntity: (content) => userSchema.safeParse(content).data,
  });
  const { fields, setFields, faults } = draft;
  return (
    <Section id="profile-title" title="Profile">
      <DraftForm draft={draft} isFixed={!mayUpdate}>
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
            value={fields.username}
            onChange={(event) => setFields({ ...fields, username: event.target.value })}
            aria-invalid={faults.username !== undefined}
            aria-describedby="username-text"
          />
        </Field>
        <Field id="display_name" label="Name" error={faults.display_name}>
          <Input
            id="display_name"
            disabled={!mayUpdate}
            autoComplete="off"
            value={fields.display_name}
            onChange={(event) => setFields({ ...fields, display_name: event.target.value })}
            aria-describedby="display_name-text"
          />
        </Field>
        <label className="flex items-center gap-2.5 text-sm sm:col-span-2">
          <input
            type="checkbox"
            className="size-4 accent-(--accent)"
            disabled={!mayUpdate}
            checked={fields.enabled}
            onChange={(event) => setFields({ ...fields, enabled: event.target.checked })}
          />
          May log in
        </label>
      </DraftForm>
    </Section>
  );
}

function differences(mine: Fields, theirs: Fields): Difference[] {
  const word = (enabled: boolean) => (enabled ? "yes" : "no");
  const all = [
    { field: "User name", mine: mine.username, theirs: theirs.username },
    { field: "Name", mine: mine.display_name, theirs: theirs.display_name },
    { field: "May log in", mine: word(mine.enabled), theirs: word(theirs.enabled) },
  ];
  return all.filter((one) => one.mine !== one.theirs);
}
