/**
 * Every error that this SDK throws on purpose, as one tree; names and codes are those of the Python SDK.
 *
 * ```
 * PrecisionPulseError
 * ├── UsageError                 the caller's mistake
 * │   └── ConfigurationError     a name or setting that can't work
 * └── ContractError              bytes from a peer that break the contract; counted, never fatal to a receiver
 *     ├── TopicError             not a topic of the contract
 *     ├── OversizedFrameError    larger than the stated limit
 *     ├── MalformedFrameError    not a frame, or a header field out of its range
 *     ├── UnknownTypeError       a message type that is not known, or that does not belong on the topic
 *     ├── ClearFrameError        not sealed, on a channel that must be
 *     ├── UnknownKeyError        sealed under a key that is not accepted
 *     ├── SealError              the seal does not open: damaged, moved, or sealed for another session
 *     ├── ReplayError            seen before, or of an earlier run
 *     └── MalformedMessageError  opened, but the message does not parse or contradicts itself
 * ```
 */

/** Root of every error that the SDK throws on purpose. */
export class PrecisionPulseError extends Error {
  // Written out in every class: bundlers rename classes.
  override name = "PrecisionPulseError";
}

/** The caller's mistake; nothing was sent or stored. */
export class UsageError extends PrecisionPulseError {
  override name = "UsageError";
}

/** A name or setting that can't work; the text names it. */
export class ConfigurationError extends UsageError {
  override name = "ConfigurationError";
}

/** Bytes from a peer that break the contract. `code` is stable, for counters and for programs. */
export class ContractError extends PrecisionPulseError {
  override name = "ContractError";
  readonly code: string = "contract";
}

/** Not a topic of the contract. */
export class TopicError extends ContractError {
  override name = "TopicError";
  override readonly code = "topic";
}

/** Larger than the stated limit. */
export class OversizedFrameError extends ContractError {
  override name = "OversizedFrameError";
  override readonly code = "oversized";
}

/** Not a frame, or a header field out of its range. */
export class MalformedFrameError extends ContractError {
  override name = "MalformedFrameError";
  override readonly code = "malformed_frame";
}

/** A message type that this side does not know, or that does not belong on the topic. */
export class UnknownTypeError extends ContractError {
  override name = "UnknownTypeError";
  override readonly code = "unknown_type";
}

/** Not sealed, on a channel that must be. */
export class ClearFrameError extends ContractError {
  override name = "ClearFrameError";
  override readonly code = "clear";
}

/** Sealed under a key that is not accepted. */
export class UnknownKeyError extends ContractError {
  override name = "UnknownKeyError";
  override readonly code = "unknown_key";
  readonly keyId: number;
  readonly accepted: readonly number[];

  constructor(keyId: number, accepted: readonly number[]) {
    super(`key id ${keyId} is not accepted (accepted: ${accepted.join(", ") || "none"})`);
    this.keyId = keyId;
    this.accepted = accepted;
  }
}

/** The seal does not open: damaged, moved to another topic, or sealed for another session. */
export class SealError extends ContractError {
  override name = "SealError";
  override readonly code = "seal";
}

/** Seen before, or of an earlier run. */
export class ReplayError extends ContractError {
  override name = "ReplayError";
  override readonly code = "replay";
}

/** Opened, but the message does not parse or contradicts itself. */
export class MalformedMessageError extends ContractError {
  override name = "MalformedMessageError";
  override readonly code = "malformed_message";
}
