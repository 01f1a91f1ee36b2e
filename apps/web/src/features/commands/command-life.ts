/** What people read of a command's life. Pure. */
import type { Command, CommandState } from "@/lib/api/commands";
import { dayTime } from "@/lib/time";

export const STATE_WORDS: Readonly<Record<CommandState, string>> = {
  queued: "Queued",
  sent: "Sent",
  received: "Acknowledged",
  running: "Running",
  done: "Done",
  failed: "Failed",
  refused: "Refused",
  expired: "Expired",
  cancelled: "Cancelled",
  timed_out: "Timed out",
};

const CODE_WORDS: Readonly<Record<string, string>> = {
  UNSUPPORTED: "the client does not know this kind of command",
  INVALID: "the client does not accept what it says",
  PRECONDITION: "what it asks for does not hold",
  INTERRUPTED: "the client restarted while it ran; whether it took effect is not known",
  DENIED: "the client's side does not allow it",
};

const isWaiting = ({ state }: Command): boolean => state === "queued" || state === "sent" || state === "received";

/** Whether it has not begun, and nobody has asked to withdraw it. */
export const mayBeCancelled = (command: Command): boolean => isWaiting(command) && command.withdrawn_by === null;

/** "Running 40 %" */
export function stateText({ state, progress }: Command): string {
  return progress === null ? STATE_WORDS[state] : `${STATE_WORDS[state]} ${Math.round(progress * 100)} %`;
}

/** Why it is where it is, and what comes next; `nowUs`: the hub's clock. */
export function explanation(command: Command, isConnected: boolean, nowUs: bigint): string {
  const { state, text, code, withdrawn_by } = command;
  const expires = `expires ${dayTime(command.expires_us, nowUs)}`;
  if (isWaiting(command) && withdrawn_by !== null) return `${withdrawn_by} asked to cancel it; the client says whether that came in time`;
  switch (state) {
    case "queued":
      return isConnected ? `is about to be sent, ${expires}` : `will be delivered when it connects, ${expires}`;
    case "sent":
      return isConnected ? `waits for the client's word, ${expires}` : `not confirmed: it is sent again when the client connects, ${expires}`;
    case "received":
      return `the client has it, and begins when its turn comes, ${expires}`;
    case "timed_out":
      return [text, "a late answer still counts"].filter(Boolean).join("; ");
    default:
      return text || (CODE_WORDS[code] ?? code.toLowerCase());
  }
}

/** "metric cpu · interval_ms 250" */
export function contentText(content: Command["body"]): string {
  return Object.entries(content)
    .map(([name, value]) => `${name} ${typeof value === "object" ? JSON.stringify(value) : String(value)}`)
    .join(" · ");
}

/** `commands`, newest first, with `fresh` in its place. */
export function withCommand(commands: readonly Command[], fresh: Command): Command[] {
  return [fresh, ...commands.filter(({ id }) => id !== fresh.id)].sort((left, right) => (left.id < right.id ? 1 : -1));
}
