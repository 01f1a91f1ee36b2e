"use client";

import { useEffect, useState } from "react";

import { usToMs } from "@/lib/time";

/** ms until a moment (µs since 1970), renewed each second; negative when it is past. */
export function useRemaining(untilUs: bigint): number {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    const ticking = setInterval(() => setNowMs(Date.now()), 1000);
    return () => clearInterval(ticking);
  }, []);
  return usToMs(untilUs) - nowMs;
}
