/** `isShort` leaves the sign alone on narrow screens. */
export function Wordmark({ isShort = false }: { readonly isShort?: boolean }) {
  return (
    <span className="flex items-center gap-2.5 font-semibold tracking-tight">
      <svg viewBox="0 0 32 32" aria-hidden className="size-6">
        <rect width="32" height="32" rx="7" className="fill-raised" />
        <path
          d="M4 17h6l3-8 5 15 3.5-9.5L23 17h5"
          className="fill-none stroke-accent"
          strokeWidth="2.6"
          strokeLinecap="round"
          strokeLinejoin="round"
        />
      </svg>
      <span className={isShort ? "hidden sm:inline" : undefined}>PrecisionPulse</span>
    </span>
  );
}
