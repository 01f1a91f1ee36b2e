"use client";

import { DraftForm } from "@/components/draft-form";
import { Section } from "@/components/section";
import { RoleFieldset } from "@/features/roles/role-fieldset";
import { roleSchema, rolesApi, type Role, type RoleFields } from "@/lib/api/roles";
import { useMay } from "@/lib/session";
import { useDraft, type Difference } from "@/lib/use-draft";

const fieldsOf = ({ name, description }: Role): RoleFields => ({ name, description });

/** What the role is called, and what it is for. */
export function RoleProfile({ role }: { readonly role: Role }) {
  const isFixed = !useMay("role:update", "") || role.built_in;
  const draft = useDraft({
    entity: role,
    fieldsOf,
    differences,
    change: (version, fields, csrfToken) => rolesApi.change(role.id, version, fields, csrfToken),
    readEntity: (content) => roleSchema.safeParse(content).data,
  });
  return (
    <Section id="profile-title" title="Role" text={role.built_in ? "This role is shipped with the product and read-only. Make a role of your own to hold something else." : undefined}>
      <DraftForm draft={draft} isFixed={isFixed}>
        <RoleFieldset fields={draft.fields} faults={draft.faults} onChange={draft.setFields} disabled={isFixed} />
      </DraftForm>
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
