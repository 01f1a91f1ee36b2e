import path from "node:path";
import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { alias: { "@": path.join(import.meta.dirname, "src") } },
  test: { include: ["test/unit/**/*.test.ts"], environment: "node", reporters: ["default"] },
});
