/** The PrecisionPulse SDK for Node and browsers. Messages and channels are in `@precisionpulse/contract`. */
export * from "./channels.js";
export * from "./decimal.js";
export * from "./errors.js";
export * from "./frame.js";
export * from "./keys.js";
export * from "./replay.js";
export * from "./samples.js";
