/**
 * `text` when it is a path of this site, otherwise the first page. Browsers drop tabs and line ends from an address, and
 * read a backslash as a slash: what is left of them may name another site.
 */
export function localPath(text: string | string[] | undefined): string {
  const isLocal = typeof text === "string" && text.startsWith("/") && PATH.test(text);
  return isLocal ? text : "/";
}

const PATH = /^(?:\/[^/\\?#\p{Cc}]+)*\/?(?:[?#][^\\\p{Cc}]*)?$/u;
