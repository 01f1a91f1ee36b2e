// `next build` leaves static files out of the standalone server; this puts them beside it.
import { cp } from "node:fs/promises";
import path from "node:path";

const app = path.join(import.meta.dirname, "..");
const standalone = path.join(app, ".next/standalone/apps/web");
await cp(path.join(app, ".next/static"), path.join(standalone, ".next/static"), { recursive: true });
