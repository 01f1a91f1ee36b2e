/** Times of day and dates as text. Times on the wire are µs since 1970. */

export type Zone = "local" | "utc";

export const usToMs = (us: bigint): number => Number(us / 1000n);

/** Making a formatter is dear: one a style and zone. */
function formatter(options: Intl.DateTimeFormatOptions): (us: bigint, zone?: Zone) => string {
  const local = new Intl.DateTimeFormat("en-GB", options);
  const utc = new Intl.DateTimeFormat("en-GB", { ...options, timeZone: "UTC" });
  return (us, zone = "local") => (zone === "utc" ? utc : local).format(usToMs(us));
}

/** "12:04:31" */
export const clockTime = formatter({ timeStyle: "medium" });

/** "24 Nov 2026, 12:04:31" */
export const dateTime = formatter({ dateStyle: "medium", timeStyle: "medium" });

/** "24 Nov, 12:04:31.250" */
export const preciseTime = formatter({
  day: "2-digit",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  fractionalSecondDigits: 3,
});

const hourTime = formatter({ timeStyle: "short" });
const dayAndHour = formatter({ day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
const day = formatter({ dateStyle: "short" });

/** "15:00", or "25 Nov, 15:00" when that is on another day than `nowUs`. */
export function dayTime(us: bigint, nowUs: bigint): string {
  return day(us) === day(nowUs) ? hourTime(us) : dayAndHour(us);
}
