/** Raw DEFLATE (RFC 1951) through the platform's streams. */
import { MalformedMessageError } from "./errors.js";
import { concat, owned } from "./bytes.js";

/** `bytes`, packed. */
export async function deflate(bytes: Uint8Array): Promise<Uint8Array> {
  const packed = new Blob([owned(bytes)]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(packed).arrayBuffer());
}

/**
 * `bytes`, unpacked. Throws `MalformedMessageError` when they are not one whole DEFLATE stream and nothing else, or
 * once more than `maxBytes` came out.
 */
export async function inflate(bytes: Uint8Array, maxBytes: number): Promise<Uint8Array> {
  const reader = new Blob([owned(bytes)]).stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
  const parts: Uint8Array[] = [];
  let total = 0;
  try {
    for (let step = await reader.read(); !step.done; step = await reader.read()) {
      total += step.value.length;
      if (total > maxBytes) {
        throw new MalformedMessageError(`the message does not unpack within ${maxBytes} bytes`);
      }
      parts.push(step.value);
    }
  } catch (error) {
    await reader.cancel().catch(() => undefined);
    if (error instanceof MalformedMessageError) throw error;
    throw new MalformedMessageError("the message does not unpack as DEFLATE", { cause: error });
  }
  return concat(...parts);
}
