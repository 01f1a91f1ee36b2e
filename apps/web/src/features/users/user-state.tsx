import { Ban, CircleCheck, KeyRound, Lock } from "lucide-react";

import { Badge } from "@/components/ui/badge";
import type { User } from "@/lib/api/users";

/** Whether the user can log in, in a word. */
export function UserState({ user }: { readonly user: User }) {
  if (user.wanted_username) return <Badge tone="warn">Name clash</Badge>;
  if (!user.enabled) {
    return (
      <Badge tone="bad">
        <Ban aria-hidden className="size-3" /> Disabled
      </Badge>
    );
  }
  if (user.locked_until_us !== null) {
    return (
      <Badge tone="bad">
        <Lock aria-hidden className="size-3" /> Locked
      </Badge>
    );
  }
  if (!user.has_password || user.must_change_password) {
    return (
      <Badge tone="warn">
        <KeyRound aria-hidden className="size-3" /> {user.has_password ? "First password" : "No password"}
      </Badge>
    );
  }
  return (
    <Badge tone="good">
      <CircleCheck aria-hidden className="size-3" /> Enabled
    </Badge>
  );
}
