/**
 * Frames: a message sealed for one topic, one connection and one place in it; and opened again, verified before it is
 * parsed (PP-FR-1, PP-FR-2, PP-FR-5, PP-FR-6).
 */
import { create, fromBinary, toBinary, type DescMessage, type Message, type MessageShape } from "@bufbuild/protobuf";
import {
  BY_TYPE,
  Compression,
  FrameSchema,
  HeaderSchema,
  MAJOR,
  MINOR,
  Sealing,
  Suite,
  type Channel,
  type Frame,
  type Header,
} from "@precisionpulse/contract";
import { bigEndian, concat, owned } from "./bytes.js";
import { belongs, parseTopic } from "./channels.js";
import { deflate, inflate } from "./deflate.js";
import {
  ClearFrameError,
  MalformedFrameError,
  MalformedMessageError,
  OversizedFrameError,
  SealError,
  UnknownTypeError,
  UsageError,
} from "./errors.js";
import { frameKey, SALT_BYTES, type KeyContext } from "./keys.js";

/** The sequence number that is kept for a connection's will. */
export const WILL_SEQUENCE = (1n << 64n) - 1n;

const COMPRESS_FROM_BYTES = 256;

/** A frame taken apart but not yet opened. `header` is a parse of `headerBytes`, not to be believed before `unseal`. */
export interface Envelope {
  readonly header: Header;
  readonly headerBytes: Uint8Array;
  readonly body: Uint8Array;
  readonly channel: Channel;
}

export interface SealOptions {
  /** µs since 1970 on the sender's clock. */
  readonly sentUs: bigint;
  /** Allow DEFLATE where it pays. */
  readonly compress?: boolean;
  /** Given only for a will. */
  readonly sequence?: bigint;
}

/** What a seal authenticates besides the body: protocol ‖ length of the topic ‖ topic ‖ header. */
export function associatedData(topic: string, headerBytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const encoded = new TextEncoder().encode(topic);
  return concat(new TextEncoder().encode(`PP${MAJOR}`), bigEndian(encoded.length, 2), encoded, headerBytes);
}

/** Seals one sender's frames of one connection. `context.salt` is 16 random bytes drawn for it and never used again. */
export class Sealer {
  readonly #context: KeyContext;
  readonly #keyId: number;
  readonly #key: Promise<CryptoKey>;
  readonly #sequences = new Map<number, bigint>();

  constructor(masterKey: Uint8Array, keyId: number, context: KeyContext) {
    if (context.salt.length !== SALT_BYTES) {
      throw new UsageError(`a session salt has ${SALT_BYTES} bytes, not ${context.salt.length}`);
    }
    this.#context = context;
    this.#keyId = keyId;
    this.#key = frameKey(masterKey, context);
  }

  /** The payload that carries `message` (or one already serialised) on `topic`. */
  async seal<Desc extends DescMessage>(
    channel: Channel<Desc>,
    topic: string,
    message: MessageShape<Desc> | Uint8Array,
    options: SealOptions,
  ): Promise<Uint8Array> {
    const sequence = options.sequence ?? this.#next(channel.type);
    let body = message instanceof Uint8Array ? message : toBinary(channel.schema, message);
    let compression = Compression.UNSPECIFIED;
    if (options.compress && body.length >= COMPRESS_FROM_BYTES) {
      const packed = await deflate(body);
      if (packed.length < body.length) {
        body = packed;
        compression = Compression.DEFLATE;
      }
    }
    const headerBytes = toBinary(
      HeaderSchema,
      create(HeaderSchema, {
        minor: MINOR,
        type: channel.type,
        epoch: this.#context.epoch,
        salt: this.#context.salt,
        stream: channel.type,
        sequence,
        sentUs: options.sentUs,
        suite: Suite.AES_256_GCM,
        keyId: this.#keyId,
        compression,
        boundSalt: this.#context.boundSalt,
      }),
    );
    const sealed = await crypto.subtle.encrypt(
      { name: "AES-GCM", iv: nonce(channel.type, sequence), additionalData: associatedData(topic, headerBytes) },
      await this.#key,
      owned(body),
    );
    return toBinary(FrameSchema, create(FrameSchema, { header: headerBytes, body: new Uint8Array(sealed) }));
  }

  #next(stream: number): bigint {
    const sequence = (this.#sequences.get(stream) ?? 0n) + 1n;
    this.#sequences.set(stream, sequence);
    return sequence;
  }
}

