/** Keys of frames: derived from a client's master key for one connection and one direction (PP-FR-2). */
import type { DirectionWord } from "./channels.js";
import { bigEndian, concat, owned } from "./bytes.js";

export const SALT_BYTES = 16;
export const MASTER_KEY_BYTES = 32;

/** What else a frame's key depends on. `boundSalt` is the receiving session's salt on "down", and empty otherwise. */
export interface KeyContext {
  readonly direction: DirectionWord;
  readonly epoch: bigint;
  readonly salt: Uint8Array;
  readonly boundSalt: Uint8Array;
}

/** The AES-256-GCM key of one sender's frames, as frame.proto defines it. It can't be exported. */
export async function frameKey(masterKey: Uint8Array, context: KeyContext): Promise<CryptoKey> {
  const material = await crypto.subtle.importKey("raw", owned(masterKey), "HKDF", false, ["deriveKey"]);
  return crypto.subtle.deriveKey(
    {
      name: "HKDF",
      hash: "SHA-256",
      salt: concat(context.salt, context.boundSalt),
      info: concat(new TextEncoder().encode(`precisionpulse/1 ${context.direction}\0`), bigEndian(context.epoch, 8)),
    },
    material,
    { name: "AES-GCM", length: 256 },
    false,
    ["encrypt", "decrypt"],
  );
}
