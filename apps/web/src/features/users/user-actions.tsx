"use client";

import { KeyRound, LogOut, Trash2 } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { toast } from "sonner";

import { SecretOnce } from "@/components/secret-once";
import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { Dialog } from "@/components/ui/dialog";
import { PasswordChoice } from "@/features/users/password-choice";
import { usersApi, type User } from "@/lib/api/users";
import { useMay, useSession } from "@/lib/session";
import { useChange } from "@/lib/use-change";

/** What can be done to a whole user: another password, an end to all sessions, deletion. */
export function UserActions({ user }: { readonly user: User }) {
  const mayUpdate = useMay("user:update", "");
  const mayEnd = useMay("session:end", "");
  const mayDelete = useMay("user:delete", "");
  const isSelf = useSession().user.id === user.id;
  const [asked, setAsked] = useState<"password" | "sessions" | "delete" | null>(null);
  const close = () => setAsked(null);
  return (
    <>
      {mayUpdate && !isSelf && (
        <Button size="small" onClick={() => setAsked("password")}>
          <KeyRound aria-hidden /> Set password
        </Button>
      )}
      {mayEnd && (
        <Button size="small" onClick={() => setAsked("sessions")}>
          <LogOut aria-hidden /> End all sessions
        </Button>
      )}
      {mayDelete && (
        <Button size="small" look="danger" onClick={() => setAsked("delete")}>
          <Trash2 aria-hidden /> Delete
        </Button>
      )}
      {asked === "password" && <SetPassword user={user} onClose={close} />}
      {asked === "sessions" && <EndSessions user={user} onClose={close} />}
      {asked === "delete" && <DeleteUser user={user} onClose={close} />}
    </>
  );
}

interface AskedProps {
  readonly user: User;
  readonly onClose: () => void;
}

function SetPassword({ user, onClose }: AskedProps) {
  const [password, setPassword] = useState<string | null>(null);
  const [fault, setFault] = useState<string>();
  const set = useChange((chosen: string | null, csrfToken) => usersApi.setPassword(user.id, chosen, csrfToken), {
    onDone: ({ password: made }) => {
      if (made) return;
      toast.success("The password is set");
      onClose();
    },
    onFailure: ({ fields }) => {
      setFault(fields.password);
      return fields.password !== undefined;
    },
  });
  const made = set.data?.password;
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Set a password for ${user.username}`}
      description="The present one ends, and with it every session of the user."
    >
      {made ? (
        <div className="grid gap-4">
          <p className="text-sm text-ink-2">Hand this password over. It is not shown again.</p>
          <SecretOnce secret={made} testId="first-password" />
          <Button look="primary" className="justify-self-end" onClick={onClose}>
            Done
          </Button>
        </div>
      ) : (
        <div className="grid gap-4">
          <PasswordChoice value={password} onChange={setPassword} names={[user.username, user.display_name]} error={fault} />
          <div className="flex justify-end gap-2">
            <Button onClick={onClose}>Cancel</Button>
            <Button look="primary" disabled={set.isPending} onClick={() => set.mutate(password)}>
              Set password
            </Button>
          </div>
        </div>
      )}
    </Dialog>
  );
}

function EndSessions({ user, onClose }: AskedProps) {
  const end = useChange((id: string, csrfToken) => usersApi.endSessions(id, csrfToken), {
    onDone: () => {
      toast.success(`Every session of ${user.username} has ended`);
      onClose();
    },
  });
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={`End all sessions of ${user.username}?`}
      description="In every browser and on every desktop. The user may log in again."
      action="End all sessions"
      isBusy={end.isPending}
      onConfirm={() => end.mutate(user.id)}
    />
  );
}

function DeleteUser({ user, onClose }: AskedProps) {
  const router = useRouter();
  const remove = useChange((version: number, csrfToken) => usersApi.remove(user.id, version, csrfToken), {
    onDone: () => {
      toast.success(`${user.username} is deleted`);
      router.push("/admin/users");
    },
  });
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={`Delete ${user.username}?`}
      description="The user is logged out everywhere and loses every role. What the user did stays in the audit log. A new user of this name starts from nothing."
      action={`Delete ${user.username}`}
      isBusy={remove.isPending}
      onConfirm={() => remove.mutate(user.version)}
    />
  );
}
