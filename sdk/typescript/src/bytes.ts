/** Byte strings, as WebCrypto and streams want them. */

/** `bytes` over an `ArrayBuffer` of its own kind; copied only when it lies in shared memory. */
export function owned(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer ? (bytes as Uint8Array<ArrayBuffer>) : new Uint8Array(bytes);
}

/** The parts, one after the other. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(parts.reduce((total, part) => total + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** An unsigned integer, big-endian, in 2, 4 or 8 bytes. */
export function bigEndian(value: bigint | number, bytes: 2 | 4 | 8): Uint8Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(bytes));
  if (bytes === 8) view.setBigUint64(0, BigInt(value));
  else if (bytes === 4) view.setUint32(0, Number(value));
  else view.setUint16(0, Number(value));
  return new Uint8Array(view.buffer);
}
