"use client";

import { WifiOff } from "lucide-react";
import { useEffect, useState } from "react";

import { isLossShown, lossShownIn, lossText } from "@/lib/live/link";
import { useLink, useLiveStore } from "@/lib/live/provider";

const COUNT_MS = 500;

/** Says that the page has lost the hub, from about a second after it did until it is back. Can't be dismissed. */
export function LinkBanner() {
  const store = useLiveStore();
  const link = useLink();
  const [, redraw] = useState(0);
  const now = store.now();
  const shown = isLossShown(link, now);
  const shownIn = lossShownIn(link, now);

  useEffect(() => {
    if (!shown && shownIn === null) return;
    const timer = setTimeout(() => redraw((count) => count + 1), shownIn ?? COUNT_MS);
    return () => clearTimeout(timer);
  });

  if (!shown) return null;
  return (
    <div data-testid="link-banner" className="flex items-center justify-center gap-2.5 border-b border-warn/40 bg-warn/14 px-4 py-2 text-sm text-ink">
      <WifiOff aria-hidden className="size-4 shrink-0 text-warn" />
      <span className="numeric text-[0.8125rem]">{lossText(link, now)}</span>
    </div>
  );
}
