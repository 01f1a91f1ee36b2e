"use client";

import { createContext, use, useMemo, useState, type ReactNode } from "react";

import { storedDisplay, type Display } from "@/lib/display";

interface DisplayControl {
  readonly display: Display;
  readonly change: (part: Partial<Display>) => void;
}

const DisplayContext = createContext<DisplayControl | null>(null);

interface DisplayRootProps {
  readonly userId: string;
  readonly initial: Display;
  readonly children: ReactNode;
}

/** Applies palette and density to everything below, and keeps them for the user. */
export function DisplayRoot({ userId, initial, children }: DisplayRootProps) {
  const [display, setDisplay] = useState(initial);
  const control = useMemo(() => {
    const change = (part: Partial<Display>) => {
      const next = { ...display, ...part };
      document.cookie = storedDisplay(userId, next);
      setDisplay(next);
    };
    return { display, change };
  }, [display, userId]);
  return (
    <DisplayContext value={control}>
      <div data-palette={display.palette} data-density={display.density} className="contents">
        {children}
      </div>
    </DisplayContext>
  );
}

export function useDisplay(): DisplayControl {
  const control = use(DisplayContext);
  if (!control) throw new Error("useDisplay needs a DisplayRoot above it");
  return control;
}
