/** How numbers come in JSON: 64-bit integers and decimals as text. */
import { z } from "zod";

export const integerSchema = z.union([z.string().regex(/^-?\d+$/), z.number().int()]).transform((text) => BigInt(text));

export const optionalInteger = integerSchema.nullish().transform((number) => number ?? null);

export const countSchema = integerSchema.nullish().transform((number) => number ?? 0n);
