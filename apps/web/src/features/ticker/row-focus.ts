/** Which row the arrow keys are on: the focused one, and one alone can be reached by Tab. */

/** Moves the focus by `step` rows; from nowhere, to the first. */
export function moveRow(region: HTMLElement | null, step: 1 | -1): void {
  const rows = [...(region?.querySelectorAll<HTMLElement>("[data-row]") ?? [])];
  const at = rows.findIndex((row) => row === document.activeElement);
  const next = rows[at === -1 ? 0 : Math.min(rows.length - 1, Math.max(0, at + step))];
  if (!next) return;
  for (const row of rows) row.tabIndex = row === next ? 0 : -1;
  next.focus();
  next.scrollIntoView({ block: "nearest" });
}

/** Opens the chart of a row; answers whether `target` was one. */
export function openRow(target: EventTarget): boolean {
  if (!(target instanceof HTMLElement) || !target.matches("[data-row]")) return false;
  target.querySelector<HTMLAnchorElement>("a[data-open]")?.click();
  return true;
}