/** Takes a payload apart and checks what can be checked without a key. Throws the matching `ContractError`. */
export function readEnvelope(topic: string, payload: Uint8Array, limits: { readonly maxFrameBytes: number }): Envelope {
  if (payload.length > limits.maxFrameBytes) {
    throw new OversizedFrameError(
      `the frame has ${payload.length} bytes; at most ${limits.maxFrameBytes} are accepted`,
    );
  }
  const place = parseTopic(topic);
  const { frame, header } = parseFrame(payload);
  if (frame.header.length === 0) throw new MalformedFrameError("the payload is not a frame: it has no header");
  const channel = BY_TYPE.get(header.type);
  if (!channel) throw new UnknownTypeError(`message type ${header.type} is not known`);
  if (!belongs(channel, place)) {
    throw new UnknownTypeError(`message type ${header.type} (${channel.name}) does not travel on this topic`);
  }
  const envelope = { header, headerBytes: frame.header, body: frame.body, channel };
  if (header.suite === Suite.UNSPECIFIED) {
    if (channel.sealing === Sealing.CLEAR) return envelope;
    throw new ClearFrameError(`channel ${channel.name} must be sealed; the frame is clear`);
  }
  if (channel.sealing === Sealing.CLEAR) {
    throw new MalformedFrameError(`channel ${channel.name} is clear; the frame is sealed`);
  }
  checkSealedHeader(header, place.direction === "down");
  return envelope;
}

/**
 * The serialised message inside a frame, verified. Throws `SealError` when the seal does not open, and
 * `MalformedMessageError` when what was sealed can't be unpacked within the limit.
 */
export async function unseal(
  envelope: Envelope,
  topic: string,
  masterKey: Uint8Array,
  limits: { readonly maxMessageBytes: number },
): Promise<Uint8Array> {
  const { header, headerBytes, channel } = envelope;
  if (channel.sealing === Sealing.CLEAR) return envelope.body;
  const { direction } = parseTopic(topic);
  const key = await frameKey(masterKey, { ...header, direction });
  let body: Uint8Array;
  try {
    body = new Uint8Array(
      await crypto.subtle.decrypt(
        {
          name: "AES-GCM",
          iv: nonce(header.stream, header.sequence),
          additionalData: associatedData(topic, headerBytes),
        },
        key,
        owned(envelope.body),
      ),
    );
  } catch (error) {
    throw new SealError(
      `the seal of the ${channel.name} frame does not open: damaged, moved to this topic, or not made with key ` +
        String(header.keyId),
      { cause: error },
    );
  }
  if (header.compression === Compression.DEFLATE) return inflate(body, limits.maxMessageBytes);
  if (header.compression !== Compression.UNSPECIFIED) {
    throw new MalformedMessageError(`compression ${header.compression} was not agreed on`);
  }
  if (body.length > limits.maxMessageBytes) {
    throw new MalformedMessageError(
      `the message has ${body.length} bytes; at most ${limits.maxMessageBytes} are accepted`,
    );
  }
  return body;
}

/** The message of a channel. Throws `MalformedMessageError` when the bytes do not parse. */
export function parseMessage<Desc extends DescMessage>(channel: Channel<Desc>, body: Uint8Array): MessageShape<Desc> {
  try {
    return fromBinary(channel.schema, body);
  } catch (error) {
    throw new MalformedMessageError(`the body is not a ${channel.message}`, { cause: error });
  }
}

/** The payload that carries `message` unsealed; only for channels that are declared clear. */
export function clearFrame<Desc extends DescMessage>(
  channel: Channel<Desc>,
  message: MessageShape<Desc> & Message,
  header: { readonly epoch: bigint; readonly sentUs: bigint; readonly boundSalt?: Uint8Array },
): Uint8Array {
  if (channel.sealing !== Sealing.CLEAR) throw new UsageError(`channel ${channel.name} must be sealed`);
  const headerBytes = toBinary(HeaderSchema, create(HeaderSchema, { minor: MINOR, type: channel.type, ...header }));
  return toBinary(FrameSchema, create(FrameSchema, { header: headerBytes, body: toBinary(channel.schema, message) }));
}

function parseFrame(payload: Uint8Array): { frame: Frame; header: Header } {
  try {
    const frame = fromBinary(FrameSchema, payload);
    return { frame, header: fromBinary(HeaderSchema, frame.header) };
  } catch (error) {
    throw new MalformedFrameError("the payload is not a frame: it does not parse as protobuf", { cause: error });
  }
}

function checkSealedHeader(header: Header, isDown: boolean): void {
  if (header.suite !== Suite.AES_256_GCM) throw new MalformedFrameError(`seal suite ${header.suite} is not known`);
  if (header.salt.length !== SALT_BYTES) {
    throw new MalformedFrameError(`the header's salt has ${header.salt.length} bytes, not ${SALT_BYTES}`);
  }
  for (const name of ["epoch", "stream", "sequence", "keyId"] as const) {
    if (!header[name]) throw new MalformedFrameError(`the header's ${name} is missing`);
  }
  if (isDown !== (header.boundSalt.length === SALT_BYTES) || (!isDown && header.boundSalt.length > 0)) {
    throw new MalformedFrameError("the header's bound salt does not fit the direction");
  }
}

function nonce(stream: number, sequence: bigint): Uint8Array<ArrayBuffer> {
  return concat(bigEndian(stream, 4), bigEndian(sequence, 8));
}
