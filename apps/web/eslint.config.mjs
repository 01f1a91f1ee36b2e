import next from "eslint-config-next/core-web-vitals";
import typescript from "eslint-config-next/typescript";
import { readdirSync } from "node:fs";

const features = readdirSync(new URL("src/features", import.meta.url));

/** Imports go one way: app → features → components → lib; a feature never knows another. */
const zones = [
  { target: "./src/lib", from: ["./src/app", "./src/features", "./src/components"], message: "lib knows nothing above it." },
  { target: "./src/components", from: ["./src/app", "./src/features"], message: "Components know no feature and no page." },
  { target: "./src/features", from: "./src/app", message: "A feature knows no page." },
  ...features.map((feature) => ({
    target: `./src/features/${feature}`,
    from: "./src/features",
    except: [`./${feature}`],
    message: "A feature knows no other feature: a page puts them together.",
  })),
];

const contract = {
  group: ["@precisionpulse/*", "@bufbuild/*"],
  message: "The contract is imported through @/lib/contract alone.",
};

const rules = [
  { ignores: [".next/**", "next-env.d.ts"] },
  ...next,
  ...typescript,
  {
    settings: { "import/resolver": { typescript: { project: import.meta.dirname } } },
    rules: {
      "import/no-restricted-paths": ["error", { basePath: import.meta.dirname, zones }],
      "no-restricted-imports": ["error", { patterns: [contract] }],
      "no-restricted-properties": ["error", { object: "process", property: "env", message: "The environment is read in lib/env.ts alone." }],
      "@typescript-eslint/no-explicit-any": "error",
      // Whoever logs in or out gets the page anew, so that nothing of the former session stays in memory.
      "@next/next/no-location-assign-relative-destination": "off",
      "max-lines": ["error", { max: 220, skipBlankLines: true }],
    },
  },
  { files: ["src/lib/contract.ts", "test/**"], rules: { "no-restricted-imports": "off" } },
  { files: ["src/lib/env.ts"], rules: { "no-restricted-properties": "off" } },
  { files: ["test/**"], rules: { "max-lines": "off" } },
];

export default rules;
