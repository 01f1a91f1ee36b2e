import type { ReactNode } from "react";

import { StaleNotice } from "@/components/stale-notice";
import { Button } from "@/components/ui/button";
import type { Draft } from "@/lib/use-draft";

interface DraftFormProps<Fields> {
  readonly draft: Draft<Fields>;
  /** Shown, and not to be changed. */
  readonly isFixed: boolean;
  readonly children: ReactNode;
}

/** A form for an entity's fields, with what follows from them: Save, Undo, and the question when somebody else was quicker. */
export function DraftForm<Fields>({ draft, isFixed, children }: DraftFormProps<Fields>) {
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        draft.save();
      }}
      noValidate
      className="grid gap-x-4 sm:grid-cols-2"
    >
      {children}
      {draft.conflict && (
        <div className="mt-4 sm:col-span-2">
          <StaleNotice differences={draft.conflict} isBusy={draft.isBusy} onTakeTheirs={draft.takeTheirs} onKeepMine={draft.keepMine} />
        </div>
      )}
      {!isFixed && !draft.conflict && (
        <div className="mt-4 flex gap-2 sm:col-span-2">
          <Button type="submit" look="primary" disabled={!draft.isChanged || draft.isBusy}>
            Save
          </Button>
          <Button disabled={!draft.isChanged} onClick={draft.undo}>
            Undo
          </Button>
        </div>
      )}
    </form>
  );
}
