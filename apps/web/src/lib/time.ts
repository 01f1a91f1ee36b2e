/** Times of day and dates as text. Times on the wire are µs since 1970. */

export type Zone = "local" | "utc";

const timeZone = (zone: Zone) => (zone === "utc" ? "UTC" : undefined);

export const usToMs = (us: bigint): number => Number(us / 1000n);

/** "12:04:31" */
export function clockTime(us: bigint, zone: Zone = "local"): string {
  return new Intl.DateTimeFormat("en-GB", { timeStyle: "medium", timeZone: timeZone(zone) }).format(usToMs(us));
}

/** "24 Nov 2026, 12:04:31" */
export function dateTime(us: bigint, zone: Zone = "local"): string {
  return new Intl.DateTimeFormat("en-GB", {
    dateStyle: "medium",
    timeStyle: "medium",
    timeZone: timeZone(zone),
  }).format(usToMs(us));
}

/** "12:04:31.250" with the date when it is not today's. */
export function preciseTime(us: bigint, zone: Zone = "local"): string {
  const options: Intl.DateTimeFormatOptions = {
    day: "2-digit",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    fractionalSecondDigits: 3,
    timeZone: timeZone(zone),
  };
  return new Intl.DateTimeFormat("en-GB", options).format(usToMs(us));
}
