/** Why records are missing, in words; the API's causes are those of the contract, and "missing". */

const WORDS: Readonly<Record<string, string>> = {
  buffer_bound: "dropped by policy",
  disk_full: "disk or buffer full",
  corruption: "corruption",
  rejected: "rejected",
  missing: "lost (sequence missing)",
  unspecified: "lost, cause unknown",
};

export const lossWords = (cause: string): string => WORDS[cause] ?? cause.replaceAll("_", " ");
