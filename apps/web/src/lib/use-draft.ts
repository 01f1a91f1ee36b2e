"use client";

import { useState } from "react";
import { toast } from "sonner";

import { useChange } from "@/lib/use-change";

/** A field that two people gave different values. */
export interface Difference {
  readonly field: string;
  readonly mine: string;
  readonly theirs: string;
}

interface DraftOptions<Entity, Fields> {
  /** The entity as the page knows it now. */
  readonly entity: Entity;
  readonly fieldsOf: (entity: Entity) => Fields;
  readonly differences: (mine: Fields, theirs: Fields) => readonly Difference[];
  readonly change: (version: number, fields: Fields, csrfToken: string) => Promise<Entity>;
  /** The entity in an answer that says that somebody else was quicker; undefined when it can't be read. */
  readonly readEntity: (content: unknown) => Entity | undefined;
}

/** An entity's fields while somebody edits them. Another's change is taken over unless something was typed; then it is asked about. */
export interface Draft<Fields> {
  readonly fields: Fields;
  readonly setFields: (fields: Fields) => void;
  readonly faults: Readonly<Record<string, string>>;
  readonly isChanged: boolean;
  readonly isBusy: boolean;
  /** Where another's change differs from what was typed; null when there is none to ask about. */
  readonly conflict: readonly Difference[] | null;
  readonly save: () => void;
  readonly undo: () => void;
  readonly takeTheirs: () => void;
  readonly keepMine: () => void;
}

export function useDraft<Entity extends { readonly version: number }, Fields>(options: DraftOptions<Entity, Fields>): Draft<Fields> {
  const { entity, fieldsOf, differences, change, readEntity } = options;
  const [base, setBase] = useState(entity);
  const [fields, setFields] = useState(fieldsOf(entity));
  const [theirs, setTheirs] = useState<Entity | null>(null);
  const [faults, setFaults] = useState<Readonly<Record<string, string>>>({});
  const isChanged = differences(fields, fieldsOf(base)).length > 0;
  if (entity.version > base.version && !isChanged && !theirs) restart(entity);

  function restart(from: Entity) {
    setBase(from);
    setFields(fieldsOf(from));
    setTheirs(null);
    setFaults({});
  }

  const saving = useChange((version: number, csrfToken) => change(version, fields, csrfToken), {
    onDone: (saved) => {
      restart(saved);
      toast.success("Saved");
    },
    onFailure: ({ code, current, fields: refused }) => {
      const now = code === "stale" ? readEntity(current) : undefined;
      if (now) setTheirs(now);
      setFaults(refused);
      return now !== undefined || Object.keys(refused).length > 0;
    },
  });

  return {
    fields,
    setFields,
    faults,
    isChanged,
    isBusy: saving.isPending,
    conflict: theirs && differences(fields, fieldsOf(theirs)),
    save: () => saving.mutate(base.version),
    undo: () => restart(entity),
    takeTheirs: () => theirs && restart(theirs),
    keepMine: () => {
      if (!theirs) return;
      setBase(theirs);
      setTheirs(null);
      saving.mutate(theirs.version);
    },
  };
}
