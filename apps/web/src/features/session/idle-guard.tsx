"use client";

import { useCallback, useEffect, useRef, useState } from "react";

import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { idleness, USED, type Idleness } from "@/features/session/idle";
import { ApiError } from "@/lib/api/http";
import { loginPath, sessionApi } from "@/lib/api/session";
import { useLive } from "@/lib/live/provider";
import { useSession } from "@/lib/session";

/** When any tab of this browser was last used, in ms since 1970. */
const KEY = "pp-last-used";
const TELL_EVERY_MS = 60_000;
/** Of the idle time: how much may pass before the hub is told of use. */
const TELL_SHARE = 0.25;
const USES = ["pointerdown", "keydown", "wheel", "touchstart"] as const;

/** Tells the hub that the page is used, warns a minute before nobody did for too long, and then logs out. */
export function IdleGuard() {
  const { idle_s, csrf_token } = useSession();
  const live = useLive();
  const [state, setState] = useState<Idleness>(USED);
  const toldMs = useRef(0);
  const isWarned = state.phase === "warned";

  const use = useCallback(() => {
    localStorage.setItem(KEY, String(Date.now()));
    setState(USED);
  }, []);

  /** The hub's time of last use is never earlier than the browser's for long: the hub ends no session that is still used. */
  const tick = useCallback(() => {
    const nowMs = Date.now();
    const usedMs = lastUsedMs();
    if (usedMs > toldMs.current && nowMs - toldMs.current >= Math.min(TELL_EVERY_MS, idle_s * 1000 * TELL_SHARE)) {
      toldMs.current = nowMs;
      sessionApi.show().catch((error: unknown) => {
        if (error instanceof ApiError && error.status === 401) window.location.assign(loginPath("ended"));
      });
    }
    setState(idleness(usedMs, nowMs, idle_s));
  }, [idle_s]);

  useEffect(() => {
    toldMs.current = Date.now(); // the page itself was just asked for
    localStorage.setItem(KEY, String(toldMs.current));
    const ticking = setInterval(tick, 1000);
    return () => clearInterval(ticking);
  }, [tick]);

  useEffect(() => {
    if (isWarned) return; // now only an answer counts
    for (const event of USES) window.addEventListener(event, use, { passive: true });
    return () => USES.forEach((event) => window.removeEventListener(event, use));
  }, [use, isWarned]);

  const isOver = state.phase === "over";
  useEffect(() => {
    if (!isOver) return;
    live.leave();
    const leave = () => window.location.assign(loginPath("idle"));
    sessionApi.logOut(csrf_token).then(leave, leave);
  }, [isOver, live, csrf_token]);

  return (
    <Dialog open={isWarned} onOpenChange={(open) => !open && use()} title="Are you still there?">
      <p className="text-sm text-ink-2">
        Nobody used this page for a while. You will be logged out in{" "}
        <strong role="timer" className="font-semibold text-ink tabular-nums">
          {isWarned ? state.leftS : 0} s
        </strong>
        .
      </p>
      <div className="mt-4 flex justify-end">
        <Button look="primary" onClick={use}>
          Stay logged in
        </Button>
      </div>
    </Dialog>
  );
}

function lastUsedMs(): number {
  return Number(localStorage.getItem(KEY)) || Date.now();
}
