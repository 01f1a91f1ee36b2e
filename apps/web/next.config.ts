import path from "node:path";
import type { NextConfig } from "next";

const config: NextConfig = {
  output: "standalone",
  // The workspace's root, so that packages linked into node_modules are traced into the standalone server.
  outputFileTracingRoot: path.join(import.meta.dirname, "../.."),
  // Socket.IO's own path ends in a slash; Next would redirect it away.
  skipTrailingSlashRedirect: true,
  poweredByHeader: false,
  reactStrictMode: true,
  experimental: {
    authInterrupts: true,
    // A WebSocket that is passed on to the API must not be cut after Next's default of 30 s.
    proxyTimeout: 24 * 60 * 60 * 1000,
  },
};

export default config;
