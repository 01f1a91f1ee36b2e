/** How a person likes the display. Kept in one cookie a user, so that the server's first paint is right already. */
import { z } from "zod";

export const displaySchema = z.object({
  palette: z.enum(["default", "safe"]).catch("default"),
  density: z.enum(["compact", "comfortable"]).catch("compact"),
});
export type Display = z.infer<typeof displaySchema>;

export const DEFAULT_DISPLAY: Display = { palette: "default", density: "compact" };

export const displayCookie = (userId: string): string => `pp-display-${userId.replace(/[^\w-]/g, "_")}`;

const YEAR_S = 365 * 24 * 60 * 60;

export function parseDisplay(text: string | undefined): Display {
  if (!text) return DEFAULT_DISPLAY;
  try {
    return displaySchema.parse(JSON.parse(decodeURIComponent(text)));
  } catch {
    return DEFAULT_DISPLAY;
  }
}

export function storedDisplay(userId: string, display: Display): string {
  return `${displayCookie(userId)}=${encodeURIComponent(JSON.stringify(display))}; Path=/; Max-Age=${YEAR_S}; SameSite=Lax`;
}
