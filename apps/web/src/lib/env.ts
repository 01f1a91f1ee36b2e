/** Settings of the web server. The only file that reads the environment; every value is read at run time. */

export class SettingsError extends Error {
  override name = "SettingsError";
}

/** Origin of the API server, without a trailing slash. Its certificate is checked against NODE_EXTRA_CA_CERTS. */
export function apiOrigin(): string {
  const text = process.env.API_ORIGIN;
  if (!text) {
    throw new SettingsError("API_ORIGIN is not set: give the API server's origin, for example https://127.0.0.1:8443");
  }
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !["http:", "https:"].includes(url.protocol)) {
    throw new SettingsError(`API_ORIGIN is not an http or https origin: ${text}`);
  }
  return url.origin;
}

export const isDevelopment = process.env.NODE_ENV === "development";
