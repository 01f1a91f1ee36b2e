// The whole contract. Generated from the schema; do not edit.
export * from "./precisionpulse/v1/command_pb.js";
export * from "./precisionpulse/v1/config_pb.js";
export * from "./precisionpulse/v1/enrolment_pb.js";
export * from "./precisionpulse/v1/frame_pb.js";
export * from "./precisionpulse/v1/identity_pb.js";
export * from "./precisionpulse/v1/live_pb.js";
export * from "./precisionpulse/v1/session_pb.js";
export * from "./precisionpulse/v1/sync_pb.js";
export * from "./precisionpulse/v1/telemetry_pb.js";
export * from "./precisionpulse/v1/channels.js";
export { Direction, Sealing } from "./precisionpulse/v1/options_pb.js";
